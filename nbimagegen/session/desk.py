"""What all sessions of one name share within a process: the history, the running jobs, who listens.

A cell that makes a studio is run again and again; the new studio goes on where the old one is.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakValueDictionary, ref

from nbimagegen.errors import NotFoundError, StoreError
from nbimagegen.lazily import rooms
from nbimagegen.records import ENDED, GenerationRecord
from nbimagegen.session.lookout import Lookout, look_out

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from nbimagegen import history, jobs, store
    from nbimagegen.history import Generation, Progress, Reference
    from nbimagegen.jobs import Job, Slots
    from nbimagegen.keys import Key
    from nbimagegen.session.replay import Replay
    from nbimagegen.store import Unsaved, about

    Listener: TypeAlias = Callable[[Generation], object]
    MarkListener: TypeAlias = Callable[[Sequence[Generation]], object]
    Follower: TypeAlias = Callable[[Progress], object]
    ReplayListener: TypeAlias = Callable[[Replay], object]
else:
    about, history, jobs, store = rooms("store.about", "history", "jobs", "store")


class Desk:
    """One history, open in this process."""

    def __init__(self, home: Path, name: str) -> None:
        self.store = store.Store(home, name)
        self.history = history.History(self.store)
        self.history.on_marks = self._tell_of_marks
        self.history.keeper.save = self._save_these
        self.jobs: dict[str, Job] = {}
        self.listeners: list[Listener] = []
        self.mark_listeners: dict[
            Listener, MarkListener
        ] = {}  # of those, who would rather hear of many at once
        self.watchers: list[Follower] = []  # of every generation's previews
        self.replay_listeners: list[ReplayListener] = []
        self.typed_keys: dict[tuple[str, str], Key] = {}  # by gateway and address, in memory alone
        self.listed_models: dict[tuple[str, str], list[str]] = {}  # the same
        self.references: dict[str, Reference] = {}  # pictures that were brought in to start from, by id
        self.fetching: dict[str, Future[GenerationRecord]] = {}  # lost pictures, by generation
        self.recover: Callable[[], object] | None = None  # ends what other kernels have left
        self._unsaved: dict[str, Generation] = {}
        self._lookout: Lookout | None = None
        self._lookout_ended = threading.Event()
        self._lookout_lock = threading.Lock()
        self._followers: dict[str, list[Follower]] = {}
        self._slots: dict[tuple[int, int], Slots] = {}  # by process too: nobody ends what a fork copied
        self.closed = ""  # why, as a sentence

    def check_open(self) -> None:
        """Check that the history is still where it was.

        Raises:
            StoreError: It was renamed or deleted.
        """
        if self.closed:
            raise StoreError(self.closed)

    def close(self, why: str) -> None:
        """Let go of the files; whoever comes back is told why."""
        self.closed = why
        self.store.close()

    def slots(self, parallel: int) -> Slots:
        """Return the places that jobs on their way take, `parallel` of them."""
        return self._slots.setdefault((os.getpid(), parallel), jobs.Slots(parallel))

    def take(self, generation: Generation, job: Job, followers: list[Follower]) -> None:
        """Take in a generation that has just been submitted, and who is told of its way."""
        self.jobs[generation.id] = job
        self._followers[generation.id] = followers
        self.history.add(generation)
        self._tell(generation)

    def cancel(self, generation_id: str) -> None:
        """Cancel a generation; one that has ended stays as it is."""
        job = self.jobs.get(generation_id)
        if job is not None:
            job.cancel()

    def come(self, generation: Generation) -> None:
        """Tell of a generation that was made here, and nobody waited for."""
        self._tell(generation)

    def advance(self, generation: Generation, record: GenerationRecord, unsaved: Unsaved | None) -> None:
        """Take over a generation's newer record, and tell of it."""
        if unsaved is not None:
            self._unsaved[generation.id] = generation
            self.store.hold(unsaved.record)
        elif self._unsaved and record.status in ENDED:
            jobs.tell(self.save_all)  # now that the disk has taken this one
        if record.status in ENDED:
            self.jobs.pop(generation.id, None)
        generation.advance(record, unsaved, lambda: self._tell_of(generation, record))

    def _tell_of(self, generation: Generation, record: GenerationRecord) -> None:
        self._tell(generation)
        if record.status in ENDED:
            self._tell_followers(history.Progress("done", generation))
            self._followers.pop(generation.id, None)

    def save(self, generation: Generation) -> None:
        """Write down what the disk did not take of a generation.

        Raises:
            StoreError: The disk is still full, read-only or broken.
        """
        unsaved = generation.unsaved
        if unsaved is not None:
            store.save_again(self.store, unsaved)
            self._unsaved.pop(generation.id, None)
            generation.advance(unsaved.record)
            self._tell(generation)

    def _save_these(self, generations: Iterable[str]) -> None:
        """Write down what the disk did not take of these; where it still does not, it says why."""
        for each in generations:
            if each in self._unsaved:
                self.save(self._unsaved[each])

    @property
    def has_unsaved(self) -> bool:
        """Whether there is anything that the disk did not take."""
        return bool(self._unsaved)

    def save_all(self) -> None:
        """Write down what the disk did not take before, as far as it does now."""
        for each in list(self._unsaved.values()):
            with contextlib.suppress(StoreError):
                self.save(each)

    def waits(self, generation: Generation, seconds: float | None) -> None:
        """Note until when a gateway that is too busy makes a generation wait, and tell of it."""
        generation.waiting_until = None if seconds is None else time.time() + seconds
        self._tell(generation)

    def preview(self, generation: Generation, index: int, data: bytes) -> None:
        """Tell of a preview."""
        self._tell_followers(history.Progress("partial", generation, index, data))

    def give_back(self, replay: Replay, follower: Follower | None) -> None:
        """Tell that a call was given a result of the history, and whoever follows it that it has ended."""
        for listener in list(self.replay_listeners):
            jobs.tell(listener, replay)
        if follower is not None:
            jobs.tell(follower, history.Progress("done", replay.generation))

    # What other kernels do.

    @property
    def is_watched(self) -> bool:
        """Whether anybody listens."""
        return not self.closed and bool(self.listeners or self.watchers)

    def look_out(self) -> None:
        """See to it that whoever listens hears of other kernels too."""
        with self._lookout_lock:  # two who begin to listen at once are not to have two
            if self._lookout is None or self._lookout_ended.is_set():
                self._lookout = Lookout(self.store)
                self._lookout_ended = threading.Event()
                look_out(ref(self), self._lookout_ended)

    def look(self) -> None:
        """Tell of what other kernels have changed, and end what those that are gone have left."""
        if self._lookout is None or not self.is_watched:
            return
        with contextlib.suppress(StoreError):  # a history that cannot be read now may be later
            for each in self._lookout.changed():
                self._hear_of(each)
        with contextlib.suppress(StoreError):
            if self.recover is not None:
                self.recover()

    def _hear_of(self, generation_id: str) -> None:
        """Tell of what another kernel changed; one that cannot be read keeps no other from being told of."""
        with contextlib.suppress(StoreError):
            for generation in self.history.generations([generation_id]):
                self._refresh(generation)
                self._tell(generation)

    def _refresh(self, generation: Generation) -> None:
        if generation.id not in self.jobs and generation.unsaved is None:
            with contextlib.suppress(NotFoundError):  # deleted for ever meanwhile
                generation.advance(self.store.record(generation.id))

    def _tell(self, generation: Generation) -> None:
        for listener in list(self.listeners):
            jobs.tell(listener, generation)

    def _tell_of_marks(self, generations: Sequence[Generation]) -> None:
        for listener in list(self.listeners):
            rather = self.mark_listeners.get(listener)
            if rather is not None:
                jobs.tell(rather, generations)
            else:
                for each in generations:
                    jobs.tell(listener, each)

    def _tell_followers(self, progress: Progress) -> None:
        for follower in [*self._followers.get(progress.generation.id, ()), *self.watchers]:
            jobs.tell(follower, progress)


