"""The pictures of one answer: numbered as they begin, their bytes handed on as they come.

In a text a mark stands for each. Whoever forges one names a picture of the same answer, or nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError
from nbimagegen.wire.base64_text import Run
from nbimagegen.wire.media import kind_of
from nbimagegen.wire.messages import Bytes

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_HELD = 8 * 2**20  # bytes of an answer besides its pictures; a hundred novels
MAX_PICTURES = 4096  # in one answer, previews too

MARK = re.compile(r"\0(\d{1,9})\0", re.ASCII)
_MARK_AT_END = re.compile(r"\0(\d{1,9})\0\Z", re.ASCII)
_LONGEST_MARK = 11
_MAGIC_BYTES = 16  # enough to tell what a picture is


class Allowance:
    """How much may be held at a time of what an answer says."""

    def __init__(self) -> None:
        self._left = MAX_HELD

    def hold(self, size: int) -> None:
        """Count what is held.

        Raises:
            AnswerError: It is more than any answer has to say.
        """
        self._left -= size
        if self._left < 0:
            raise AnswerError(
                f"The answer holds over {MAX_HELD // 2**20} MiB besides its pictures and was cut off. "
                "Try another model or gateway; this one may be billed."
            )


class Picture:
    """One picture on its way: base64 goes in, its bytes go out, and what they are is remembered."""

    def __init__(
        self, number: int, letters: re.Pattern[str], emit: Callable[[Bytes], object], *, is_named: bool
    ) -> None:
        self.number = number
        self.mark = f"\0{number}\0"
        self.is_open = True
        self.may_be_cut = False  # told by whoever knows how the answer went on
        self.size = 0  # of the bytes so far
        self._letters = letters
        self._emit = emit
        self._is_named = is_named
        self._run = Run()
        self._start = b""

    def feed(self, text: str, place: int = 0) -> int:
        """Take the letters of base64 that stand at `place`; return where they end.

        Where they end before the text does, the picture is over.
        """
        match = self._letters.match(text, place)
        end = match.end() if match else place
        self._hand_on(self._run.feed(text[place:end]))
        if end < len(text):
            self.close()
        return end

    def feed_strict(self, letters: bytes) -> bool:
        """Take letters of strict base64, which any picture may be made of; False for any others."""
        data = self._run.feed_strict(letters)
        if data is not None:
            self._hand_on(data)
        return data is not None

    def close(self) -> None:
        """Hand on the last bytes; once is enough."""
        if self.is_open:
            self.is_open = False
            self._hand_on(self._run.close())

    @property
    def is_whole(self) -> bool:
        """Whether its base64 was sound, and not nothing."""
        return bool(self._start) and not self._run.is_damaged

    @property
    def is_certain(self) -> bool:
        """Whether it was called a picture, or its bytes begin like one."""
        return self._is_named or kind_of(self._start) is not None

    def _hand_on(self, data: bytes) -> None:
        if data:
            self._start += data[: max(0, _MAGIC_BYTES - len(self._start))]
            self.size += len(data)
            self._emit(Bytes(self.number, data))


class Flow:
    """What one answer hands on while it comes, and what it makes us hold."""

    def __init__(self) -> None:
        self.words = Allowance()
        self._pictures: list[Picture] = []
        self._ready: list[Bytes] = []

    def begin(self, letters: re.Pattern[str], *, is_named: bool = True) -> Picture:
        """Begin a picture whose base64 is what `letters` matches.

        Raises:
            AnswerError: The answer began more pictures than any answer has.
        """
        if len(self._pictures) == MAX_PICTURES:
            raise AnswerError(f"The answer holds over {MAX_PICTURES:,} pictures; this one may be billed.")
        picture = Picture(len(self._pictures), letters, self._ready.append, is_named=is_named)
        self._pictures.append(picture)
        return picture

    def named(self, text: str) -> Picture | None:
        """Return the picture of the mark that `text` is, whole and closed; None for any other text."""
        picture = self._of(MARK.fullmatch(text.strip()))
        if picture is not None:
            picture.close()
        return picture

    def open_at_end(self, text: str) -> Picture | None:
        """Return the picture that `text` ends in the middle of."""
        picture = self._of(_MARK_AT_END.search(text, max(0, len(text) - _LONGEST_MARK)))
        return picture if picture is not None and picture.is_open else None

    def size(self, number: int) -> int:
        """Return how many bytes a picture has."""
        return self._pictures[number].size

    def taken(self) -> list[Bytes]:
        """Return the bytes that are ready, and forget them."""
        ready, self._ready[:] = list(self._ready), []
        return ready

    def _of(self, match: re.Match[str] | None) -> Picture | None:
        number = int(match[1]) if match else len(self._pictures)
        return self._pictures[number] if number < len(self._pictures) else None
