# ruff: noqa: PLR0913, PLR0917, PLR2004 - a painting is made of numbers, and a stroke takes many
"""Plants: branches with leaves before a pale sun, and a meadow in flower."""

import numpy as np

from nbimagegen.sketch.canvas import Canvas, smooth
from nbimagegen.sketch.compositions.sky import across, ground
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Colour, Palette, mix


def botanical(c: Canvas, p: Palette, d: Dice) -> None:
    """Leafy stems that rise from below, before a large pale disc."""
    back = mix(p.paper, p.low, 0.55)
    c.backdrop([(0, mix(back, p.high, 0.25)), (1, back)])
    disc = p.light if not p.is_dark else p.accents[0]
    c.disc(
        c.w * d.between(0.3, 0.7), c.h * d.between(0.26, 0.42), d.between(0.22, 0.3), mix(disc, back, 0.25)
    )
    count = max(3, min(9, round(3.4 * c.w)))
    for number in d.shuffled(range(count)):
        foot = c.w * (number + 0.5 + d.between(-0.25, 0.25)) / count
        tall = min(c.h * d.between(0.6, 0.86), 4.5)
        _branch(c, p, d, foot, tall, number)


def _branch(c: Canvas, p: Palette, d: Dice, foot: float, tall: float, number: int) -> None:
    lean = d.between(-0.22, 0.22)
    bend = d.between(-0.1, 0.1)
    rise = np.linspace(0, 1, 60)
    xs = foot + lean * rise**1.5 + bend * np.sin(rise * 2.6)
    stem = np.stack([xs, c.h + 0.03 - rise * (tall + 0.03)], 1)
    colour = d.pick((p.tones[2], p.tones[3], p.tones[4], mix(p.tones[3], p.accents[2], 0.4)))
    c.brush(stem, 0.011 - 0.007 * rise, colour)
    kind = number % 3
    pairs = round(9 * max(0.6, tall))
    for pair in range(pairs):
        share = 0.18 + 0.8 * pair / pairs
        at = stem[int(share * 59)]
        heading = _heading(stem, int(share * 59))
        size = (0.19 - 0.1 * share) * (0.8, 0.95, 0.62)[kind] * d.between(0.85, 1.15)
        for side in (-1, 1):
            turn = heading + side * d.between(0.65, 0.95)
            _sprout(c, p, d, at, turn, size, colour, kind)
    _leaf(c, stem[-1], _heading(stem, 57), 0.09, 0.34, colour, mix(colour, p.paper, 0.35))


def _heading(stem: Floats, place: int) -> float:
    step = stem[min(place + 2, 59)] - stem[max(place - 2, 0)]
    return float(np.arctan2(step[1], step[0]))


def _sprout(
    c: Canvas, p: Palette, d: Dice, at: Floats, turn: float, size: float, colour: Colour, kind: int
) -> None:
    """What grows at a knot: a broad leaf, a slender one, or a berry on a stalk."""
    vein = mix(colour, p.paper, 0.35)
    if kind < 2:
        shade = mix(colour, d.pick((p.tones[1], p.accents[2], colour)), 0.35)
        _leaf(c, at, turn, size, (0.42, 0.24)[kind], shade, vein)
        return
    end = at + size * 0.7 * np.array([np.cos(turn), np.sin(turn)])
    c.brush(np.linspace(at, end, 6), 0.004, colour)
    c.disc(float(end[0]), float(end[1]), d.between(0.011, 0.018), p.accents[0])


def _leaf(
    c: Canvas, at: Floats, turn: float, size: float, broad: float, colour: Colour, vein: Colour
) -> None:
    along = np.linspace(0, 1, 22)
    swell = np.sin(np.pi * along**0.8) * size * broad / 2
    curl = 0.12 * size * along**2
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    upper, lower = np.stack([along * size, curl - swell], 1), np.stack([along * size, curl + swell], 1)
    c.polygon(np.concatenate([upper, lower[::-1]]) @ spin + at, colour)
    middle = np.stack([along * size * 0.86, curl * 0.8], 1) @ spin + at
    c.brush(middle, 0.0028, vein)


def flowers(c: Canvas, p: Palette, d: Dice) -> None:
    """A meadow: tall flowers of a few kinds, some near, some far."""
    back = mix(p.low, p.paper, 0.3)
    c.backdrop([(0, mix(p.high, back, 0.2)), (0.75, back), (1, back)])
    up = max(c.h * d.between(0.16, 0.3), c.h - _reach(c) - 0.25)
    sun = (c.w * d.between(0.25, 0.75), up, d.between(0.11, 0.17))
    c.disc(*sun, mix(p.light, back, 0.15))
    xs = across(c)
    for depth in (0.0, 0.5, 1.0):
        level = c.h - 0.34 + 0.15 * depth
        line = level + 0.035 * d.rolling(xs + 0.1, 0.5, 3)
        leafy = mix(mix(p.accents[2], p.tones[2], 0.55), back, 0.62 * (1 - depth))
        c.polygon(ground(line, xs, c.h + 0.05), leafy)
        _stand(c, p, d, leafy, depth)


