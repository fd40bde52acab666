"""Earlier prompts, each once, the newest first: read from the records, a few at a time."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from nbimagegen.store.query import fold
from nbimagegen.store.rows import SHOWN, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbimagegen.store.index import Index

_AT_ONCE = 200
_NEWEST = (
    "SELECT records.* FROM records JOIN generations USING (id)"
    " WHERE hidden = ? AND id < ? ORDER BY id DESC LIMIT ?"
)
_PAST_ALL = "~"  # ids are letters and digits


def find(index: Index, text: str = "", before: str = "", limit: int = 30) -> list[tuple[str, str]]:
    """Return prompts that contain a text, each with the newest generation that asked for it.

    Args:
        index: The history's.
        text: Any part of the prompt, in any case; empty for all.
        before: Go on behind this generation; empty for the first ones.
        limit: At most so many.

    Raises:
        StoreError: The index cannot be read.
    """
    sought, found = fold(text), dict[str, str]()
    for generation, prompt in _backwards(index, before or _PAST_ALL):
        if prompt.strip() and sought in fold(prompt):
            found.setdefault(prompt, generation)
        if len(found) == limit:
            break
    return list(found.items())


def _backwards(index: Index, before: str) -> Iterator[tuple[str, str]]:
    while some := index.reading(lambda at, before=before: _some(at, before)):
        yield from some
        before = some[-1][0]


def _some(index: sqlite3.Connection, before: str) -> list[tuple[str, str]]:
    rows = map(unsealed, index.execute(_NEWEST, (SHOWN, before, _AT_ONCE)))
    try:
        return [(generation, str(json.loads(record)["request"]["prompt"])) for generation, record in rows]
    except (ValueError, TypeError, LookupError, RecursionError):
        message = "a row holds what nobody has written"
        raise sqlite3.DatabaseError(message) from None
