"""What a gateway's document says of one field of a request: a value → the complaint, or None."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from tests.emulator.pictures import opened

Rule: TypeAlias = Callable[[object], "str | None"]
Fields: TypeAlias = Mapping[str, Rule]

DATA_URI = re.compile(r"data:image/(png|jpeg|webp);base64,")


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


def words(*allowed: str) -> Rule:
    """Return the rule for a list of some of these words."""

    def check(value: object) -> str | None:
        chosen = isinstance(value, list) and value and set(cast("list[str]", value)) <= set(allowed)
        return None if chosen else f"must be a list of {', '.join(allowed)}"

    return check


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


def one_user_message(value: object) -> str | None:
    """Accept one chat message of the user's: a text, or parts of text and pictures as data URIs."""
    match value:
        case [{"role": "user", "content": str(content)}] if content:
            return None
        case [{"role": "user", "content": [*parts]}] if any(_is_text(part) for part in parts):
            return next(_complaints(parts), None)
        case _:
            return "must be one message of role 'user' with a text in it"


def instructed(value: object) -> str | None:
    """Accept what `one_user_message` does, a system's message before it."""
    match value:
        case [{"role": "system", "content": str()}, user]:
            return one_user_message([user])
        case _:
            return one_user_message(value)


def pictures_in(messages: object) -> list[bytes]:
    """Return the pictures of chat messages, in order."""
    match messages:
        case [*_, {"content": [*parts]}]:
            return [_decoded(link) for part in parts if (link := _link(part))]
        case _:
            return []


def texts_in(messages: object) -> str:
    """Return all that chat messages say."""
    match messages:
        case [*_, {"content": str(content)}]:
            return content
        case [*_, {"content": [*parts]}]:
            return "\n".join(str(part["text"]) for part in parts if _is_text(part))
        case _:
            return ""


def _is_text(part: object) -> bool:
    match part:
        case {"type": "text", "text": str(content)}:
            return bool(content)
        case _:
            return False


def _link(part: object) -> str | None:
    match part:
        case {"type": "image_url", "image_url": {"url": str(link)}}:
            return link
        case _:
            return None


def _decoded(link: str) -> bytes:
    return base64.b64decode(link.partition(",")[2], validate=True)


def _complaints(parts: list[Any]) -> Iterator[str]:
    for number, part in enumerate(parts):
        if _is_text(part):
            continue
        link = _link(part)
        named = DATA_URI.match(link or "")
        if not link or not named:
            yield f"part {number} is neither a text nor an image_url of a PNG, JPEG or WebP as data URI"
        elif named[1] != _kind(link):
            yield f"part {number} holds no {named[1]} picture"


def _kind(link: str) -> str:
    try:
        return (opened(_decoded(link)).format or "").lower()
    except (OSError, binascii.Error):
        return ""
