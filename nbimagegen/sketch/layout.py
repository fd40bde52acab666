"""Where things stand on the sheet: the window, the prompt, and the line that says "sketch"."""

from dataclasses import dataclass

from PIL import ImageDraw

from nbimagegen.sketch import fonts
from nbimagegen.sketch.lettering import Setting, fitted
from nbimagegen.sketch.palettes import Colour, Palette, mix

MARKS = (
    "SKETCH · OFFLINE, NO MODEL WAS ASKED",
    "SKETCH · NO MODEL WAS ASKED",
    "SKETCH · OFFLINE",
    "SKETCH",
)
_TRACKING = 0.14  # between the letters of the mark, in type sizes

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet, in pixels."""

    width: int
    height: int
    window: Box
    caption: Setting
    caption_at: tuple[int, int]
    mark: str
    mark_at: tuple[int, int]
    mark_size: float
    column: int

    def write(self, draw: ImageDraw.ImageDraw, palette: Palette) -> None:
        """Write prompt and mark, and lay a few drops of the palette beside the mark."""
        left, top = self.caption_at
        font = self.caption.face.at(self.caption.size)
        for number, line in enumerate(self.caption.lines):
            place = (left, top + (number + 0.8) * self.caption.leading)
            draw.text(place, line, fill=palette.ink, font=font, anchor="ls")
        tracked(draw, self.mark_at, self.mark, self.mark_size, mix(palette.ink, palette.paper, 0.25))
        self._drops(draw, palette)

    def _drops(self, draw: ImageDraw.ImageDraw, palette: Palette) -> None:
        colours = (*palette.accents[:2], *palette.tones[1:4])
        side = max(4, round(self.mark_size * 0.85))
        step = round(side * 1.5)
        right = self.mark_at[0] + self.column
        free = right - self.mark_at[0] - tracked_width(self.mark, self.mark_size)
        if free < step * (len(colours) + 1):
            return
        base = self.mark_at[1]
        for number, colour in enumerate(colours):
            left = right - step * (len(colours) - 1 - number) - side
            draw.rectangle((left, base - side, left + side - 1, base - 1), fill=colour)


def planned(prompt: str, width: int, height: int) -> Layout:
    """The layout for a sheet: the words beneath the window, or beside it on a very wide sheet."""
    beside = width > height * 2.6
    return _beside(prompt, width, height) if beside else _beneath(prompt, width, height)


def _beneath(prompt: str, width: int, height: int) -> Layout:
    margin = _margin(width, height)
    column = width - 2 * margin
    size = type_size(width, height)
    sizes = [size * share for share in (1.25, 1.1, 1.0, 0.88, 0.78)]
    caption = fitted(prompt, column, _legible(sizes), 3 if height < width * 1.7 else 5)
    mark, mark_size = _mark(column, size)
    base = height - round(margin * 0.9)
    top = base - round(mark_size * 2.1) - caption.height
    window = (margin, margin, width - margin, top - round(size * 0.75))
    return Layout(width, height, window, caption, (margin, top), mark, (margin, base), mark_size, column)


def _beside(prompt: str, width: int, height: int) -> Layout:
    margin = _margin(width, height)
    column = round(min(width * 0.24, height * 1.3))
    size = max(11.0, height * 0.048)
    sizes = [size * share for share in (1.35, 1.15, 1.0, 0.85, 0.7)]
    room = height - 2 * margin - size * 2
    lines = max(2, int(room / (_legible(sizes)[-1] * 1.34)))
    caption = fitted(prompt, column, _legible(sizes), min(7, lines))
    mark, mark_size = _mark(column, size * 0.8)
    column = min(column, _needed(caption, mark, mark_size))
    left = width - margin - column
    base = height - margin
    top = base - round(mark_size * 2.1) - caption.height
    window = (margin, margin, left - round(margin * 1.2), height - margin)
    return Layout(width, height, window, caption, (left, top), mark, (left, base), mark_size, column)


def _needed(caption: Setting, mark: str, mark_size: float) -> int:
    """The width of the words as they are set, so that the window gets the rest."""
    font = caption.face.at(caption.size)
    words = max(font.getlength(line) for line in caption.lines)
    return round(max(words, tracked_width(mark, mark_size) + mark_size * 10))


def _margin(width: int, height: int) -> int:
    return round(min(width, height) * 0.055)


def type_size(width: int, height: int) -> float:
    """The size of the prompt at ease: a share of the sheet, with the narrow side leading."""
    return max(11.0, min(width, height) * 0.022 + (width * height) ** 0.5 * 0.008)


def _legible(sizes: list[float]) -> list[float]:
    return list(dict.fromkeys(max(10.5, size) for size in sizes))


def _mark(column: int, size: float) -> tuple[str, float]:
    """The longest wording of the mark that fits, and its size."""
    small = max(8.0, size * 0.5)
    for mark in MARKS:
        if tracked_width(mark, small) <= column:
            return mark, small
    return MARKS[-1], small


def tracked_width(text: str, size: float) -> float:
    """The width of a text with wide gaps between its letters."""
    font = fonts.BUILT_IN.at(size)
    return sum(font.getlength(sign) for sign in text) + size * _TRACKING * (len(text) - 1)


def tracked(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: float, colour: Colour
) -> None:
    """Write a text with wide gaps between its letters; `place` is where its base line begins."""
    font = fonts.BUILT_IN.at(size)
    left: float = place[0]
    for sign in text:
        draw.text((left, place[1]), sign, fill=colour, font=font, anchor="ls")
        left += font.getlength(sign) + size * _TRACKING
