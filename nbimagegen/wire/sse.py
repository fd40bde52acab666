"""Server-sent events, slice by slice → the data that they carry, as it comes.

Comments, pings and names say nothing and are passed over; no line is ever gathered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator

DONE = b"[DONE]"
MAX_LINES = 2_000_000

_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")
LONGEST_FIELD = 6
_DATA = b"data: "
_BREAKS = b"\r\n"


class Lines:
    """Reads the lines of one stream; LF, CR and CRLF end them, wherever the slices end."""

    def __init__(self) -> None:
        self._count = 0
        self._start = b""  # of a line that may become data
        self._is_data: bool | None = None  # the line that is being read; None: not known yet
        self._has_data = False  # the event that is being read
        self._ended_by_cr = False

    def feed(self, data: bytes) -> Iterator[bytes | None]:
        """Yield pieces of the event's data, and None where the event is over.

        Raises:
            AnswerError: The stream has more lines than any answer has.
        """
        begun = int(self._ended_by_cr and data.startswith(b"\n"))
        if data:
            self._ended_by_cr = data.endswith(b"\r")
        for part in _parts(data[begun:]):
            yield from self._part(part)

    def close(self) -> Iterator[bytes | None]:
        """Yield what is left; a last event without its blank line counts too."""
        yield from self._part(b"\n")
        yield from self._part(b"\n")

    def _part(self, part: bytes) -> Iterator[bytes | None]:
        text = part.rstrip(_BREAKS)
        is_whole = len(text) < len(part)
        if self._is_data is None:
            text = self._opened(text, is_whole=is_whole)
        if self._is_data and text:
            yield text
        if is_whole:
            yield from self._ended()

    def _opened(self, text: bytes, *, is_whole: bool) -> bytes:
        """Return the data in a line that begins with `text`, once its field is known."""
        text, self._start = self._start + text, b""
        if len(text) < len(_DATA) and not is_whole:
            self._start = text
            return b""
        if text:
            self._is_data = text.startswith(_DATA[:-1])
        return self._data(text) if self._is_data else b""

    def _data(self, line: bytes) -> bytes:
        """Return the data of a line; several lines of an event are joined by line breaks."""
        joint = b"\n" if self._has_data else b""
        self._has_data = True
        return joint + line[len(_DATA) - 1 :].removeprefix(b" ")

    def _ended(self) -> Iterator[None]:
        self._count += 1
        if self._count > MAX_LINES:
            raise AnswerError(f"The answer has over {MAX_LINES:,} lines; this one may be billed.")
        if self._is_data is None and self._has_data:
            self._has_data = False
            yield None
        self._is_data = None


def _parts(data: bytes) -> list[bytes]:
    """Return lines with their ends, the last one perhaps without."""
    is_one = b"\n" not in data and b"\r" not in data  # as in the middle of a picture, and seen at once
    return [data] * bool(data) if is_one else data.splitlines(keepends=True)


def looks_like(start: bytes) -> bool:
    """Return whether a body that begins so, with at least `LONGEST_FIELD` bytes, is an event stream."""
    return start.startswith(_FIELDS)
