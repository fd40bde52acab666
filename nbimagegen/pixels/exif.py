"""The comment in an EXIF block, where other software keeps its prompts. Reads one tag, changes nothing."""

from __future__ import annotations

import struct

_POINTER, _COMMENT = 0x8769, 0x9286  # the EXIF directory, and the user's comment in it
_MOST = 1000  # entries of a directory that are looked at
_ENTRY = 12
_CHARSET = 8


def user_comment(block: bytes) -> str:
    """Return the user's comment, empty where there is none.

    Raises:
        ValueError: It is no sound EXIF.
    """
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return ""
    try:
        (first,) = struct.unpack_from(order + "I", block, 4)
        inner = _find(block, order, first, _POINTER)
        entry = _find(block, order, inner[1], _COMMENT) if inner else None
    except struct.error:
        message = "this EXIF is cut off"
        raise ValueError(message) from None
    return _decoded(block[entry[1] : entry[1] + entry[0]], order) if entry else ""


def _find(block: bytes, order: str, directory: int, wanted: int) -> tuple[int, int] | None:
    """Return count and value (or where it is) of one entry."""
    (count,) = struct.unpack_from(order + "H", block, directory)
    for index in range(min(count, _MOST)):
        place = directory + 2 + index * _ENTRY
        tag, _, many, value = struct.unpack_from(order + "HHII", block, place)
        if tag == wanted:
            return many, value
    return None


def _decoded(raw: bytes, order: str) -> str:
    charset, text = raw[:_CHARSET], raw[_CHARSET:]
    if charset == b"UNICODE\0":
        return text.decode(_utf16(text, order), "replace").strip("\0\ufeff")
    return text.decode("utf-8", "replace").strip("\0 ")


def _utf16(text: bytes, order: str) -> str:
    # Some write it in one order whatever the block says; what is mostly ASCII tells by its zeros.
    high, low = text[::2].count(0), text[1::2].count(0)
    if high == low:
        return "utf-16-le" if order == "<" else "utf-16-be"
    return "utf-16-be" if high > low else "utf-16-le"