def _reach(c: Canvas) -> float:
    """How tall the tallest flowers may be: on a narrow sheet they climb."""
    return min(c.h * 0.72, 1.2 + 0.35 * c.h)


def _stand(c: Canvas, p: Palette, d: Dice, leafy: Colour, depth: float) -> None:
    """One row of flowers, all rooted below the sheet."""
    count = round((9 - 2 * depth) * max(1.0, c.w) * 1.1)
    petals = (p.accents[0], p.accents[1], p.tones[0], mix(p.accents[0], p.paper, 0.45))
    for number in d.shuffled(range(count)):
        foot = c.w * (number + d.between(0.1, 0.9)) / count
        tall = _reach(c) * d.between(0.5 if c.h < 2 else 0.25, 0.98) * (1.05 - 0.22 * depth)
        colour = mix(d.pick(petals), leafy, 0.42 * (1 - depth))
        _flower(c, p, d, (foot, c.h + 0.05), tall, mix(leafy, p.tones[4], 0.25 + 0.4 * depth), colour)


def _flower(
    c: Canvas, p: Palette, d: Dice, foot: tuple[float, float], tall: float, green: Colour, colour: Colour
) -> None:
    lean = d.between(-0.1, 0.1)
    rise = np.linspace(0, 1, 26)
    stem = np.stack([foot[0] + lean * rise**2, foot[1] - rise * tall], 1)
    c.brush(stem, 0.0075 - 0.003 * rise, green)
    for share in (0.35, 0.52):
        at = stem[int(share * 25)]
        _leaf(c, at, -np.pi / 2 + d.pick((-0.7, 0.7)), d.between(0.1, 0.16), 0.2, green, green)
    x, y = stem[-1].tolist()
    size = d.between(0.038, 0.07)
    kind = d.whole(0, 3)
    (_poppy, _daisy, _tulip, _globe)[kind](c, p, (x, y, size), colour, d.between(-0.25, 0.25))


Bloom = tuple[float, float, float]


def _petal(c: Canvas, at: Bloom, turn: float, colour: Colour, broad: float = 0.8) -> None:
    """One round petal from the middle outward."""
    x, y, size = at
    along = np.linspace(0, 1, 18)
    swell = np.sin(np.pi * along**1.5) * size * broad / 2
    shape = np.concatenate([np.stack([along * size, -swell], 1), np.stack([along * size, swell], 1)[::-1]])
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    c.polygon(shape @ spin + (x, y), colour)


def _poppy(c: Canvas, p: Palette, at: Bloom, colour: Colour, tilt: float) -> None:
    x, y, size = at
    for number, turn in enumerate((-2.6, -0.5, -1.57, 0.9, 2.2)):
        shade = mix(colour, p.tones[4], 0.02 + 0.035 * number)
        _petal(c, (x, y, size * 1.25), turn + tilt, shade, 1.25)
    c.disc(x, y, size * 0.3, p.tones[4])
    c.disc(x, y, size * 0.13, p.accents[1])


def _daisy(c: Canvas, p: Palette, at: Bloom, colour: Colour, tilt: float) -> None:
    x, y, size = at
    for turn in np.linspace(0, 2 * np.pi, 13)[:-1].tolist():
        _petal(c, (x, y, size * 1.15), turn + tilt, mix(colour, p.paper, 0.3), 0.42)
    c.disc(x, y, size * 0.32, mix(p.accents[1], p.tones[3], 0.2))


def _tulip(c: Canvas, p: Palette, at: Bloom, colour: Colour, tilt: float) -> None:
    x, y, size = at
    cup = [
        (-0.75, -0.9),
        (-0.5, -0.1),
        (0, 0.35),
        (0.5, -0.1),
        (0.75, -0.9),
        (0.32, -0.5),
        (0, -1.15),
        (-0.32, -0.5),
    ]
    lean = np.array([[1.0, tilt], [-tilt, 1.0]])
    c.polygon(smooth(cup) @ lean * size + (x, y), colour)
    middle = [(-0.36, -0.45), (0, -1.15), (0.36, -0.45), (0.2, 0.15), (-0.2, 0.15)]
    c.polygon(smooth(middle) @ lean * size + (x, y), mix(colour, p.paper, 0.22))


def _globe(c: Canvas, p: Palette, at: Bloom, colour: Colour, tilt: float) -> None:
    """A head of many small florets, such as an allium's."""
    x, y, size = at
    for number in range(34):
        turn, away = number * 2.39996 + tilt, size * 0.98 * np.sqrt((number + 0.5) / 34)
        shade = mix(colour, p.paper, 0.12 + 0.3 * (number % 3) / 2)
        c.disc(x + float(away * np.cos(turn)), y + float(away * np.sin(turn)), size * 0.15, shade)
