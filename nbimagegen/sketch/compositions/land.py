# ruff: noqa: PLR0913, PLR0917 - a painting is made of numbers, and a stroke takes many
"""Landscapes: misty hills, a lake that mirrors them, a forest, dunes."""

import numpy as np

from nbimagegen.sketch.canvas import Canvas
from nbimagegen.sketch.compositions.sky import Light, across, birds, ground, sky
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Colour, Palette, mix


def tone(p: Palette, depth: float) -> Colour:
    """The colour at a depth from 0, far away, to 1, in front."""
    place = min(max(depth, 0.0), 0.9999) * (len(p.tones) - 1)
    number = int(place)
    return mix(p.tones[number], p.tones[number + 1], place - number)


def ridge(d: Dice, xs: Floats, base: float, tall: float, sharp: float) -> Floats:
    """The skyline of a range of hills; `sharp` from 0, rolling, to 1, rocky."""
    soft = d.rolling(xs + 0.1, 0.62, 5, 0.42)
    rock = 1 - 2 * np.abs(d.rolling(xs + 0.1, 0.5, 6, 0.46))
    return base - tall * (soft * (1 - sharp) + rock * sharp)


def hills(c: Canvas, p: Palette, d: Dice) -> None:
    """Layer behind layer of hills, with mist between them."""
    horizon = c.h * d.between(0.5, 0.6)
    light = sky(c, p, d, horizon)
    layers, sharp = d.whole(5, 7), d.pick((0.1, 0.35, 0.7))
    xs = across(c)
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = horizon + (c.h - horizon) * (depth**1.15) * 0.86 - 0.02
        tall = 0.055 + 0.085 * np.sin(np.pi * min(1, depth + 0.3)) * (1.3 - depth * 0.5)
        line = ridge(d, xs, base, tall, sharp * (1 - depth * 0.6))
        colour = tone(p, depth)
        mist = mix(colour, p.low, 0.62 * (1 - depth))
        c.shade(ground(line, xs, c.h + 0.02), [(0, colour), (0.55, mist), (1, mist)])
    if not p.is_dark:
        birds(c, p, d, light)


def lake(c: Canvas, p: Palette, d: Dice) -> None:
    """Mountains over still water, and their mirror in it."""
    shore = c.h * d.between(0.6, 0.68)
    light = sky(c, p, d, shore)
    xs = across(c)
    layers = d.whole(3, 4)
    lines = [_far_ridge(d, xs, shore, layer / layers) for layer in range(layers)]
    for number, line in enumerate(lines):
        colour = tone(p, 0.1 + 0.62 * number / layers)
        c.shade(ground(line, xs, shore), [(0, colour), (1, mix(colour, p.low, 0.5))])
    _water(c, p, shore)
    for number, line in enumerate(lines):
        colour = mix(tone(p, 0.14 + 0.62 * number / layers), p.tones[3], 0.22)
        mirrored = np.minimum(shore + (shore - line) * 0.82, c.h + 0.02)
        c.shade(ground(mirrored, xs, shore), [(0, mix(colour, p.low, 0.3)), (1, colour)])
    _glitter(c, p, d, light, shore)
    _near_shore(c, p, d, xs)


def _far_ridge(d: Dice, xs: Floats, shore: float, depth: float) -> Floats:
    tall = d.between(0.2, 0.28) * (1 - depth * 0.72)
    line = ridge(d, xs, shore - tall * 0.85, tall * 0.62, 0.75 - depth * 0.4)
    return np.minimum(line, shore - 0.006)


def _water(c: Canvas, p: Palette, shore: float) -> None:
    square = np.array([[0, shore], [c.w, shore], [c.w, c.h], [0, c.h]])
    near = mix(p.tones[2], p.high, 0.35)
    c.shade(square, [(0, mix(p.low, p.tones[0], 0.25)), (1, near)])


def _glitter(c: Canvas, p: Palette, d: Dice, light: Light, shore: float) -> None:
    """Short level strokes: ripples all over, and the path of the light."""
    deep = c.h - shore
    for _ in range(round(46 * c.w)):
        away = d.between(0.04, 1) ** 1.3
        x, y = d.between(0, c.w), shore + deep * away
        _ripple(c, x, y, d.between(0.03, 0.1) * (0.4 + away), mix(p.low, p.tones[1], 0.4), 0.35)
    for _ in range(44):
        away = d.between(0.01, 0.92)
        spread = light.radius * (0.35 + 0.85 * away)
        x, y = light.x + d.between(-1, 1) * spread, shore + deep * away
        _ripple(c, x, y, spread * d.between(0.3, 0.9), p.light, 0.8)


def _ripple(c: Canvas, x: float, y: float, length: float, colour: Colour, alpha: float) -> None:
    xs = np.linspace(-1, 1, 9)
    half = 0.0028 * (1 - xs**2)
    upper = np.stack([x + xs * length / 2, y - half], 1)
    lower = np.stack([x + xs * length / 2, y + half], 1)[::-1]
    c.polygon(np.concatenate([upper, lower]), colour, alpha)


