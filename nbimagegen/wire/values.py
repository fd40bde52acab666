"""Values of an answer's JSON as what they should be, or as nothing: never an exception."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from nbimagegen.records import mended

Table: TypeAlias = dict[str, Any]


def table(value: object) -> Table:
    """Return the object, or an empty one."""
    return cast("Table", value) if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return the list, or an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def text(value: object) -> str:
    """Return the string, or an empty one; half a surrogate pair, which no file can hold, is replaced."""
    return mended(value) if isinstance(value, str) else ""


def whole(value: object) -> int:
    """Return the whole number, or 0."""
    return value if isinstance(value, int) else 0
