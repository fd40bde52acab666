"""JPEG: an XMP packet in and out, every other segment as it came."""

from __future__ import annotations

import hashlib
import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from nbimagegen.pixels import xmp
from nbimagegen.pixels.note import MAX_TEXT, Note
from nbimagegen.pixels.parts import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"\xff\xd8\xff"
_APP0, _APP1, _APP11, _SCAN, _END = 0xE0, 0xE1, 0xEB, 0xDA, 0xD9
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_EXIF = b"Exif\0\0"
_JUMBF = b"JP"
_ROOM = 0xFFFF - 2  # bytes of one segment, less its own length
_SLICE = 65_000  # of an extended packet, in each of its segments
_GOES_ON = re.compile(rb"""HasExtendedXMP\s{0,9}[=>]\s{0,9}["']?([0-9A-Fa-f]{32})""")
_HEAD = len(_MORE) + 32 + 8  # before a slice: the name, whose it is, the whole length and the place


class _Segment(NamedTuple):
    marker: int
    body: bytes
    start: int
    end: int


def written(data: bytes, note: Note) -> bytes | None:
    """Return the file with the note in it; None where a signed manifest or a full packet forbids it.

    Raises:
        ValueError: It is no sound JPEG.
    """
    segments = list(_segments(data))
    packets = _packet(segments, note)
    if packets is None or any(_is_manifest(each) for each in segments):
        return None
    old = _replaced(segments)
    kept = [each for each in segments if each.start not in old]
    first = _place(kept)
    pieces = [data[each.start : each.end] for each in kept]
    tail = data[segments[-1].end if segments else 2 :]
    return b"".join([data[:2], *pieces[:first], *packets, *pieces[first:], tail])


def packet(data: bytes) -> str:
    """Return the XMP packet with what it goes on to, empty where there is none.

    Raises:
        ValueError: It is no sound JPEG.
    """
    segments = list(_segments(data))
    return _main(segments) + _extended(segments)


def exif(data: bytes) -> bytes:
    """Return the EXIF block, empty where there is none.

    Raises:
        ValueError: It is no sound JPEG.
    """
    found = (each.body[len(_EXIF) :] for each in _segments(data) if _is(each, _EXIF))
    return next(found, b"")


def end(data: bytes) -> int:
    """Return where the picture ends; what stands before its pixels may hold a small one, with an end.

    Raises:
        ValueError: It is no sound JPEG, or cut off.
    """
    *_, last = [2, *(each.end for each in _segments(data))]
    return data.index(bytes([0xFF, _END]), last) + 2


@bounded
def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield the segments before the picture itself."""
    place = 2
    while True:
        start = place
        while data[place : place + 2] == b"\xff\xff":  # a marker may be filled up before
            place += 1
        fill, marker, length = struct.unpack_from(">BBH", data, place)
        if fill != 0xFF or marker in {0, _END} or length < 2 or place + 2 + length > len(data):  # noqa: PLR2004 - the length counts itself
            message = "the segments of this JPEG are not sound"
            raise ValueError(message)
        if marker == _SCAN:
            return
        place += 2 + length
        yield _Segment(marker, data[place - length + 2 : place], start, place)


def _is(segment: _Segment, name: bytes) -> bool:
    return segment.marker == _APP1 and segment.body.startswith(name)


def _is_manifest(segment: _Segment) -> bool:
    return segment.marker == _APP11 and segment.body.startswith(_JUMBF)


def _there(segments: list[_Segment]) -> bytes:
    return next((each.body[len(_XMP) :] for each in segments if _is(each, _XMP)), b"")


def _main(segments: list[_Segment]) -> str:
    return _there(segments).decode("utf-8", "replace")


def _extended(segments: list[_Segment]) -> str:
    named = _GOES_ON.search(_there(segments))
    head = _MORE + named[1] if named else b""
    slices = [each.body for each in segments if named and _is(each, head) and len(each.body) > _HEAD]
    slices.sort(key=lambda body: struct.unpack_from(">I", body, _HEAD - 4))
    return b"".join(body[_HEAD:] for body in slices)[:MAX_TEXT].decode("utf-8", "replace")


def _packet(segments: list[_Segment], note: Note) -> list[bytes] | None:
    """Return the segments that hold the note; None where there is no room beside somebody else's."""
    text = xmp.merged(_there(segments), note)
    if text is None:
        return None
    body = _XMP + text.encode()
    if len(body) <= _ROOM:
        return [_segment(body)]
    other = _main(segments)
    return _in_slices(note) if not other or xmp.is_ours(other) else None


def _in_slices(note: Note) -> list[bytes]:
    body = xmp.extension(note).encode()
    guid = hashlib.md5(body, usedforsecurity=False).hexdigest().upper()  # as the standard says
    head = _MORE + guid.encode()
    slices = [
        _segment(head + struct.pack(">II", len(body), place) + body[place : place + _SLICE])
        for place in range(0, len(body), _SLICE)
    ]
    return [_segment(_XMP + xmp.summary(note, guid).encode()), *slices]


def _segment(body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body


def _replaced(segments: list[_Segment]) -> set[int]:
    """Return where the segments are that the note replaces: the packet, and what an own one goes on to."""
    main = [each.start for each in segments if _is(each, _XMP)][:1]
    goes_on = xmp.is_ours(_main(segments))
    return {*main, *(each.start for each in segments if goes_on and _is(each, _MORE))}


def _place(segments: list[_Segment]) -> int:
    """Return before which segment the note stands: after those that readers expect first."""
    for index, each in enumerate(segments):
        if each.marker != _APP0 and not _is(each, _EXIF):
            return index
    return len(segments)
