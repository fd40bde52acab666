"""A picture in brush strokes: coarse ones first, finer ones over them, each in the colour beneath it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from nbimagegen.sketch.dice import Dice, Floats

Whole = NDArray[np.int64]

_SIDE = 1536  # pixels of the longer side that strokes are laid on; a larger picture is enlarged from it
_FINE = 1.5  # a smaller picture is painted so many times as large, and reduced
_NEAR = 0.75  # the distance from stroke to stroke, in widths
_FLAT = 0.5  # steps of grey from side to side below which a place has no direction of its own
_IDLE = 0.6  # the turn of a stroke that nothing guides
_UNEVEN = 5.0  # steps of grey from stroke to stroke


def brushed(picture: Image.Image, ground: Image.Image, widths: Sequence[float], dice: Dice) -> Image.Image:
    """Paint over `ground` in the colours of `picture`.

    Args:
        picture: what to paint, RGB.
        ground: what stands there already, RGB, of the same size.
        widths: of the brushes one after the other, in shares of the shorter side.
        dice: where each stroke falls.
    """
    share = min(_FINE, _SIDE / max(picture.size))
    width, height = (max(1, round(side * share)) for side in picture.size)
    model, sheet = (image.resize((width, height)) for image in (picture, ground))
    for each in widths:
        _layer(sheet, model, max(2.0, each * min(model.size)), dice)
    return sheet.resize(picture.size)


def _layer(sheet: Image.Image, model: Image.Image, width: float, dice: Dice) -> None:
    """All strokes of one brush, in shuffled order."""
    soft = model.filter(ImageFilter.GaussianBlur(width / 3))
    xs, ys = _places(model.size, width, dice)
    colours = _mixed(np.asarray(soft)[ys, xs], dice)
    turns = _turns(np.asarray(soft.convert("L"), dtype=np.float64), xs, ys, dice)
    lengths = width * (0.6 + 0.7 * dice.many(len(xs)))
    dx, dy = lengths * np.cos(turns), lengths * np.sin(turns)
    ends = np.stack([xs - dx, ys - dy, xs + dx, ys + dy], 1)
    draw = ImageDraw.Draw(sheet)
    for line, colour in zip(ends.tolist(), colours.tolist(), strict=True):
        _stroke(draw, line, width, tuple(colour))


def _places(size: tuple[int, int], width: float, dice: Dice) -> tuple[Whole, Whole]:
    """Where the strokes are: a grid that was shaken and shuffled."""
    across, down = (np.arange(0.0, side, width * _NEAR) for side in size)
    xs, ys = np.tile(across, len(down)), np.repeat(down, len(across))
    order = np.argsort(dice.many(len(xs)))
    shaken = (along + width * 0.5 * dice.bell(len(along)) for along in (xs, ys))
    x, y = (along[order].clip(0, side - 1).astype(np.int64) for along, side in zip(shaken, size, strict=True))
    return x, y


def _mixed(colours: NDArray[np.uint8], dice: Dice) -> NDArray[np.uint8]:
    """The colours as a hand mixes them: each a little lighter or darker."""
    lighter = _UNEVEN * dice.bell(len(colours))
    return (colours + lighter[:, None]).clip(0, 255).astype(np.uint8)


def _turns(grey: Floats, xs: Whole, ys: Whole, dice: Dice) -> Floats:
    """The direction of each stroke: along the edge that it lies on, else the way of the hand."""
    bottom, right = grey.shape[0] - 1, grey.shape[1] - 1
    across = grey[ys, np.minimum(xs + 1, right)] - grey[ys, np.maximum(xs - 1, 0)]
    down = grey[np.minimum(ys + 1, bottom), xs] - grey[np.maximum(ys - 1, 0), xs]
    idle = _IDLE + 0.4 * dice.bell(len(xs))
    guided = np.arctan2(across, -down) + 0.25 * dice.bell(len(xs))
    return np.where(np.hypot(across, down) < _FLAT, idle, guided)


def _stroke(draw: ImageDraw.ImageDraw, line: list[float], width: float, colour: tuple[int, ...]) -> None:
    """A line with round ends."""
    half = width / 2
    draw.line(line, fill=colour, width=round(width))
    for x, y in (line[:2], line[2:]):
        draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)
