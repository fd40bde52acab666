"""Takes the packing (gzip, deflate) off an answer's bytes, a bounded piece at a time. Pure: no I/O."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCEPTED = "gzip, deflate"
PIECE = 512 * 2**10  # one packed slice may swell a thousandfold
_GZIP_MAGIC = b"\x1f\x8b"
_HEAD = 2


class Unpacker(Protocol):
    """Turns packed slices into plain ones."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what these bytes hold, in pieces of at most `PIECE`; zlib.error where they are broken."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether all that was begun has ended."""
        ...


def unpacker(encoding: str) -> Unpacker | None:
    """Return what undoes this Content-Encoding; None where it is unknown."""
    names = [each.strip().lower() for each in encoding.split(",")]
    names = [each for each in names if each not in {"", "identity"}]
    if not names:
        return _Plain()
    window = _WINDOWS.get(names[0]) if len(names) == 1 else None
    return _Packed(window) if window else None


class _Plain:
    is_whole = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            yield data


class _Packed:
    """One compressed stream, or several of gzip one after the other."""

    def __init__(self, window: Callable[[bytes], int]) -> None:
        self._window = window
        self._stream = zlib.decompressobj()
        self._is_open = self._has_ended = False
        self._held = b""

    @property
    def is_whole(self) -> bool:
        return self._has_ended or not (self._is_open or self._held)

    def feed(self, data: bytes) -> Iterator[bytes]:
        data, self._held = self._held + data, b""
        piece = b""
        while data or len(piece) == PIECE:
            if not self._is_open and not self._begins(data):
                return
            piece, data = self._unpacked(data)
            if piece:
                yield piece

    def _begins(self, data: bytes) -> bool:
        """Open a stream; False where these bytes are too few for one, or behind the end of the last."""
        if len(data) < _HEAD:
            self._held = data
        elif not self._has_ended or data.startswith(_GZIP_MAGIC):
            self._stream = zlib.decompressobj(self._window(data[:_HEAD]))
            self._is_open, self._has_ended = True, False
        return self._is_open

    def _unpacked(self, data: bytes) -> tuple[bytes, bytes]:
        piece = self._stream.decompress(data, PIECE)
        if not self._stream.eof:
            return piece, self._stream.unconsumed_tail
        self._is_open, self._has_ended = False, True
        return piece, self._stream.unused_data


def _gzip(head: bytes) -> int:
    del head
    return zlib.MAX_WBITS | 16


def _deflate(head: bytes) -> int:
    # "deflate" means zlib's format, and some servers send the bare stream: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2
    is_zlib = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head, "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


_WINDOWS: dict[str, Callable[[bytes], int]] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate}
