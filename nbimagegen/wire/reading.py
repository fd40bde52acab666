"""A string as it comes → the same string, with a mark in place of each picture's base64.

Prose is what a model writes: pictures stand among words. Any other field is a picture as a whole, or none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbimagegen.wire.base64_text import Run

if TYPE_CHECKING:
    from nbimagegen.wire.flow import Flow, Picture

LONG = 1024  # what is shorter is read at the end, when its whole is known

# PNG, JPEG, WebP and GIF in base64; or the narrowest line into which base64 is broken, without a space.
_MAGIC = r"iVBORw0KGgo|[/_]9j[/_]|UklGR|R0lGOD"
_BARE = re.compile(rf"(?:{_MAGIC}|[A-Za-z0-9+/_-]{{60}})[A-Za-z0-9+/=_\r\n-]*")
_SHORT_BARE = re.compile(rf"(?:{_MAGIC})[A-Za-z0-9+/=_\r\n-]*")
_DATA_URI = re.compile(r"\s*data:[^,\0]{0,200};base64,", re.IGNORECASE)
_PICTURE = re.compile(
    r"data:image/[a-z0-9.+-]{1,40}(?:;[a-z0-9=.-]{1,40}){0,3}?;base64,(?=[a-z0-9+/_-])", re.IGNORECASE
)
_LONGEST_START = 256  # how far before the end of what came a picture may have begun
_BEFORE_BRACKET = 16

# What a picture's base64 may be made of: up to a space, up to a bracket, or all that comes.
_WORD = re.compile(r"[A-Za-z0-9+/=_-]*")
_LINES = re.compile(r"[A-Za-z0-9+/=_\s-]*")
_ALL = re.compile(r".*", re.DOTALL)

# What the end of a text is, where more may make it a picture.
_UNFINISHED = re.compile(r"(?:d|da|dat|data|data:[a-z0-9/;=.+-]{0,200},?)\Z", re.IGNORECASE)
_UNFINISHED_BARE = re.compile(r"[A-Za-z0-9+/=_\r\n-]+")


class Reader:
    """Reads one string, in prose or not.

    Args:
        flow: Where its pictures go.
        is_prose: Whether it is.
        before: The end of the prose that it goes on with.
    """

    def __init__(self, flow: Flow, *, is_prose: bool, before: str = "") -> None:
        self._flow = flow
        self._is_prose = is_prose
        self._before = before
        self._is_begun = False  # whether it is known if the string is a picture as a whole
        self._picture: Picture | None = None
        self._held = ""
        self._read: list[str] = []

    def feed(self, text: str) -> None:
        """Take the next stretch."""
        if self._picture is not None:
            text = self._continue(self._picture, text)
        self._held += text
        if not self._is_begun and len(self._held) >= LONG:
            self._begin(_BARE)
        if self._is_begun:
            self._look()

    def feed_strict(self, letters: bytes) -> bool:
        """Take the next stretch, if it goes on with a picture in strict base64; else it is for `feed`."""
        return self._picture is not None and self._picture.feed_strict(letters)

    def resume(self) -> None:
        """Go on with the picture that what came ends in the middle of, if it does."""
        picture = self._flow.open_at_end(self._held)
        if picture is not None:
            self._is_begun = True
            self._keep(self._held)
            self._held, self._picture = "", picture

    def close(self) -> str:
        """Return the string; a picture that it ends in the middle of stays open for what may follow."""
        if not self._is_begun:
            self._begin(_SHORT_BARE)
            self._look()
        self._keep(self._held)
        self._held = ""
        return "".join(self._read)

    def doubt(self) -> None:
        """Say that the picture in whose middle what came ends, if it does, may lack the rest."""
        if self._picture is not None:
            self._picture.may_be_cut = True

    @property
    def is_between(self) -> bool:
        """Whether a picture that comes next can be read by itself."""
        may_be_bare = not self._is_begun and _UNFINISHED_BARE.fullmatch(self._held.strip())
        return not (self._picture or may_be_bare or _UNFINISHED.search(self._held))

    @property
    def end(self) -> str:
        """How what came ends."""
        return self._held[-_BEFORE_BRACKET:]

    def _begin(self, bare: re.Pattern[str]) -> None:
        """Find out whether the string is a picture as a whole, and if so begin it."""
        self._is_begun = True
        head = self._held[:LONG]
        uri = None if self._is_prose else _DATA_URI.match(head)
        if uri or (bare.fullmatch(head.strip()) and (len(self._held) >= LONG or _is_sound(head))):
            self._open(self._flow.begin(_ALL, is_named=uri is not None), self._held, uri.end() if uri else 0)
            self._held = ""

    def _look(self) -> None:
        """Take the pictures out of what is held; its end stays, for one may begin there."""
        text, place = self._held, 0
        while self._is_prose and self._picture is None and (match := _PICTURE.search(text, place)):
            letters = _LINES if self._is_in_brackets(text, match.start()) else _WORD
            self._keep(text[place : match.start()])
            place = self._open(self._flow.begin(letters), text, match.end())
        end = len(text) if self._picture else max(place, len(text) - _LONGEST_START)
        self._keep(text[place:end])
        self._held = text[end:]

    def _is_in_brackets(self, text: str, place: int) -> bool:
        before = text[max(0, place - _BEFORE_BRACKET) : place]
        before = before if self._read else self._before + before
        return before[-_BEFORE_BRACKET:].rstrip("< \t\r\n").endswith("(")

    def _open(self, picture: Picture, text: str, place: int) -> int:
        self._keep(picture.mark)
        end = picture.feed(text, place)
        self._picture = picture if picture.is_open else None
        return end

    def _continue(self, picture: Picture, text: str) -> str:
        end = picture.feed(text)
        self._picture = picture if picture.is_open else None
        return text[end:]

    def _keep(self, text: str) -> None:
        if text:
            self._flow.words.hold(len(text))
            self._read.append(text)


def read(text: str, flow: Flow, *, is_prose: bool) -> str:
    """Return a whole string, read; what was read before stays as it is."""
    reader = Reader(flow, is_prose=is_prose)
    reader.feed(text)
    return reader.close()


def picture_of(text: str, flow: Flow) -> Picture:
    """Return the picture that `text`, which must be base64 then, stands for."""
    picture = flow.begin(_ALL)
    picture.feed(text)
    picture.close()
    return picture


def _is_sound(text: str) -> bool:
    run = Run()
    run.feed(text)
    run.close()
    return not run.is_damaged