def _near_shore(c: Canvas, p: Palette, d: Dice, xs: Floats) -> None:
    """The bank in front, with a few pines on the side away from the middle."""
    left = d.chance(0.5)
    slope = np.maximum(1 - xs / c.w if left else xs / c.w, 0)
    line = c.h + 0.03 - 0.17 * slope**2.2 + 0.008 * d.rolling(xs + 0.1, 0.12, 3)
    c.polygon(ground(line, xs, c.h + 0.1), p.tones[4])
    for _ in range(d.whole(3, 6)):
        place = d.between(0.0, min(0.34, 0.4 / c.w))
        x = c.w * (place if left else 1 - place)
        foot = float(np.interp(x, xs, line))
        pine(c, d, (x, foot + 0.01), d.between(0.14, 0.34), p.tones[4])


def pine(c: Canvas, d: Dice, foot: tuple[float, float], tall: float, colour: Colour) -> None:
    """One conifer, standing on `foot`."""
    x, y = foot
    tiers = 8
    broad = tall * d.between(0.17, 0.23)
    heights = np.linspace(0, 1, tiers)
    half: list[tuple[float, float]] = [(0.0, 1.0)]
    for tier in heights[1:].tolist():
        reach = broad * tier**0.9 * d.between(0.82, 1.12)
        half += [(reach, 1 - tier * 0.9), (reach * 0.5, 1 - tier * 0.9 + 0.035)]
    side = np.array(half)
    right = np.stack([x + side[:, 0], y - side[:, 1] * tall], 1)
    left = np.stack([x - side[:, 0] * d.between(0.85, 1.1), y - side[:, 1] * tall + 0.004], 1)
    c.polygon(np.concatenate([right, left[::-1]]), colour)
    trunk = 0.018 * tall / 0.3
    box = [
        [x - trunk / 2, y - 0.12 * tall],
        [x + trunk / 2, y - 0.12 * tall],
        [x + trunk / 2, y],
        [x - trunk / 2, y],
    ]
    c.polygon(np.array(box), colour)


def forest(c: Canvas, p: Palette, d: Dice) -> None:
    """Rows of conifers that fade into the mist."""
    horizon = c.h * d.between(0.42, 0.5)
    light = sky(c, p, d, horizon)
    xs = across(c)
    far = ridge(d, xs, horizon - 0.02, 0.12, 0.5)
    c.shade(ground(far, xs, c.h), [(0, mix(p.tones[0], p.low, 0.35)), (0.4, p.low), (1, p.low)])
    rows = 5
    for row in range(rows):
        depth = row / (rows - 1)
        base = horizon + 0.06 + (c.h - horizon - 0.02) * depth**1.2 * 0.92
        line = base + 0.045 * d.rolling(xs + 0.1, 0.7, 2)
        _row_of_pines(c, p, d, xs, line, depth)
    if not p.is_dark:
        birds(c, p, d, light)


def _row_of_pines(c: Canvas, p: Palette, d: Dice, xs: Floats, line: Floats, depth: float) -> None:
    colour = tone(p, 0.06 + depth * 0.94)
    tall = 0.11 + 0.32 * depth**1.2
    x = -0.03 + d.between(0, 0.05)
    while x < c.w + 0.05:
        foot = float(np.interp(x, xs, line)) + 0.012
        pine(c, d, (x, foot), tall * d.between(0.55, 1.1), colour)
        x += tall * d.between(0.14, 0.42) * (1 + 1.2 * depth)
    mist = mix(colour, p.low, 0.75 * (1 - depth))
    c.shade(ground(line, xs, c.h + 0.05), [(0, colour), (0.5, mist), (1, mist)])


def dunes(c: Canvas, p: Palette, d: Dice) -> None:
    """Sand: long curves, each with a lit and a shaded flank."""
    horizon = c.h * d.between(0.42, 0.52)
    sky(c, p, d, horizon)
    xs = np.linspace(-0.3, c.w + 1.0, round(300 * min(5.0, c.w + 1.3)))  # flanks reach far
    layers = d.whole(4, 5)
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = horizon + (c.h - horizon) * depth**1.1 * 0.8
        tall = 0.05 + 0.13 * depth
        line = base - tall * d.rolling(xs + 0.4, 0.5 + 0.35 * depth, 2, 0.25)
        bright = mix(tone(p, depth * 0.7), p.low, 0.25 * (1 - depth))
        c.shade(ground(line, xs, c.h + 0.02), [(0, bright), (1, mix(bright, p.low, 0.35))])
        _flank(c, d, xs, line, tone(p, depth * 0.7 + 0.22))


def _flank(c: Canvas, d: Dice, xs: Floats, line: Floats, colour: Colour) -> None:
    """The shaded side of each crest, with an edge that winds down from it."""
    peaks = np.flatnonzero((line[1:-1] < line[:-2]) & (line[1:-1] <= line[2:])) + 1
    for peak in peaks.tolist():
        stop = int(np.searchsorted(xs, xs[peak] + d.between(0.7, 1.0)))
        run = xs[peak:stop] - xs[peak]
        turns = d.between(5, 8)
        winding = d.between(0.03, 0.06) * np.sin(run * turns) * np.minimum(1, run * 4)
        edge = np.stack([xs[peak] + run * 0.42 + winding * 1.8, line[peak] + run * 0.62], 1)
        crest = np.stack([xs[peak:stop], line[peak:stop]], 1)
        c.polygon(np.concatenate([crest, edge[::-1]]), colour, 0.6)
