"""All generations and pictures of a session, as sequences that read nothing before it is touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from nbimagegen.errors import NotFoundError
from nbimagegen.history.generation import Generation
from nbimagegen.history.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image  # noqa: F401 - named in a string below

    from nbimagegen.history.generation import Agent
    from nbimagegen.store import Store

T = TypeVar("T")


class _Lazy(Sequence[T]):
    """A sequence whose items are made when they are touched."""

    def __init__(self, keys: Sequence[Any], make: Callable[[Any], T]) -> None:
        self._keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return type(self)(self._keys[index], self._make)
        return self._make(self._keys[index])


class Images(_Lazy["Image.Image"]):
    """Pictures as PIL, oldest first; each is decoded when it is touched."""

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<{len(self)} images>"


class History(Sequence[Generation]):
    """All generations of a session, oldest first, those under way included.

    Attributes:
        agent: The session that was opened last, which can try a generation again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live: dict[str, Generation] = {}
        self.agent: Agent | None = None

    def add(self, generation: Generation) -> None:
        """Take in a generation that has just been submitted; called by the session alone."""
        self._live[generation.id] = generation

    def generation(self, generation_id: str) -> Generation:
        """Return one generation by its id.

        Raises:
            NotFoundError: There is none.
        """
        live = self._live.get(generation_id)
        if live:
            return live
        record = self._store.record(generation_id)
        return Generation(record, self._store, is_live=False, agent=self.agent)

    def picture(self, picture_id: str) -> Picture:
        """Return one picture by its id.

        Raises:
            NotFoundError: There is none.
        """
        generation_id, _, index = str(picture_id).rpartition("-")
        missing = NotFoundError(f"There is no picture {picture_id!r} in this history.")
        if not generation_id or not index.isdecimal():
            raise missing
        generation = self.generation(generation_id)
        if int(index) >= len(generation.record.pictures):
            raise missing
        return Picture(generation, int(index))

    @property
    def pictures(self) -> Sequence[Picture]:
        """All pictures, oldest first; each is looked up when it is touched."""
        return _Lazy(self._picture_ids(), self.picture)

    @property
    def images(self) -> Images:
        """All pictures as PIL, oldest first; each is decoded when it is touched."""
        return Images(self._picture_ids(), lambda each: self.picture(each).image)

    @property
    def picture_count(self) -> int:
        """How many pictures there are."""
        return self._store.picture_count()

    def page(self, before: str | None, limit: int) -> list[Picture]:
        """Return up to `limit` pictures, newest first, from the one after `before` on."""
        generation, _, index = (before or "").rpartition("-")
        start = (generation, min(int(index), 2**31)) if index.isdecimal() else None
        return [self.picture(f"{each}-{place}") for each, place in self._store.page(start, limit)]

    def _picture_ids(self) -> list[str]:
        return [f"{generation}-{index}" for generation, index in self._store.picture_ids()]

    def __len__(self) -> int:
        """Count the generations."""
        return len(self._store.generation_ids())

    def __iter__(self) -> Iterator[Generation]:
        """Go through the generations, oldest first."""
        return map(self.generation, self._store.generation_ids())

    @overload
    def __getitem__(self, index: int | str) -> Generation: ...
    @overload
    def __getitem__(self, index: slice) -> list[Generation]: ...
    def __getitem__(self, index: int | str | slice) -> Generation | list[Generation]:
        """Return a generation by position or id, or several by slice."""
        if isinstance(index, str):
            return self.generation(index)
        ids = self._store.generation_ids()
        if isinstance(index, slice):
            return [self.generation(each) for each in ids[index]]
        return self.generation(ids[index])

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<History {self._store.session!r} {len(self)} generations {self.picture_count} pictures>"
