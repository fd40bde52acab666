"""Values of an answer's JSON as what they should be, or as nothing: never an exception."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from nbimagegen.records import mended
from nbimagegen.wire.flow import MARK

Table: TypeAlias = dict[str, Any]


def table(value: object) -> Table:
    """Return the object, or an empty one."""
    return cast("Table", value) if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return the list, or an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def marked(value: object) -> str:
    """Return the string as it was read, with the marks of its pictures, or an empty one."""
    return value if isinstance(value, str) else ""


def text(value: object) -> str:
    """Return the string for people to read, or an empty one.

    Half a surrogate pair, which no file can hold, is replaced; marks of pictures and NUL are left out.
    """
    return mended(MARK.sub("", marked(value)).replace("\0", ""))


def whole(value: object) -> int:
    """Return the whole number, or 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
