"""Texts in and out of PNG, JPEG, WebP and GIF by rewriting chunks: no picture is decoded or encoded anew."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nbimagegen.pixels import gif, jpeg, png, webp, xmp
from nbimagegen.pixels.exif import user_comment
from nbimagegen.pixels.note import OWN, Note

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COMMENT", "OWN", "Note", "read", "write"]

COMMENT = "UserComment"
_XMP_IN_PNG = "XML:com.adobe.xmp"
_WANTED = (OWN, "parameters", "invokeai_metadata", "sd-metadata", _XMP_IN_PNG)
_FORMATS = (png, jpeg, webp, gif)
_ODD = (ValueError, IndexError, struct.error)


def write(data: bytes, note: Note) -> bytes | None:
    """Return the file with the note in it; the picture's own bytes, and what others wrote, stay.

    Returns:
        None where the file is to be left as it is: it holds a signed manifest (C2PA), which any change would
        break, or it has no place for a note.
    """
    for each in _FORMATS:
        if data.startswith(each.SIGNATURE):
            try:
                return each.written(data, note)
            except _ODD:
                return None
    return None


def read(data: bytes) -> dict[str, str]:
    """Return the texts that tell how a picture was made, by the names under which they stand.

    They are `nbimagegen`; AUTOMATIC1111's `parameters` (PNG) or `UserComment` (EXIF); InvokeAI's
    `invokeai_metadata` and `sd-metadata`. What is damaged is passed over.
    """
    texts = _tried(_texts, data)
    facts = texts.get(OWN) or _tried(_facts, data).get(OWN)
    found = {**texts, **_tried(_comment, data), **({OWN: facts} if facts else {})}
    return {name: text for name, text in found.items() if text and name != _XMP_IN_PNG}


def _tried(reader: Callable[[bytes], dict[str, str]], data: bytes) -> dict[str, str]:
    try:
        return reader(data)
    except _ODD:
        return {}


def _texts(data: bytes) -> dict[str, str]:
    return png.texts(data, _WANTED) if data.startswith(png.SIGNATURE) else {}


def _facts(data: bytes) -> dict[str, str]:
    return {OWN: xmp.facts(_packet(data))}


def _packet(data: bytes) -> str:
    if data.startswith(png.SIGNATURE):
        return png.texts(data, (_XMP_IN_PNG,)).get(_XMP_IN_PNG, "")
    found = (each.packet(data) for each in (jpeg, webp, gif) if data.startswith(each.SIGNATURE))
    return next(found, "")


def _comment(data: bytes) -> dict[str, str]:
    found = (each.exif(data) for each in (png, jpeg, webp) if data.startswith(each.SIGNATURE))
    return {COMMENT: user_comment(next(found, b""))}
