"""GIF: an XMP application extension in and out, every other block as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbimagegen.pixels import xmp
from nbimagegen.pixels.note import MAX_TEXT, Note
from nbimagegen.pixels.parts import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"GIF8"
_XMP = b"\x21\xff\x0bXMP DataXMP"
# A reader that knows no XMP takes its bytes for lengths; wherever it comes out, this leads to the end.
_MAGIC = bytes([1, *range(0xFF, -1, -1), 0])
_TRAILER, _EXTENSION, _IMAGE = 0x3B, 0x21, 0x2C
_HEAD = 13  # signature, size, flags, background, aspect


class _Block(NamedTuple):
    kind: int
    start: int
    end: int


def written(data: bytes, note: Note) -> bytes | None:
    """Return the file with the note in it, before its end; None where an odd packet forbids it.

    The older of the two versions knows no extensions, so the file becomes one of the newer, which all read.

    Raises:
        ValueError: It is no sound GIF.
    """
    blocks = list(_blocks(data))
    old = [each for each in blocks if data.startswith(_XMP, each.start)]
    places = {each.start for each in old}
    text = xmp.merged(_packet(data, old), note)
    if text is None:
        return None
    *kept, trailer = [each for each in blocks if each.start not in places]
    pieces = [b"GIF89a" + data[6 : blocks[0].start], *(data[each.start : each.end] for each in kept)]
    return b"".join([*pieces, _XMP, text.encode(), _MAGIC, data[trailer.start :]])


def packet(data: bytes) -> str:
    """Return the XMP packet, empty where there is none.

    Raises:
        ValueError: It is no sound GIF.
    """
    old = [each for each in _blocks(data) if data.startswith(_XMP, each.start)]
    return _packet(data, old)[:MAX_TEXT].decode("utf-8", "replace")


def _packet(data: bytes, blocks: list[_Block]) -> bytes:
    return next((data[each.start + len(_XMP) : each.end - len(_MAGIC)] for each in blocks), b"")


def end(data: bytes) -> int:
    """Return where the picture ends.

    Raises:
        ValueError: It is no sound GIF, or cut off.
    """
    *_, last = _blocks(data)
    return last.end


@bounded
def _blocks(data: bytes) -> Iterator[_Block]:
    place = _HEAD + _table(data[10])
    while True:
        kind, start = data[place], place
        if kind == _TRAILER:
            yield _Block(kind, start, start + 1)
            return
        place = _end_of_parts(data, _body(data, place))
        yield _Block(kind, start, place)


def _body(data: bytes, place: int) -> int:
    """Return where the parts of a block begin."""
    if data[place] == _EXTENSION:
        return place + 2
    if data[place] != _IMAGE:
        message = "the blocks of this GIF are not sound"
        raise ValueError(message)
    return place + 11 + _table(data[place + 9])  # its place, its colours, and the size of its codes


def _table(flags: int) -> int:
    """Return how many bytes the colours take that these flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_parts(data: bytes, place: int) -> int:
    while length := data[place]:
        place += length + 1
    return place + 1
