# ruff: noqa: PLR2004 - a painting is made of numbers, and a stroke takes many
"""A cat on a wall, before a very large moon."""

from collections.abc import Callable

import numpy as np

from nbimagegen.sketch.canvas import Canvas, smooth
from nbimagegen.sketch.compositions.sky import stars
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Colour, Palette, mix

Placing = Callable[[Floats], Floats]

# Half a unit tall, standing on y = 0; seen from behind, the head turned a little.
_BODY = [
    (-0.135, 0.0), (-0.165, -0.06), (-0.155, -0.15), (-0.115, -0.25), (-0.085, -0.31),
    (0.0, -0.335), (0.085, -0.31), (0.115, -0.25), (0.155, -0.15), (0.165, -0.06), (0.135, 0.0),
    (0.0, 0.008),
]  # fmt: skip
_HEAD = [
    (-0.1, -0.37), (-0.09, -0.42), (-0.05, -0.45), (0.0, -0.455), (0.05, -0.45), (0.09, -0.42),
    (0.1, -0.37), (0.07, -0.315), (0.0, -0.29), (-0.07, -0.315),
]  # fmt: skip
_EAR = [(-0.098, -0.385), (-0.088, -0.5), (-0.022, -0.448)]


def cat(c: Canvas, p: Palette, d: Dice) -> None:
    """One cat or two, sitting, looking at the moon."""
    far, near = (p.high, p.low) if p.is_dark else (mix(p.high, p.tones[3], 0.55), p.low)
    level = max(c.h * 0.46, c.h - 1.0)
    moon = (c.w * d.between(0.4, 0.6), level, d.between(0.29, 0.35))
    c.backdrop([(0, far), (1, near)], [(moon[0], moon[1], 0.6, p.light, 0.45)])
    if p.is_dark or sum(p.high) < 330:
        stars(c, p, d, c.h * 0.7)
    c.disc(*moon, p.light)
    for _ in range(6):
        turn, away = d.between(0, 6.3), d.between(0.1, 0.7) * moon[2]
        x, y = moon[0] + away * np.cos(turn), moon[1] + away * np.sin(turn)
        c.disc(x, y, moon[2] * d.between(0.05, 0.18), mix(p.light, near, 0.16))
    wall = level + 0.27
    _wall(c, p, wall)
    _sitting(c, p, d, (moon[0] - d.between(0.02, 0.09), wall), d.between(0.92, 1.1))
    if c.w > 1.3 or d.chance(0.35):
        side = 1 if moon[0] < c.w / 2 else -1
        _sitting(c, p, d, (moon[0] + side * 0.34, wall), d.between(0.55, 0.75))


def _wall(c: Canvas, p: Palette, top: float) -> None:
    dark = mix(p.tones[4], p.ink, 0.25)
    square = np.array([[0, top], [c.w, top], [c.w, c.h], [0, c.h]], dtype=np.float64)
    c.polygon(square, dark)
    c.polygon(np.array([[0, top], [c.w, top], [c.w, top + 0.016], [0, top + 0.016]]), p.tones[3])
    height, row = 0.055, 0
    y = top + 0.03
    while y < c.h:
        x = -0.14 + (row % 2) * 0.07
        while x < c.w:
            brick = np.array(
                [[x, y], [x + 0.128, y], [x + 0.128, y + height - 0.012], [x, y + height - 0.012]]
            )
            c.polygon(brick, mix(dark, p.tones[3], 0.28 + 0.12 * ((row * 7 + int(x * 50)) % 3)))
            x += 0.14
        y, row = y + height, row + 1


def _sitting(c: Canvas, p: Palette, d: Dice, at: tuple[float, float], size: float) -> None:
    coat = mix(p.tones[4], (0, 0, 0), 0.35)
    flip = d.pick((-1, 1))

    def placed(points: Floats) -> Floats:
        return points * (size * flip, size) + at

    tail = smooth([(0.1, -0.03), (0.2, 0.02), (0.25, 0.12), (0.2, 0.22), (0.24, 0.29)], closed=False)
    widths = np.linspace(0.05, 0.034, len(tail)) * size
    c.brush(placed(tail), widths, coat)
    c.polygon(placed(smooth(_BODY)), coat)
    c.polygon(placed(smooth(_HEAD)), coat)
    for side in (-1, 1):
        c.polygon(placed(np.array(_EAR) * (side, 1)), coat)
    _collar(c, placed, size, p.accents[0])


def _collar(c: Canvas, placed: Placing, size: float, colour: Colour) -> None:
    band = smooth([(-0.076, -0.312), (-0.03, -0.294), (0.03, -0.294), (0.076, -0.312)], closed=False)
    c.brush(placed(band), 0.016 * size, colour)
