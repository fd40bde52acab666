"""How a file with metadata becomes again what was received: a few bytes kept beside it, where that goes."""

from __future__ import annotations

import base64
import binascii
from typing import Any

_LITERAL = 4096  # bytes that may have to be put back
_HEAD = 64  # within it are the sizes that change when a WebP file grows


def recipe(received: bytes, leaving: bytes) -> dict[str, Any] | None:
    """Return how `leaving` becomes `received` again; None where there is no short way."""
    for start, literal, then in (_middle(received, leaving), _head(received, leaving)):
        length = len(received) - start - len(literal)
        if then >= 0 and len(literal) <= _LITERAL and length >= 0:
            made = {"start": start, "put": base64.b64encode(literal).decode(), "then": then, "length": length}
            if undone(leaving, made) == received:
                return made
    return None


def undone(leaving: bytes, made: Any) -> bytes:
    """Return what a recipe makes of a file; the file itself where it is none."""
    try:
        start, then, length = (made[name] for name in ("start", "then", "length"))
        if any(type(each) is not int or not 0 <= each <= len(leaving) for each in (start, then, length)):
            return leaving
        return leaving[:start] + base64.b64decode(made["put"], validate=True) + leaving[then : then + length]
    except (TypeError, KeyError, ValueError, binascii.Error):
        return leaving


def _middle(received: bytes, leaving: bytes) -> tuple[int, bytes, int]:
    """Something was put in at one place."""
    start = _alike(received, leaving)
    end = _alike(received[start:][::-1], leaving[start:][::-1])
    return start, received[start : len(received) - end], len(leaving) - end


def _alike(one: bytes, other: bytes) -> int:
    """Return how many bytes are the same at the beginning, by halving: files are large."""
    same, most = 0, min(len(one), len(other))
    while same < most:
        half = (same + most + 1) // 2
        if one[same:half] == other[same:half]:
            same = half
        else:
            most = half - 1
    return same


def _head(received: bytes, leaving: bytes) -> tuple[int, bytes, int]:
    """The head was written anew, and the rest stands somewhere in one piece."""
    return 0, received[:_HEAD], leaving.find(received[_HEAD:])
