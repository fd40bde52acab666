"""WebP: an XMP packet in and out, every other chunk as it came."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from nbimagegen.pixels import xmp
from nbimagegen.pixels.note import MAX_TEXT, Note
from nbimagegen.pixels.parts import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"RIFF"
_C2PA = b"C2PA"
_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10
_HEAD = 12  # RIFF, its length, WEBP


class _Chunk(NamedTuple):
    kind: bytes
    body: bytes
    start: int
    end: int


def written(data: bytes, note: Note) -> bytes | None:
    """Return the file with the note in it; None where a signed manifest or an odd packet forbids it.

    Raises:
        ValueError: It is no sound WebP.
    """
    chunks = list(_chunks(data))
    text = xmp.merged(_packet(chunks), note)
    if text is None or any(each.kind == _C2PA for each in chunks):
        return None
    kept = [_padded(data[each.start : each.end]) for each in chunks if each.kind not in {b"VP8X", b"XMP "}]
    body = b"".join([b"WEBP", _chunk(b"VP8X", _extended(chunks)), *kept, _chunk(b"XMP ", text.encode())])
    return b"RIFF" + struct.pack("<I", len(body)) + body


def packet(data: bytes) -> str:
    """Return the XMP packet, empty where there is none.

    Raises:
        ValueError: It is no sound WebP.
    """
    return _packet(list(_chunks(data)))[:MAX_TEXT].decode("utf-8", "replace")


def exif(data: bytes) -> bytes:
    """Return the EXIF block, empty where there is none.

    Raises:
        ValueError: It is no sound WebP.
    """
    block = next((each.body for each in _chunks(data) if each.kind == b"EXIF"), b"")
    return block.removeprefix(b"Exif\0\0")  # some writers take it over from JPEG


def end(data: bytes) -> int:
    """Return where the picture ends.

    Raises:
        ValueError: It is cut off.
    """
    found: int = struct.unpack_from("<I", data, 4)[0] + 8
    if found > len(data):
        message = "this WebP is cut off"
        raise ValueError(message)
    return found


@bounded
def _chunks(data: bytes) -> Iterator[_Chunk]:
    end = struct.unpack_from("<I", data, 4)[0] + 8
    if data[8:_HEAD] != b"WEBP" or end not in {len(data), len(data) + 1}:
        message = "this WebP is cut off, or goes on behind its end"
        raise ValueError(message)
    place = _HEAD
    while place < len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        stop = place + 8 + length
        if stop > len(data):
            message = "the chunks of this WebP are not sound"
            raise ValueError(message)
        end = min(stop + length % 2, len(data))
        yield _Chunk(kind, data[place + 8 : stop], place, end)
        place = end


def _packet(chunks: list[_Chunk]) -> bytes:
    return next((each.body for each in chunks if each.kind == b"XMP "), b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return _padded(struct.pack("<4sI", kind, len(body)) + body)


def _padded(chunk: bytes) -> bytes:
    return chunk + b"\0" * (len(chunk) % 2)


def _extended(chunks: list[_Chunk]) -> bytes:
    """Return the header of the extended format, as it is or made, with the flag for XMP."""
    first = chunks[0] if chunks else None
    head = {b"VP8X": _as_it_is, b"VP8 ": _of_lossy, b"VP8L": _of_lossless}.get(first.kind if first else b"")
    if head is None or first is None:
        message = "this WebP does not begin as one"
        raise ValueError(message)
    found = head(first.body)
    return bytes([found[0] | _XMP_FLAG]) + found[1:]


def _as_it_is(body: bytes) -> bytes:
    if len(body) < 10:  # noqa: PLR2004 - flags, and width and height in three bytes each
        message = "the header of this WebP is too short"
        raise ValueError(message)
    return body


def _of_lossy(body: bytes) -> bytes:
    # RFC 6386, 9.1: after three bytes and the start code, 14 bits each; two more say how to scale.
    code, width, height = struct.unpack_from("<3sHH", body, 3)
    if code != b"\x9d\x01\x2a":
        message = "the picture in this WebP does not begin as one"
        raise ValueError(message)
    return _header(0, width & 0x3FFF, height & 0x3FFF)


def _of_lossless(body: bytes) -> bytes:
    # RFC 9649, 3.4: a signature, 14 bits each less one, and whether alpha is used.
    signature, bits = struct.unpack_from("<BI", body)
    if signature != 0x2F:  # noqa: PLR2004 - the signature
        message = "the picture in this WebP does not begin as one"
        raise ValueError(message)
    flags = _ALPHA_FLAG if bits >> 28 & 1 else 0
    return _header(flags, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)


def _header(flags: int, width: int, height: int) -> bytes:
    if not width or not height:
        message = "this WebP has no size"
        raise ValueError(message)
    return struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
