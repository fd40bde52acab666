"""The sea: crests in rows, striped like an old woodblock print."""

import numpy as np

from nbimagegen.sketch.canvas import Canvas
from nbimagegen.sketch.compositions.land import tone
from nbimagegen.sketch.compositions.sky import across, birds, ground, sky
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Palette, mix


def waves(c: Canvas, p: Palette, d: Dice) -> None:
    """Row before row of waves under a low sun, perhaps with a small boat."""
    horizon = c.h * d.between(0.36, 0.46)
    light = sky(c, p, d, horizon)
    xs = across(c, 420)
    rows = max(5, min(15, round(6 * (c.h - horizon) / 0.6)))
    boat = d.whole(1, 2) if d.chance(0.75) else -1
    for row in range(rows):
        depth = row / (rows - 1)
        base = horizon + 0.02 + (c.h - horizon) * depth**1.12 * 0.86
        line = _crests(d, xs, base, 0.012 + 0.075 * depth, 0.1 + 0.32 * depth)
        if row == boat:
            _boat(c, p, d, xs, line)
        _wave(c, p, xs, line, depth)
    if not p.is_dark:
        birds(c, p, d, light)


def _crests(d: Dice, xs: Floats, base: float, tall: float, length: float) -> Floats:
    """A line of cusps: narrow tops and round troughs, none quite like the next."""
    bent = xs + length * 0.35 * d.rolling(xs + 0.1, length * 2.4, 2)
    turn = np.abs(np.sin(np.pi * (bent / length + d.between(0, 1))))
    swell = 0.75 + 0.45 * d.rolling(xs + 0.1, length * 1.8, 1)
    return base - tall * swell * (1 - turn**0.8) * 1.5


def _wave(c: Canvas, p: Palette, xs: Floats, line: Floats, depth: float) -> None:
    """One row: white foam on its edge, then stripes that follow it and fade."""
    colour = tone(p, 0.12 + 0.88 * depth)
    foam = mix(p.accents[2], p.paper, 0.6) if not p.is_dark else mix(p.light, p.tones[0], 0.35)
    gap = 0.008 + 0.017 * depth
    c.polygon(ground(line, xs, c.h + 0.05), mix(foam, colour, 0.25 * (1 - depth)))
    for stripe in range(1, 7):
        flat = _flattened(line, stripe * 0.13) + gap * (stripe * 1.05 - 0.5)
        pale = mix(colour, foam, 0.42 - stripe * 0.055) if stripe % 2 == 0 else colour
        c.polygon(ground(flat, xs, c.h + 0.05), pale)
    flat = _flattened(line, 0.9) + gap * 6.9
    c.polygon(ground(flat, xs, c.h + 0.05), colour)


def _flattened(line: Floats, share: float) -> Floats:
    """The same line with its crests brought down."""
    return line + (float(line.max()) - line) * share * 0.7


def _boat(c: Canvas, p: Palette, d: Dice, xs: Floats, line: Floats) -> None:
    x = c.w * d.between(0.2, 0.8)
    y = float(np.interp(x, xs, line)) + 0.012
    size = d.between(0.05, 0.075)
    hull = np.array([[-1, -0.32], [1.1, -0.38], [0.7, 0.12], [-0.65, 0.12]])
    sail = np.array([[0.0, -2.3], [0.95, -0.55], [0.0, -0.48]])
    jib = np.array([[-0.1, -1.9], [-0.1, -0.48], [-0.75, -0.5]])
    c.polygon(hull * size + (x, y), p.tones[4])
    c.polygon(sail * size + (x, y), p.accents[0])
    c.polygon(jib * size + (x, y), mix(p.paper, p.accents[1], 0.25))
