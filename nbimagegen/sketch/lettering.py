"""Setting the prompt: clean it, break it into lines, and find the size at which it fits."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL.ImageFont import FreeTypeFont

from nbimagegen.sketch import fonts
from nbimagegen.sketch.fonts import Face

LONGEST = 700  # letters of a prompt that a caption may show
LEADING = 1.34  # from line to line, in type sizes
_SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
_NEVER_FIRST = frozenset("，。！？、；：）》」』】〉”’…,.!?;:)]}%·ー々")  # noqa: RUF001 - they are what they look like
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Setting:
    """A text broken into lines, and the font and size to draw it with."""

    lines: tuple[str, ...]
    face: Face
    size: float

    @property
    def leading(self) -> int:
        """The distance from one line to the next, in pixels."""
        return round(self.size * LEADING)

    @property
    def height(self) -> int:
        """The height of all lines, in pixels."""
        return self.leading * len(self.lines)


def fitted(prompt: str, width: int, sizes: Sequence[float], lines: int) -> Setting:
    """Set a prompt into a width: the first of `sizes` that takes at most `lines` lines.

    What does not fit at the last of the sizes ends in an ellipsis.
    """
    text, face = settable(prompt)
    pieces = list(_pieces(text))
    for size in sizes:
        broken = _broken(pieces, face.at(size), width)
        if len(broken) <= lines:
            return Setting(_balanced(pieces, face.at(size), width, broken), face, size)
    size = sizes[-1]
    font = face.at(size)
    broken = _broken(pieces, font, width)[:lines]
    return Setting((*broken[:-1], _shortened(broken[-1], font, width)), face, size)


def settable(prompt: str) -> tuple[str, Face]:
    """What of a prompt this machine can set, and the font for it; never a box for a letter."""
    text = cleaned(prompt)
    face = fonts.best(text)
    letters = [sign for sign in text if _is_letter(sign)]
    lost = [sign for sign in letters if not face.covers(sign)]
    if len(lost) * 2 > len(letters):
        return _apology(lost[0]), fonts.BUILT_IN
    kept = _without_missing(text, face)
    return (kept, face) if kept else ("A prompt in signs only", fonts.BUILT_IN)


def cleaned(prompt: str) -> str:
    """A prompt on one line: no control or formatting characters, single spaces, not endless."""
    text = " ".join(prompt[: LONGEST * 4].split())
    text = unicodedata.normalize("NFC", text[: LONGEST * 2])
    kept = (sign for sign in text if unicodedata.category(sign)[0] != "C")
    text = " ".join("".join(kept).split())
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LN"


def _apology(sign: str) -> str:
    script = unicodedata.name(sign, "another").partition(" ")[0]
    script = _SCRIPTS.get(script, script.title())
    return f"A prompt in {script}, for which this machine has no font"


def _without_missing(text: str, face: Face) -> str:
    """Leave out what the font lacks: signs silently, words as an ellipsis."""
    marked = (sign if sign == " " or face.covers(sign) else _stand_in(sign) for sign in text)
    text = re.sub(r"\0+(?: *\0+)*", "…", "".join(marked))
    return " ".join(text.split())


def _stand_in(sign: str) -> str:
    return "\0" if _is_letter(sign) else ""


def _pieces(text: str) -> Iterator[str]:
    """The parts between which a line may end: words with their space, or single wide signs."""
    piece = ""
    for sign in text:
        wide = _WIDE.match(sign) is not None
        if (
            piece
            and sign not in _NEVER_FIRST
            and (wide or piece[-1] == " " or _WIDE.match(piece[-1]))
            and sign != " "
        ):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _broken(pieces: Sequence[str], font: FreeTypeFont, width: int) -> list[str]:
    lines, line, used = [""], "", 0.0
    for piece in _short_enough(pieces, font, width):
        wanted = font.getlength(piece)
        if line and used + font.getlength(piece.rstrip()) > width:
            lines.append("")
            used = 0.0
        line = lines[-1] = lines[-1] + piece
        used += wanted
    return [line.strip() for line in lines]


def _short_enough(pieces: Sequence[str], font: FreeTypeFont, width: int) -> Iterator[str]:
    """Words that are wider than a line are cut into parts that are not."""
    for piece in pieces:
        if font.getlength(piece.rstrip()) <= width:
            yield piece
            continue
        share = max(1, int(len(piece) * width / font.getlength(piece) * 0.9))
        yield from (piece[start : start + share] for start in range(0, len(piece), share))


def _balanced(pieces: Sequence[str], font: FreeTypeFont, width: int, lines: list[str]) -> tuple[str, ...]:
    """The same number of lines, but about equally long, so that no word stands alone."""
    if len(lines) == 1:
        return tuple(lines)
    for share in (0.6, 0.7, 0.8, 0.9):
        tried = _broken(pieces, font, round(width * share))
        if len(tried) <= len(lines):
            return tuple(tried)
    return tuple(lines)


def _shortened(line: str, font: FreeTypeFont, width: int) -> str:
    line = line.rstrip("… ")
    while line and font.getlength(line + "…") > width:
        line = line[:-1].rstrip()
    return line + "…"
