"""Writes down what the user makes of pictures, tells of it, and takes it back."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from nbimagegen.history import marks
from nbimagegen.records import Marks
from nbimagegen.store.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbimagegen.history.marks import Change
    from nbimagegen.store import Store

    Key: TypeAlias = tuple[str, int]

_UNDONE_AT_MOST = 100  # changes that can be taken back


@dataclass(frozen=True, slots=True)
class _Step:
    """One change: of pictures, what their marks were and became; of generations, which went where."""

    marks: Mapping[Key, tuple[Marks, Marks]]
    generations: Sequence[str] = ()  # those that have no pictures, by which they would be marked
    trashed: float | None = None  # where these were before


class Keeper:
    """Changes the marks of one history. Safe to use from several threads.

    Attributes:
        on_change: Called with the ids of the generations whose marks have changed, or None.
        save: Called with the ids of generations that are about to be marked, so that what the disk did not
            take of them is written first, or None.
    """

    def __init__(self, store: Store) -> None:
        self.on_change: Callable[[Iterable[str]], object] | None = None
        self.save: Callable[[Iterable[str]], object] | None = None
        self._store = store
        self._steps: deque[_Step] = deque(maxlen=_UNDONE_AT_MOST)
        self._lock = threading.RLock()

    def marks(self, generation: str, place: int) -> Marks:
        """Return the marks of one picture."""
        return self._store.marks(generation, place)

    def children(self, generation: str, place: int) -> tuple[str, ...]:
        """Return the ids of the pictures that were made from one, those in the trash left out."""
        found = self._store.children(generation, place)
        return tuple(
            f"{own}-{at}" for child in found for own, at in self._store.find(Query(generation=child))
        )

    def is_trashed(self, generation: str, place: int) -> bool:
        """Return whether a picture is in the trash, by itself or with its generation."""
        return (generation, place) in self._store.find(Query(generation=generation, trashed=True))

    def mark(self, keys: Iterable[Key], change: Change) -> None:
        """Change the marks of pictures as one step.

        Raises:
            ParameterError: They cannot be so; none was changed.
            NotFoundError: There is no such picture.
            StoreError: The history cannot be written.
        """
        with self._lock:
            step = _Step(self._pairs(keys, change))
            if step.marks:
                self._store.mark(step.marks, change)
                self._steps.append(step)
        self._tell(step)

    def trash(self, keys: Iterable[Key], empty: Sequence[str] = ()) -> None:
        """Put pictures, and generations that have none, into the trash."""
        self._move(keys, empty, time.time())

    def restore(self, keys: Iterable[Key], empty: Sequence[str] = ()) -> None:
        """Take pictures, and generations that have none, out of the trash."""
        keys = list(keys)
        with self._lock:
            for each in dict.fromkeys(generation for generation, _ in keys):
                self._loosen(each)
            self._move(keys, empty, None)

    def undo(self) -> bool:
        """Take back the last change of this process that is not taken back yet; False where there is none.

        Raises:
            StoreError: The history cannot be written; it can be taken back later.
        """
        with self._lock:
            if not self._steps:
                return False
            step = self._steps[-1]  # it stays where the disk refuses, to be taken back later
            self._take_back(step)
            self._steps.pop()
        self._tell(step)
        return True

    def _take_back(self, step: _Step) -> None:
        there = self._store.places(dict.fromkeys(generation for generation, _ in step.marks))
        # Those that are not were deleted for ever meanwhile.
        self._store.mark_each({each: _back(*pair) for each, pair in step.marks.items() if each in there})
        if step.generations:
            self._store.trash_generations(step.generations, step.trashed)

    def forget(self) -> None:
        """Keep nothing to take back: the trash is being emptied."""
        with self._lock:
            self._steps.clear()

    def _move(self, keys: Iterable[Key], empty: Sequence[str], when: float | None) -> None:
        change = marks.trashing(when)
        with self._lock:
            step = _Step(self._pairs(keys, change), empty, None if when else time.time())
            if step.marks:
                self._store.mark(step.marks, change)
            if empty:
                self._store.trash_generations(empty, when)
            if step.marks or empty:
                self._steps.append(step)
        self._tell(step)

    def _pairs(self, keys: Iterable[Key], change: Change) -> dict[Key, tuple[Marks, Marks]]:
        """Return the marks of pictures that a change makes others of: before and after."""
        wanted = dict.fromkeys(keys)
        generations = dict.fromkeys(generation for generation, _ in wanted)
        if self.save is not None:
            self.save(generations)
        known = self._store.all_marks(generations)
        # One that the index does not know stays, for the store to say so.
        before = {each: known.get(each, Marks()) for each in wanted}
        after = {each: change(own) for each, own in before.items()}
        return {each: (own, after[each]) for each, own in before.items() if own != after[each]}

    def _loosen(self, generation: str) -> None:
        """Of a generation that is in the trash as a whole, put its pictures there one by one."""
        keys = self._store.find(Query(generation=generation, trashed=True))
        if any(self._store.marks(*each).trashed is None for each in keys):
            self._store.trash_generations([generation], None)
            self._store.mark(keys, marks.trashing(time.time()))

    def _tell(self, step: _Step) -> None:
        ids = dict.fromkeys([*(generation for generation, _ in step.marks), *step.generations])
        if ids and self.on_change is not None:
            self.on_change(ids)


def _back(before: Marks, after: Marks) -> Change:
    return lambda now: marks.taken_back(before, after, now)
