"""What a gateway's document says of one field of a request: a value → the complaint, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Rule: TypeAlias = Callable[[object], "str | None"]


def one_of(*allowed: str) -> Rule:
    """Return the rule for a field that takes these words only."""

    def check(value: object) -> str | None:
        return None if value in allowed else f"must be one of {', '.join(allowed)}"

    return check


def whole(low: int, high: int) -> Rule:
    """Return the rule for a whole number from `low` to `high`."""

    def check(value: object) -> str | None:
        inside = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return None if inside else f"must be a whole number from {low} to {high}"

    return check


def text(longest: int = 1_000_000) -> Rule:
    """Return the rule for a text of at most `longest` characters."""

    def check(value: object) -> str | None:
        if not isinstance(value, str) or not value:
            return "must be a text"
        return f"is longer than {longest} characters" if len(value) > longest else None

    return check


def flag(value: object) -> str | None:
    """Accept true and false, as JSON and not as words."""
    return None if isinstance(value, bool) else "must be true or false"


def one_user_message(value: object) -> str | None:
    """Accept one chat message of the user's, its content a text."""
    match value:
        case [{"role": "user", "content": str(content)}] if content:
            return None
        case _:
            return "must be one message of role 'user' whose content is a text"


def blocks(side: int, most: int) -> Rule:
    """Return the rule for `WxH` in multiples of `side`, at most `most` pixels; or `auto`."""

    def check(value: object) -> str | None:
        if value == "auto":
            return None
        width, _, height = str(value).partition("x")
        edges = [int(edge) for edge in (width, height) if edge.isascii() and edge.isdigit()]
        fits = len(edges) == len(("width", "height")) and edges[0] * edges[1] <= most
        even = fits and not any(edge % side for edge in edges)
        return None if even else f"must be WxH in multiples of {side}"

    return check
