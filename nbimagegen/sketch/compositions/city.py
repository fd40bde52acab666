# ruff: noqa: PLR0913, PLR0917, PLR2004 - a painting is made of numbers, and a stroke takes many
"""A city at dusk: rows of towers, lit windows, and water in front."""

import numpy as np

from nbimagegen.sketch.canvas import Canvas
from nbimagegen.sketch.compositions.land import tone
from nbimagegen.sketch.compositions.sky import sky
from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.palettes import Colour, Palette, mix

Tower = tuple[float, float, float]  # left, width, height above the shore


def skyline(c: Canvas, p: Palette, d: Dice) -> None:
    """Three rows of towers over their blurred mirror in the water."""
    shore = c.h * d.between(0.76, 0.84)
    light = sky(c, p, d, shore)
    _water(c, p, shore)
    rows = 4
    room = min(shore * 0.62, 0.62)
    for row in range(rows):
        depth = row / (rows - 1)
        colour = mix(tone(p, 0.1 + depth * 0.9), p.low, 0.3 * (1 - depth))
        towers = _towers(c, d, room * (1 - 0.38 * depth), 0.07 + 0.035 * depth)
        for tower in towers:
            _mirror(c, p, tower, shore, colour)
            _tower(c, p, d, tower, shore, colour, depth)
    _shimmer(c, p, d, shore, light.x)


def _towers(c: Canvas, d: Dice, tall: float, broad: float) -> list[Tower]:
    """Houses from left to right; where the town is dense they are taller."""
    towers: list[Tower] = []
    left = -0.02
    centre, spread = c.w * d.between(0.25, 0.75), max(0.35, c.w * 0.3)
    while left < c.w:
        width = broad * d.between(0.6, 1.5)
        dense = float(np.exp(-(((left - centre) / spread) ** 2)))
        height = tall * (0.22 + 0.5 * dense * d.between(0.4, 1) + d.between(0, 0.28))
        towers.append((left, width, height))
        left += width + (d.between(0.005, 0.04) if d.chance(0.35) else 0)
    return towers


def _water(c: Canvas, p: Palette, shore: float) -> None:
    c.shade(_box(0, shore, c.w, c.h - shore + 0.01), [(0, mix(p.low, p.tones[1], 0.5)), (1, p.tones[3])])


def _box(
    left: float, top: float, width: float, height: float
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    right, bottom = left + width, top + height
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float64)


def _tower(c: Canvas, p: Palette, d: Dice, tower: Tower, shore: float, colour: Colour, depth: float) -> None:
    left, width, height = tower
    top = shore - height
    c.polygon(_box(left, top, width, height), colour)
    _roof(c, d, tower, top, colour)
    c.polygon(_box(left + width * 0.72, top, width * 0.28, height), mix(colour, p.tones[4], 0.3))
    if depth > 0.3:
        _windows(c, p, d, tower, top, colour, depth)


def _roof(c: Canvas, d: Dice, tower: Tower, top: float, colour: Colour) -> None:
    left, width, height = tower
    kind = d.whole(0, 5)
    middle = left + width / 2
    if kind == 0:
        c.polygon(
            np.array([[left, top + 0.001], [left + width, top + 0.001], [left + width, top - width * 0.4]]),
            colour,
        )
    elif kind == 1 and height > 0.2:
        c.polygon(_box(left + width * 0.2, top - 0.03, width * 0.6, 0.031), colour)
        c.polygon(_box(left + width * 0.36, top - 0.05, width * 0.28, 0.021), colour)
        c.polygon(_box(middle - 0.0018, top - 0.11, 0.0036, 0.07), colour)
    elif kind == 2:
        c.polygon(_box(left + width * 0.15, top - 0.014, width * 0.3, 0.015), colour)
    elif kind == 3 and height > 0.16:
        c.polygon(
            np.array([[left, top + 0.001], [middle, top - width * 0.75], [left + width, top + 0.001]]), colour
        )


def _windows(c: Canvas, p: Palette, d: Dice, tower: Tower, top: float, colour: Colour, depth: float) -> None:
    """A grid of windows, some of them lit."""
    left, width, height = tower
    across, down = 0.011 + 0.004 * depth, 0.016 + 0.004 * depth
    columns, rows = int((width - 0.012) / across), int((height - 0.02) / down)
    if columns < 1 or rows < 1:
        return
    start = left + (width - columns * across) / 2 + across * 0.2
    chances = d.many(columns * rows).tolist()
    lit = 0.3 if d.chance(0.8) else 0.06
    warm, dim = mix(p.accents[0], p.light, 0.45), mix(colour, p.light, 0.14)
    for number, chance in enumerate(chances):
        row, column = divmod(number, columns)
        if chance < lit + 0.2:
            place = _box(start + column * across, top + 0.012 + row * down, across * 0.55, down * 0.52)
            c.polygon(place, warm if chance < lit else dim)


def _mirror(c: Canvas, p: Palette, tower: Tower, shore: float, colour: Colour) -> None:
    left, width, height = tower
    depth = min(height * 0.55, c.h - shore)
    c.polygon(_box(left, shore, width, depth), mix(colour, p.tones[3], 0.35), 0.4)


def _shimmer(c: Canvas, p: Palette, d: Dice, shore: float, light: float) -> None:
    """Level strokes of light on the water."""
    deep = c.h - shore
    for _ in range(round(70 * c.w)):
        away = d.between(0.02, 0.96)
        near = d.chance(0.3)
        x = light + d.between(-0.12, 0.12) if near else d.between(0, c.w)
        colour = p.light if near else d.pick((p.accents[0], p.tones[1], p.low, p.tones[4]))
        length = d.between(0.015, 0.06) * (0.5 + away)
        c.polygon(_box(x - length / 2, shore + deep * away, length, 0.0028), colour, 0.6)
    c.polygon(_box(0, shore - 0.002, c.w, 0.004), p.tones[4])
