"""What a history's index answers: which generations and pictures there are, and what their records say."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any, TypeVar

from nbimagegen.errors import NotFoundError
from nbimagegen.records import Marks, checked, from_json
from nbimagegen.store import prompts
from nbimagegen.store.fingerprint import fingerprint
from nbimagegen.store.held import Held
from nbimagegen.store.index import Index
from nbimagegen.store.query import COST, Query, fold, select, where
from nbimagegen.store.rows import GONE, SHOWN, TRASHED, unsealed
from nbimagegen.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from nbimagegen.records import GenerationRecord, ImageRequest
    from nbimagegen.store.query import Place

T = TypeVar("T")

_AT_ONCE = 500  # values in a statement; older versions of SQLite take 999
_ALL = Query()
_PLACES = "SELECT generation, place FROM pictures WHERE hidden <= {} AND generation IN ({{}})"


class Reading(Shelf):
    """A session's folder with its index, to read from.

    Attributes:
        session: The session's name.
    """

    def __init__(self, folder: Path, session: str) -> None:
        super().__init__(folder)
        self.session = session
        self._index = Index(folder)
        self._held = Held()

    def version(self) -> int:
        """Return a number that grows with every change of this history, by whatever process."""
        [[version]] = self._index.read("SELECT version FROM meta")
        return version

    def changed_by_others(self, since: int) -> list[str]:
        """Return the generations, of those that are there, that others have changed since a version."""
        statement = (
            "SELECT id FROM changes JOIN generations USING (id) WHERE version > ? AND writer != ? ORDER BY id"
        )
        return [each for (each,) in self._index.read(statement, (since, self._index.writer))]

    # Generations.

    def record(self, generation: str) -> GenerationRecord:
        """Return one record, also of a generation in the trash.

        Raises:
            NotFoundError: There is none of this id.
        """
        found = self.records([generation])
        if not found:
            message = f"There is no generation {generation!r} in the history of {self.session!r}."
            raise NotFoundError(message)
        return found[0]

    def records(self, generations: Iterable[str]) -> list[GenerationRecord]:
        """Return the records of those of these generations that there are, in the order given."""
        ids = list(generations)
        rows = self._among("SELECT id, record, seal FROM records WHERE id IN ({})", ids, _record)
        found = {each.id: each for each in rows}
        return [found[each] for each in ids if each in found]

    def generation_count(self, *, trashed: bool = False) -> int:
        """Return how many generations there are, those in the trash apart."""
        asked = (_hidden(trashed),)
        [[count]] = self._index.read("SELECT count(*) FROM generations WHERE hidden = ?", asked)
        return count

    def cost(self) -> tuple[float, int]:
        """Return what the generations that have ended came to in US$, and of how many that is not known.

        Those in the trash, and those that are only held, are among them.
        """
        [[usd, unknown]] = self._index.read(COST)
        held, held_unknown = self._held.cost()
        return usd + held, unknown + held_unknown

    def generation_ids(self, *, trashed: bool = False) -> list[str]:
        """Return the ids of all generations, oldest first, those in the trash apart."""
        asked = (_hidden(trashed),)
        rows = self._index.read("SELECT id FROM generations WHERE hidden = ? ORDER BY id", asked)
        return [each for (each,) in rows]

    def generation_at(self, index: int) -> str:
        """Return the id of the generation at a position, oldest first; those below zero are from the end.

        Raises:
            IndexError: There are not so many.
        """
        order, offset = ("", index) if index >= 0 else (" DESC", -1 - index)
        statement = f"SELECT id FROM generations WHERE hidden = ? ORDER BY id{order} LIMIT 1 OFFSET ?"  # noqa: S608
        rows = self._index.read(statement, (SHOWN, offset)) if offset < 2**63 else []
        if not rows:
            message = f"There is no generation at {index} in the history of {self.session!r}."
            raise IndexError(message)
        return rows[0][0]

    def replays(self, request: ImageRequest | str) -> list[str]:
        """Return what a later run of a notebook is given back for a request, or its fingerprint.

        The ids of its successful generations that code made, oldest first; none made with `fresh=True`, and
        none in the trash.
        """
        asked = request if isinstance(request, str) else fingerprint(request)
        statement = (
            "SELECT id FROM generations WHERE fingerprint = ? AND status = 'done' AND made_by = 'code'"
            " AND fresh = 0 AND hidden = ? ORDER BY id"
        )
        return [each for (each,) in self._index.read(statement, (asked, SHOWN))]

    def prompts(self, text: str = "", before: str = "", limit: int = 30) -> list[tuple[str, str]]:
        """Return earlier prompts, each once and the newest first, with the newest generation of each."""
        return prompts.find(self._index, text, before, limit)

    def children(self, generation: str, place: int | None = None) -> list[str]:
        """Return the ids of the generations that started from a picture, or from any of a generation's."""
        statement = (
            "SELECT DISTINCT child FROM parents JOIN generations ON generations.id = child"
            " WHERE parents.generation = ? AND (place = ? OR ? IS NULL) AND hidden = ? ORDER BY child"
        )
        return [each for (each,) in self._index.read(statement, (generation, place, place, SHOWN))]

    # Pictures.

    def gone(self, generation: str) -> frozenset[int]:
        """Return which of a generation's pictures were deleted for ever, by index."""
        asked = (generation, GONE)
        rows = self._index.read("SELECT place FROM pictures WHERE generation = ? AND hidden = ?", asked)
        return frozenset(place for (place,) in rows)

    def places(self, generations: Iterable[str], *, shown: bool = False) -> set[Place]:
        """Return generation and index of the pictures that these generations have.

        Args:
            generations: Their ids.
            shown: Those in the trash apart.
        """
        statement = _PLACES.format(SHOWN if shown else TRASHED)
        return set(self._among(statement, list(generations), lambda row: (row[0], row[1])))

    def held_places(self, generations: Iterable[str]) -> set[Place]:
        """Return generation and index of the pictures of these generations that the disk did not take."""
        return {
            found for each in generations for found in self._held.find(Query(generation=each), None, None)
        }

    def find(
        self,
        query: Query = _ALL,
        *,
        limit: int | None = None,
        before: Place | None = None,
        offset: int = 0,
    ) -> list[Place]:
        """Return generation and index of the pictures that fit a query, in its order.

        Args:
            query: Which, and in what order.
            limit: At most so many.
            before: Only those that come after this picture in that order: the next page begins there.
            offset: So many are passed over.
        """
        held = self._held.find(query, None if limit is None else limit + offset, before)
        if not held:
            return self._index.read(*select(query, limit, before, offset))
        kept = self._index.read(*select(query, None if limit is None else limit + offset, before, 0))
        found = self._merged(query, kept, held)
        return found[offset:] if limit is None else found[offset : offset + limit]

    def _merged(self, query: Query, kept: list[Place], held: list[Place]) -> list[Place]:
        """Return both in the query's order; what is only held has no rating."""
        found = sorted({*kept, *held}, reverse=query.order != "oldest")
        if query.order == "rating":
            marks = self.all_marks(dict.fromkeys(generation for generation, _ in found))
            found.sort(key=lambda each: -marks.get(each, Marks()).rating)
        return found

    def count(self, query: Query = _ALL) -> int:
        """Return how many pictures fit a query."""
        condition, values = where(query)
        [[count]] = self._index.read(f"SELECT count(*) FROM pictures WHERE {condition}", values)  # noqa: S608
        return count + self._held.count(query)

    # What the disk did not take.

    def hold(self, record: GenerationRecord) -> None:
        """Let a generation be found that is not written; its pictures are in their holder's memory."""
        self._held.put(record)

    def let_go(self, generation: str) -> None:
        """Hold a generation no longer: it is written."""
        self._held.drop(generation)

    def page(self, before: Place | None, limit: int) -> list[Place]:
        """Return generation and index of up to `limit` pictures before one, newest first."""
        return self.find(Query(order="newest"), limit=limit, before=before)

    def picture_ids(self) -> list[Place]:
        """Return generation and index of all pictures, oldest first."""
        return self.find()

    def picture_of(self, sha256: str) -> str:
        """Return the id of the newest picture whose bytes have this hash; empty where there is none."""
        statement = "SELECT generation, place FROM pictures WHERE file = ? ORDER BY generation DESC LIMIT 1"
        rows = self._index.read(statement, (sha256,))
        return next((f"{generation}-{place}" for generation, place in rows), "")

    def picture_count(self) -> int:
        """Return how many pictures the session holds, those in the trash apart."""
        return self.count()

    def models(self) -> list[str]:
        """Return the models that made the session's pictures, by name."""
        statement = "SELECT DISTINCT model FROM pictures WHERE hidden = ? ORDER BY model"
        return [each for (each,) in self._index.read(statement, (SHOWN,))]

    def tags(self) -> list[str]:
        """Return the tags of the session's pictures, in order."""
        statement = "SELECT DISTINCT marks FROM pictures WHERE hidden = ? AND tags != ''"
        found = {tag for (text,) in self._index.read(statement, (SHOWN,)) for tag in _marks(text).tags}
        return sorted(found, key=fold)

    def marks(self, generation: str, place: int) -> Marks:
        """Return what the user made of a picture."""
        return self.all_marks([generation]).get((generation, place), Marks())

    def all_marks(self, generations: Iterable[str]) -> dict[Place, Marks]:
        """Return what the user made of the pictures of these generations, by generation and index."""
        statement = "SELECT generation, place, marks FROM pictures WHERE generation IN ({})"
        rows = self._among(statement, list(generations), lambda row: (row[0], row[1], _marks(row[2])))
        return {(generation, place): marks for generation, place, marks in rows}

    def _among(self, statement: str, ids: Sequence[str], read: Callable[[Sequence[Any]], T]) -> list[T]:
        """Return what is read of the rows of any number of ids; a damaged one has the index made again."""
        rows: list[T] = []
        for start in range(0, len(ids), _AT_ONCE):
            some = [each for each in ids[start : start + _AT_ONCE] if each.isascii()]
            asked = statement.format(", ".join("?" * len(some)))
            rows += self._index.reading(
                lambda index, asked=asked, some=some: [
                    _read(each, read) for each in index.execute(asked, some)
                ]
            )
        return rows


def _hidden(trashed: bool) -> int:  # noqa: FBT001 - one flag, of one function
    return TRASHED if trashed else SHOWN


def _read(row: Sequence[Any], read: Callable[[Sequence[Any]], T]) -> T:
    try:
        return read(row)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        message = "a row holds what nobody has written"
        raise sqlite3.DatabaseError(message) from None


def _record(row: Sequence[Any]) -> GenerationRecord:
    return from_json(json.loads(unsealed(row)[1]))


def _marks(text: str) -> Marks:
    plain = json.loads(text)
    return checked(Marks, {**plain, "tags": tuple(plain["tags"])})
