"""`View`: the pictures of a history that fit a question, in its order, page by page and with their marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nbimagegen.history import find
from nbimagegen.records import Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from nbimagegen.history.picture import Picture
    from nbimagegen.store import Store

    Key: TypeAlias = tuple[str, int]

_NO_MARKS = Marks()
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")  # of a picture, as we write it: each picture has one id


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of a view, with what its user made of it."""

    picture: Picture
    marks: Marks


class View:
    """Looks anew at each call, so that it is never behind.

    Args:
        store: Where the pictures are.
        make: Pictures from their keys.
        asked: As `History.find`; what is left out asks for nothing.
        among: Ids of the pictures that come into question; None is all.

    Raises:
        ParameterError: Something is asked that cannot be.
    """

    def __init__(
        self,
        store: Store,
        make: Callable[[Sequence[Key]], Iterable[Picture]],
        asked: Mapping[str, Any],
        among: Collection[str] | None = None,
    ) -> None:
        self._store = store
        self._make = make
        self._query = find.query({**find.NOTHING, **asked})
        self._among = among

    @property
    def count(self) -> int:
        """How many pictures fit."""
        return self._store.count(self._query) if self._among is None else len(self._few())

    def page(self, offset: int, limit: int) -> list[Shown]:
        """Return up to `limit` pictures, from the one at the place `offset` on."""
        return self._shown(self._keys(offset, limit))

    def ids(self, offset: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` pictures, from the one at the place `offset` on."""
        return [_id(each) for each in self._keys(offset, limit)]

    def of(self, *generations: str) -> list[Shown]:
        """Return the pictures of some generations that fit."""
        return self._shown([found for each in generations for found in self._fitting(each)])

    def _keys(self, offset: int, limit: int) -> list[Key]:
        if self._among is None:
            return self._store.find(self._query, limit=limit, offset=offset)
        return self._few()[offset : offset + limit]

    def _fitting(self, generation: str) -> list[Key]:
        found = self._store.find(replace(self._query, generation=generation))
        return [each for each in found if self._among is None or _id(each) in self._among]

    def _few(self) -> list[Key]:
        generations = dict.fromkeys(found[0] for each in self._among or () if (found := key(each)))
        keys = sorted(found for each in generations for found in self._fitting(each))
        if self._query.order == "rating":
            marks = self._store.all_marks(generations)
            keys.sort(key=lambda each: marks.get(each, _NO_MARKS).rating)
        return keys if self._query.order == "oldest" else keys[::-1]

    def _shown(self, keys: Sequence[Key]) -> list[Shown]:
        marks = self._store.all_marks(dict.fromkeys(generation for generation, _ in keys))
        return [
            Shown(each, marks.get((each.generation.id, each.index), _NO_MARKS)) for each in self._make(keys)
        ]


def _id(key: Key) -> str:
    return f"{key[0]}-{key[1]}"


def key(picture: str) -> Key | None:
    """Return generation and index of a picture by its id; None of what can be none."""
    generation, _, index = picture.rpartition("-")
    return (generation, int(index)) if generation and _INDEX.fullmatch(index) else None