@dataclass(frozen=True, slots=True)
class Reporter:
    """What a job of one generation reports to its desk."""

    desk: Desk
    generation: Generation

    def advance(self, record: GenerationRecord, unsaved: Unsaved | None) -> None:
        """Hand on the newer record."""
        self.desk.advance(self.generation, record, unsaved)

    def waits(self, seconds: float | None) -> None:
        """Hand on how long it waits."""
        self.desk.waits(self.generation, seconds)

    def preview(self, index: int, data: bytes) -> None:
        """Hand on a preview."""
        self.desk.preview(self.generation, index, data)


_open: WeakValueDictionary[tuple[int, str], Desk] = WeakValueDictionary()
_lock = threading.Lock()


def desk(home: Path, name: str) -> Desk:
    """Return the desk of this session, opening it where no other has.

    Raises:
        StoreError: The history cannot be opened.
    """
    key = _key(home, name)
    with _lock:
        found = _open.get(key)
        if found is None:
            found = _open[key] = Desk(home, name)
        return found


@contextlib.contextmanager
def closed_desk(home: Path, name: str, why: str) -> Generator[None]:
    """Close the desk of a session where this process has one, while its folder is moved.

    Args:
        home: Where histories are.
        name: The session's name.
        why: What those who still hold it are told afterwards.

    Raises:
        StoreError: Generations are under way, or the disk does not take their pictures.
    """
    with _lock:
        found = _open.get(_key(home, name))
        if found is not None:
            _check_at_rest(found, name)
            del _open[_key(home, name)]
            found.close(f"This session was closed; open it again with Session({name!r}).")
        yield
        if found is not None:
            found.closed = why


def _check_at_rest(desk: Desk, name: str) -> None:
    under_way = {*desk.jobs, *desk.fetching}
    if under_way:
        message = f"{name!r} has generations under way, {len(under_way)} in all; wait, or cancel, first."
        raise StoreError(message)
    desk.save_all()
    if desk.has_unsaved:
        message = f"The disk did not take pictures of {name!r}; save them first, as in generation.save()."
        raise StoreError(message)


def _key(home: Path, name: str) -> tuple[int, str]:
    return os.getpid(), os.path.abspath(about.folder_of(home, name))  # noqa: PTH100 - links stay as they are
