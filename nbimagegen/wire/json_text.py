"""One JSON document, slice by slice → a small one, with a mark in place of each picture's base64.

The small one is parsed at the end. What a string is, decides its length alone, never where slices end.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import TYPE_CHECKING, Any

from nbimagegen.wire.flow import Allowance
from nbimagegen.wire.reading import LONG, Reader

if TYPE_CHECKING:
    from nbimagegen.wire.flow import Flow

_SHOWN = 4096  # bytes of a document's beginning that an error may quote
_KEY = re.compile(rb'"([a-z_]{1,20})"\s{0,20}:\s{0,20}"\Z')
_LONGEST_KEY = 64  # with its quotes and spaces
_PROSE = {b"content", b"text"}  # and what stands in a list
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_SOUND = re.compile(r"(?:[^\\]+|\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4}))*")
_LONGEST_ESCAPE = 5  # without its last letter
_HEAD = 2 * LONG  # of a long string's first slice: by its end a picture has begun, if it does at once
_TAIL = 512  # of a long string's last slice, where a picture may have ended


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


# Line breaks in strings are allowed, and numbers that are none, or without end, are nothing.
_JSON = json.JSONDecoder(strict=False, parse_constant=lambda _: None, parse_float=_finite)


class Document:
    """Reads one document.

    Outside strings, and in short ones, bytes are kept as they are. A long one is handed to a reader;
    with `holds_prose`, prose is kept whole, for a picture may go on in it that an earlier document began.
    Else `before` is the end of what it may go on with.
    """

    def __init__(self, flow: Flow, *, holds_prose: bool = False, before: str = "") -> None:
        self.size = 0
        self._flow = flow
        self._holds_prose = holds_prose
        self._before = before
        self._words = Allowance()
        self._small = bytearray()
        self._is_inside = False  # a string, which began in the small document here:
        self._began = 0
        self._is_held = False  # that string, whatever its length
        self._long: _LongString | None = None  # or it is read by itself
        self._is_escaped = False  # by a backslash that ended the last slice
        self._is_broken = False

    def feed(self, data: bytes) -> None:
        """Take one slice.

        Raises:
            AnswerError: The document says more than any answer has to say.
        """
        self.size += len(data)
        place = 0
        try:
            while place < len(data) and not self._is_broken:
                place = self._inside(data, place) if self._is_inside else self._outside(data, place)
        except ValueError:
            self._is_broken = True  # which is told when it is read

    def read(self) -> Any:
        """Return what the document says.

        Raises:
            ValueError: It is no JSON.
        """
        if self._is_broken:
            raise ValueError("an escape in a string is none")
        try:
            return _JSON.decode(self._small.decode("utf-8", "replace").removeprefix("\ufeff"))
        except RecursionError:
            raise ValueError("it is nested too deep") from None

    @property
    def start(self) -> bytes:
        """How it begins."""
        return bytes(self._small[:_SHOWN])

    def _outside(self, data: bytes, place: int) -> int:
        quote = data.find(b'"', place)
        end = len(data) if quote < 0 else quote + 1
        self._words.hold(end - place)
        self._small += data[place:end]
        self._is_inside, self._began = quote >= 0, len(self._small)
        return end

    def _inside(self, data: bytes, place: int) -> int:
        quote = self._end_of_string(data, place)
        self._take(data[place : quote if quote >= 0 else len(data)])
        if quote < 0:
            return len(data)
        self._end_string()
        return quote + 1

    def _end_of_string(self, data: bytes, place: int) -> int:
        """Return where the string ends, or -1; a quote behind an odd number of backslashes is part of it."""
        start = place + self._is_escaped
        quote = data.find(b'"', start)
        while quote >= 0 and _is_odd(data, start, quote):
            start = quote + 1
            quote = data.find(b'"', start)
        self._is_escaped = quote < 0 and _is_odd(data, start, len(data))
        return quote

    def _take(self, raw: bytes) -> None:
        if self._long is not None:
            self._long.feed(raw)
        elif self._is_held or len(self._small) - self._began + len(raw) < LONG:
            self._small += raw
        else:
            self._small += raw[:_HEAD]
            self._begin_long()
            self._take(raw[_HEAD:])

    def _begin_long(self) -> None:
        """Take the string that began out of the small document, and read it by itself, or hold it."""
        key = _KEY.search(self._small, max(0, self._began - _LONGEST_KEY), self._began)
        is_prose = key is None or key[1] in _PROSE
        self._is_held = is_prose and self._holds_prose
        if not self._is_held:
            raw = bytes(self._small[self._began :])
            del self._small[self._began :]
            self._long = _LongString(Reader(self._flow, is_prose=is_prose, before=self._before))
            self._long.feed(raw)

    def _end_string(self) -> None:
        if self._long is not None:
            self._small += self._long.close()
        if not self._is_held:
            self._words.hold(len(self._small) - self._began)
        self._small += b'"'
        self._is_inside = self._is_held = False
        self._long = None


class _LongString:
    """A string as it stands in a document, without its quotes → characters for a reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""  # the beginning of an escape

    def feed(self, raw: bytes) -> None:
        if self._feed_strict(raw):
            return
        if len(raw) > _TAIL and self._feed_strict(raw[:-_TAIL]):
            raw = raw[-_TAIL:]
        self._feed_text(raw)

    def _feed_strict(self, raw: bytes) -> bool:
        is_between = not (self._rest or self._utf8.getstate()[0])
        return is_between and self._reader.feed_strict(_with_bare_slashes(raw))

    def _feed_text(self, raw: bytes) -> None:
        text = self._rest + self._utf8.decode(raw)
        end = _end_of_escapes(text)
        self._rest = text[end:]
        self._hand_on(text[:end])

    def close(self) -> bytes:
        """Return the string that was read, as it stands in a document."""
        self._hand_on(self._rest + self._utf8.decode(b"", final=True))
        return json.dumps(self._reader.close())[1:-1].encode()

    def _hand_on(self, text: str) -> None:
        """Hand on what `text` stands for, up to an escape that is none, so that no slice decides what is."""
        try:
            plain = _unescaped(text)
        except ValueError:
            sound = _SOUND.match(text)
            self._reader.feed(_unescaped(sound[0] if sound else ""))
            raise
        self._reader.feed(plain)


def _is_odd(text: bytes, start: int, end: int) -> bool:
    """Return whether an odd number of backslashes ends this stretch: the last one begins an escape."""
    if not text.endswith(b"\\", start, end):
        return False  # and nothing is copied
    stretch = text[start:end]
    return (len(stretch) - len(stretch.rstrip(b"\\"))) % 2 == 1


def _with_bare_slashes(raw: bytes) -> bytes:
    """Return base64 without the backslashes that PHP, among others, puts before its slashes."""
    return raw.replace(b"\\/", b"/") if b"\\" in raw else raw


def _end_of_escapes(text: str) -> int:
    """Return where `text` ends, or where the escape begins in whose middle it ends."""
    match = _ESCAPE.search(text, max(0, len(text) - _LONGEST_ESCAPE))
    if match is None:
        return len(text)
    before = text[: match.start()]
    is_escaped = (len(before) - len(before.rstrip("\\"))) % 2 == 1
    return len(text) if is_escaped else match.start()


def _unescaped(text: str) -> str:
    return _JSON.decode(f'"{text}"') if "\\" in text else text
