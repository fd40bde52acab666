"""Generations that the disk did not take, in an index in memory: to be found as the others are."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

from nbimagegen.store.entries import Entry
from nbimagegen.store.marks import Marked
from nbimagegen.store.query import COST, select, where
from nbimagegen.store.rows import SCHEMA, enter, leave, sign

if TYPE_CHECKING:
    from nbimagegen.records import GenerationRecord
    from nbimagegen.store.query import Place, Query


class Held:
    """An index in memory; there is none, and nothing is asked, as long as the disk takes everything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: sqlite3.Connection | None = None

    def put(self, record: GenerationRecord) -> None:
        """Take in a generation."""
        with self._lock:
            self._index = self._index or _empty()
            enter(self._index, Entry(record, Marked()))

    def drop(self, generation: str) -> None:
        """Let go of a generation, where it is here."""
        with self._lock:
            if self._index is not None:
                leave(self._index, generation)

    def find(self, query: Query, limit: int | None, before: Place | None) -> list[Place]:
        """Return generation and index of the pictures that fit a query, in its order."""
        with self._lock:
            if self._index is None:
                return []
            return self._index.execute(*select(query, limit, before, 0)).fetchall()

    def count(self, query: Query) -> int:
        """Return how many pictures fit a query."""
        with self._lock:
            if self._index is None:
                return 0
            condition, values = where(query)
            asked = f"SELECT count(*) FROM pictures WHERE {condition}"  # noqa: S608 - the parts stand there
            [[count]] = self._index.execute(asked, values)
            return count

    def cost(self) -> tuple[float, int]:
        """Return what these generations came to in US$, and of how many that is not known."""
        with self._lock:
            [found] = [(0.0, 0)] if self._index is None else self._index.execute(COST)
            return found


def _empty() -> sqlite3.Connection:
    index = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    sign(index, 0)
    for statement in SCHEMA:
        index.execute(statement)
    return index
