"""PNG: text chunks in and out, every other chunk as it came. Knows nothing of what a text says."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from nbimagegen.pixels.note import MAX_TEXT, OWN, Note
from nbimagegen.pixels.parts import bounded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_C2PA = b"caBX"
_COMPANIONS = {"Description", "Software"}
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_KEYWORD_END = 80  # a keyword has at most 79 bytes, then a zero


class _Chunk(NamedTuple):
    kind: bytes
    body: bytes
    start: int
    end: int  # behind the checksum

    @property
    def keyword(self) -> str:
        """Under which a text stands; empty where it is none."""
        name = self.body[:_KEYWORD_END].partition(b"\0")[0]
        return name.decode("latin-1") if self.kind in _TEXTS else ""


def written(data: bytes, note: Note) -> bytes | None:
    """Return the file with the note in it, right after its header; None where a signed manifest forbids it.

    Raises:
        ValueError: It is no sound PNG.
    """
    chunks = list(_chunks(data))
    if any(each.kind == _C2PA for each in chunks):
        return None
    ours = _ours(chunks)
    kept = [each for each in chunks[1:] if each.start not in ours]
    head, tail = data[: chunks[0].end], data[chunks[-1].end :]
    return b"".join([head, *_texts(note, kept), *(data[each.start : each.end] for each in kept), tail])


def texts(data: bytes, wanted: Collection[str]) -> dict[str, str]:
    """Return the texts that stand under the wanted keywords, the first of each.

    Raises:
        ValueError: It is no sound PNG.
    """
    found: dict[str, str] = {}
    for each in _chunks(data):
        if each.keyword in wanted and each.keyword not in found:
            found[each.keyword] = _READERS[each.kind](each.body[len(each.keyword) + 1 :])
    return found


def exif(data: bytes) -> bytes:
    """Return the EXIF block, empty where there is none.

    Raises:
        ValueError: It is no sound PNG.
    """
    return next((each.body for each in _chunks(data) if each.kind == b"eXIf"), b"")


def end(data: bytes) -> int:
    """Return where the picture ends.

    Raises:
        ValueError: It is no sound PNG, or cut off.
    """
    *_, last = _chunks(data)
    return last.end


@bounded
def _chunks(data: bytes) -> Iterator[_Chunk]:
    place, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + length + 12
        if end > len(data) or (kind == b"IHDR") != (place == len(SIGNATURE)):
            message = "the chunks of this PNG are not sound"
            raise ValueError(message)
        # Pixels are not looked at, so they are not copied either.
        yield _Chunk(kind, b"" if kind == b"IDAT" else data[place + 8 : end - 4], place, end)
        place = end


def _ours(chunks: list[_Chunk]) -> set[int]:
    """Return where that is which was written here before: the facts, and their companions right before."""
    facts = [index for index, each in enumerate(chunks) if each.keyword == OWN]
    lead = chunks[1 : facts[0]] if facts else []
    is_lead = all(each.kind == b"iTXt" and each.keyword in _COMPANIONS for each in lead)
    return {each.start for each in [*(chunks[index] for index in facts), *(lead if is_lead else [])]}


def _texts(note: Note, kept: list[_Chunk]) -> list[bytes]:
    taken = {each.keyword for each in kept}
    companions = {"Description": note.description, "Software": note.software}
    ours = {**{name: text for name, text in companions.items() if name not in taken}, OWN: note.facts}
    return [_text(name, text) for name, text in ours.items() if text]


def _text(keyword: str, text: str) -> bytes:
    # Keyword, not compressed, no language, no translated keyword, and UTF-8 without a zero.
    body = keyword.encode() + b"\0\0\0\0\0" + text.replace("\0", "\ufffd").encode("utf-8", "replace")
    checksum = zlib.crc32(body, zlib.crc32(b"iTXt"))
    return struct.pack(">I4s", len(body), b"iTXt") + body + struct.pack(">I", checksum)


def _plain(body: bytes) -> str:
    return body[:MAX_TEXT].decode("latin-1")


def _deflated(body: bytes) -> str:
    return _inflated(body[1:]).decode("latin-1")


def _international(body: bytes) -> str:
    compressed, _, rest = body[:1] == b"\1", body[1:2], body[2:]
    text = rest.split(b"\0", 2)[-1]
    return (_inflated(text) if compressed else text[:MAX_TEXT]).decode("utf-8", "replace")


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, MAX_TEXT)
    except zlib.error:
        message = "a compressed text of this PNG is not sound"
        raise ValueError(message) from None


_READERS = {b"tEXt": _plain, b"zTXt": _deflated, b"iTXt": _international}
