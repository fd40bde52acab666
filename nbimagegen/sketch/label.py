"""The label for a picture without a frame: what was asked, and that this is a sketch, where there is room."""

from collections.abc import Iterator

from PIL import Image, ImageDraw

from nbimagegen.sketch.layout import MARKS, tracked, tracked_width, type_size
from nbimagegen.sketch.lettering import fitted
from nbimagegen.sketch.palettes import Palette, mix
from nbimagegen.sketch.room import room

_SMALLEST = 7.5  # pixels of type that can be read
_LARGEST_SHARE = 0.16  # of the picture's part that is painted


def labelled(picture: Image.Image, region: Image.Image, words: str, palette: Palette) -> Image.Image:
    """A copy of a picture with the largest label that has room in a region of it.

    Args:
        picture: what to label.
        region: one channel, 255 where a label may lie.
        words: what was asked for.
        palette: for paper and ink.
    """
    most = sum(region.histogram()[255:]) * _LARGEST_SHARE
    size = max(_SMALLEST, type_size(*picture.size) * 0.5)
    for label in _labels(words, palette, size):
        margin = label.height // 5
        place = room(region, label.width + 2 * margin, label.height + 2 * margin)
        if place and label.width * label.height <= most:
            sheet = picture.copy()
            sheet.paste(label, (place[0] + margin, place[1] + margin))
            return sheet
    return picture.copy()


def _labels(words: str, palette: Palette, size: float) -> Iterator[Image.Image]:
    """Labels, the largest first: with the words, then the mark alone, ever shorter."""
    sizes = dict.fromkeys((size, max(_SMALLEST, size * 0.75), _SMALLEST))
    yield from (_with_words(words, mark, palette, each) for each in sizes for mark in MARKS[:3])
    yield from (_mark_alone(mark, palette, each) for each in sizes for mark in MARKS)


def _with_words(words: str, mark: str, palette: Palette, size: float) -> Image.Image:
    pad, width = round(size * 1.1), round(tracked_width(mark, size))
    caption = fitted(words, width, [size * 1.9, size * 1.6, size * 1.4], 2)
    gap = round(size * 0.9)
    height = caption.height + gap + round(size)
    label = Image.new("RGB", (width + 2 * pad, height + 2 * pad), palette.paper)
    draw = ImageDraw.Draw(label)
    font = caption.face.at(caption.size)
    for number, line in enumerate(caption.lines):
        draw.text(
            (pad, pad + (number + 0.8) * caption.leading), line, fill=palette.ink, font=font, anchor="ls"
        )
    _write(draw, (pad, pad + height), mark, palette, size)
    return label


def _mark_alone(mark: str, palette: Palette, size: float) -> Image.Image:
    pad = round(size * 0.6)
    width, height = round(tracked_width(mark, size)), round(size * 0.75)
    label = Image.new("RGB", (width + 2 * pad, height + 2 * pad), palette.paper)
    _write(ImageDraw.Draw(label), (pad, pad + height), mark, palette, size)
    return label


def _write(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], mark: str, palette: Palette, size: float
) -> None:
    tracked(draw, place, mark, size, mix(palette.ink, palette.paper, 0.25))
