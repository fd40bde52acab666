"""What to find in a history, as data, and how the index is asked for it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from nbimagegen.records import mended

Order: TypeAlias = Literal["newest", "oldest", "rating"]
Place: TypeAlias = tuple[str, int]  # a generation's id, and a picture's index in it


@dataclass(frozen=True, slots=True)
class Query:
    """Which pictures, and in what order. What is empty, zero or None asks for nothing.

    Attributes:
        text: Any part of the prompt, the revised prompt, the note or a tag, in any case.
        rating: At least so many.
        since: Asked for then or later, in seconds since 1970.
        until: Asked for then or earlier.
        trashed: Those in the trash, instead of those that are not.
        order: By when they were asked for; "rating" puts the best first, and of equals the newest.
    """

    text: str = ""
    model: str = ""
    gateway: str = ""
    starred: bool | None = None
    tag: str = ""
    rating: int = 0
    since: float | None = None
    until: float | None = None
    operation: str = ""
    generation: str = ""
    trashed: bool = False
    order: Order = "oldest"


_SELECTS = {
    "text": "instr(text, ?)",
    "model": "model = ?",
    "gateway": "gateway = ?",
    "starred": "starred = ?",
    "tag": "instr(tags, ?)",
    "rating": "rating >= ?",
    "since": "created >= ?",
    "until": "created <= ?",
    "operation": "operation = ?",
    "generation": "generation = ?",
}
_ORDERS = {
    "oldest": "generation, place",
    "newest": "generation DESC, place DESC",
    "rating": "rating DESC, generation DESC, place DESC",
}
_AFTER = {
    "oldest": "(generation, place) > (?, ?)",
    "newest": "(generation, place) < (?, ?)",
    "rating": (
        "(rating, generation, place) <"
        " (coalesce((SELECT rating FROM pictures WHERE generation = ? AND place = ?), 6), ?, ?)"  # 6: the top
    ),
}
# What came of the generations that have ended, those in the trash too: they were paid for all the same.
COST = "SELECT total(cost), count(*) - count(cost) FROM generations WHERE status NOT IN ('queued', 'running')"


def fold(text: str) -> str:
    """Return a text in which case, width and ways of writing the same character make no difference."""
    # SQLite's own tokenisers cut 小猫 nowhere or everywhere, so that no index of words finds 猫 in it.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", mended(text)).casefold())


def enclosed(tag: str) -> str:
    """Return a tag such that a part of another is not taken for it."""
    return f"\n{fold(tag)}\n"


def where(query: Query) -> tuple[str, list[Any]]:
    """Return the condition of a query, and its values."""
    asked = {name: _value(query, name) for name in _SELECTS}
    asked = {name: value for name, value in asked.items() if value not in ("", None)}
    conditions = ["hidden = ?", *(_SELECTS[name] for name in asked)]
    return " AND ".join(conditions), [int(query.trashed), *asked.values()]


def select(query: Query, limit: int | None, before: Place | None, offset: int) -> tuple[str, list[Any]]:
    """Return the statement that finds pictures, and its values."""
    condition, values = where(query)
    if before is not None:
        condition += f" AND {_AFTER[query.order]}"
        values += [*before, *before] if query.order == "rating" else before
    statement = (
        f"SELECT generation, place FROM pictures WHERE {condition}"  # noqa: S608 - the parts stand above
        f" ORDER BY {_ORDERS[query.order]} LIMIT ? OFFSET ?"
    )
    return statement, [*values, -1 if limit is None else limit, offset]


def _value(query: Query, name: str) -> Any:
    value = getattr(query, name)
    if name == "rating":
        return value or None
    if name in ("text", "tag"):
        return (fold if name == "text" else enclosed)(value) if value else None
    return mended(value) if isinstance(value, str) else value
