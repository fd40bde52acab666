"""Many pictures → one PNG with a caption under each, for people who look through an export.

Knows nothing of what the captions say.
"""

from __future__ import annotations

import io
import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError
from nbimagegen.pixels.answers import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image, ImageDraw
    from PIL.ImageFont import FreeTypeFont

MOST = 1000  # pictures on a sheet
_EDGES = ((24, 256), (100, 192), (400, 128), (MOST, 96))  # up to so many pictures: so many pixels a side
_GAP = 12
_LINES = 2
_WIDER = 1.4  # than high, as screens and paper lying down
_PAPER, _INK, _FAINT, _FRAME = "#ffffff", "#18181b", "#6b7280", "#e5e7eb"


def contact_sheet(pictures: Sequence[bytes], captions: Sequence[str]) -> bytes:
    """Return a PNG of the pictures in rows, at most `MOST` of them, each over its caption.

    Args:
        pictures: Their bytes; best small ones, such as thumbnails. One that cannot be read leaves its place
            empty.
        captions: One for each, of up to two lines, cut to the width.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - slow to import, and not always needed

    shown = list(zip(pictures, captions, strict=True))[:MOST]
    grid = _grid(len(shown), len(pictures))
    sheet = Image.new("RGB", grid.size, _PAPER)
    pen = ImageDraw.Draw(sheet)
    for place, (data, caption) in enumerate(shown):
        left, top = grid.corner(place)
        pen.rectangle((left, top, left + grid.edge - 1, top + grid.edge - 1), outline=_FRAME)
        _paste(sheet, data, (left, top), grid.edge)
        _write(pen, caption, (left, top + grid.edge + 4), grid)
    if len(pictures) > len(shown):
        _line(
            pen, f"and {len(pictures) - len(shown):,} more", (_GAP, grid.size[1] - _GAP - grid.letter), grid
        )
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=len(shown) <= _EDGES[1][0])
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where everything is, in pixels."""

    columns: int
    rows: int
    edge: int
    letter: int
    has_more: bool

    @property
    def size(self) -> tuple[int, int]:
        more = self.letter + _GAP if self.has_more else 0
        return _GAP + self.columns * (self.edge + _GAP), _GAP + self.rows * self._height + more

    @property
    def _height(self) -> int:
        return self.edge + _LINES * round(self.letter * 1.4) + _GAP

    def corner(self, place: int) -> tuple[int, int]:
        row, column = divmod(place, self.columns)
        return _GAP + column * (self.edge + _GAP), _GAP + row * self._height


def _grid(shown: int, given: int) -> _Grid:
    edge = next(edge for most, edge in _EDGES if shown <= most)
    columns = max(1, min(shown, math.ceil(math.sqrt(shown * _WIDER))))
    return _Grid(columns, max(1, math.ceil(shown / columns)), edge, max(9, edge // 18), given > shown)


def _paste(sheet: Image.Image, data: bytes, corner: tuple[int, int], edge: int) -> None:
    try:
        image = decode(data).convert("RGBA")
    except AnswerError:
        return
    image.thumbnail((edge, edge), reducing_gap=2.0)
    left, top = corner
    place = left + (edge - image.width) // 2, top + (edge - image.height) // 2
    sheet.paste(image, place, image)


def _write(pen: ImageDraw.ImageDraw, caption: str, corner: tuple[int, int], grid: _Grid) -> None:
    left, top = corner
    for number, line in enumerate(caption.split("\n")[:_LINES]):
        _line(pen, line, (left, top + number * round(grid.letter * 1.4)), grid, _FAINT if number else _INK)


def _line(
    pen: ImageDraw.ImageDraw, text: str, corner: tuple[int, int], grid: _Grid, colour: str = _FAINT
) -> None:
    from nbimagegen.sketch import fonts  # noqa: PLC0415 - which imports Pillow

    plain = "".join(each for each in text if unicodedata.category(each)[0] != "C")
    font = fonts.best(plain).at(grid.letter)
    pen.text(corner, _cut(pen, plain, font, grid.edge), fill=colour, font=font)


def _cut(pen: ImageDraw.ImageDraw, text: str, font: FreeTypeFont, width: int) -> str:
    """Return as much of a text as the width takes."""
    text = text[:width]  # a letter is a pixel wide at least
    if pen.textlength(text, font=font) <= width:
        return text
    while text and pen.textlength(text + "…", font=font) > width:
        text = text[:-1]
    return text + "…"
