# ruff: noqa: PLR0913, PLR0917, PLR2004 - a painting is made of numbers, and a stroke takes many
"""Patterns: tiles of plain shapes, bands that flow together, a woven cloth."""

import numpy as np

from nbimagegen.sketch.canvas import Canvas, arc, circle, normals, outline
from nbimagegen.sketch.compositions.land import tone
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Colour, Palette, mix

Tile = tuple[float, float, float]  # left, top, side


def _square(left: float, top: float, width: float, height: float) -> Floats:
    right, bottom = left + width, top + height
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float64)


def bauhaus(c: Canvas, p: Palette, d: Dice) -> None:
    """Tiles of quarter circles, arches, steps and dots."""
    ground = mix(p.paper, p.low, 0.5)
    c.backdrop([(0, ground), (1, ground)])
    cells = d.pick((3, 4, 4, 5))
    columns, rows = max(1, round(c.w * cells)), max(1, round(c.h * cells))
    across, down = c.w / columns, c.h / rows
    colours = (*p.accents, p.accents[0], p.tones[1], p.tones[2], p.tones[3], p.tones[4], ground)
    last = ground
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        back = d.pick([colour for colour in colours if colour != last])
        front = d.pick([colour for colour in colours if _apart(colour, back)] or [p.paper])
        third = d.pick([colour for colour in colours if _apart(colour, front)] or [p.paper])
        c.polygon(_square(column * across, row * down, across + 0.001, down + 0.001), back)
        tile = (column * across, row * down)
        for shape, colour in _motif(d, front, third, back):
            c.polygon(shape * (across, down) + tile, colour)
        last = back


def _apart(one: Colour, other: Colour) -> bool:
    """Whether two colours can be told apart at a glance."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 110


def _motif(d: Dice, front: Colour, third: Colour, back: Colour) -> list[tuple[Floats, Colour]]:
    """What is on one tile, in a square of side 1."""
    turn = d.whole(0, 3)
    quarter = np.concatenate([arc(0, 0, 1, 0, np.pi / 2), [[0, 0]]])
    half = arc(0.5, 0, 0.5, 0, np.pi)
    low = _square(0, 0, 1, 0.5)
    kinds: dict[str, list[tuple[Floats, Colour]]] = {
        "quarter": [(quarter, front)],
        "quarters": [(quarter, front), (quarter * 0.66, third), (quarter * 0.33, back)],
        "dot": [(circle(0.5, 0.5, 0.34), front), (circle(0.5, 0.5, 0.13), third)],
        "half": [(low, third), (half, front)],
        "leaf": [(_leaf(), front)],
        "arch": [(arc(0.5, 0, r, 0, np.pi), colour) for r, colour in _rainbow(front, third, back)],
        "corner": [(np.array([[0.0, 0], [1, 0], [0, 1]]), front)],
        "bars": [(_square(0, k / 6, 1, 1 / 12), front) for k in range(6)],
        "halves": [(half, front), (half + np.array([0, 0.5]), third)],
        "eye": [(_leaf(), front), (circle(0.5, 0.5, 0.19), third)],
    }
    shapes = kinds[d.pick(sorted(kinds))]
    return [(_turned(shape, turn), colour) for shape, colour in shapes]


def _rainbow(front: Colour, third: Colour, back: Colour) -> tuple[tuple[float, Colour], ...]:
    return ((0.5, front), (0.375, back), (0.25, third), (0.125, back))


def _leaf() -> Floats:
    return np.concatenate([arc(0, 1, 1, -np.pi / 2, 0), arc(1, 0, 1, np.pi / 2, np.pi)])


def _turned(shape: Floats, quarters: int) -> Floats:
    centred = shape - 0.5
    for _ in range(quarters):
        centred = np.stack([-centred[:, 1], centred[:, 0]], 1)
    return centred + 0.5


def ribbons(c: Canvas, p: Palette, d: Dice) -> None:
    """Broad bands of many stripes that sweep over one another."""
    ground = mix(p.paper, p.low, 0.6)
    c.backdrop([(0, mix(p.high, ground, 0.6)), (1, ground)])
    x, y = c.w * d.between(0.25, 0.75), c.h * d.between(0.22, 0.45)
    c.disc(x, y, d.between(0.15, 0.24), p.light if not p.is_dark else p.accents[1])
    upright = c.h > c.w * 1.2
    long = c.h if upright else c.w
    for number, depth in enumerate(np.linspace(0.05, 1, d.whole(3, 4)).tolist()):
        share = 0.26 + 0.52 * depth + d.between(-0.08, 0.08)
        line = _sweep(d, long, share * (c.w if upright else c.h), upright)
        _ribbon(c, p, line, number, depth)


def _sweep(d: Dice, long: float, level: float, upright: bool) -> Floats:  # noqa: FBT001
    along = np.linspace(-0.15, long + 0.15, round(140 * min(4.0, max(1.0, long))))
    wave = 0.2 * np.sin(along * d.between(2.2, 3.6) + d.between(0, 6.3))
    wave += 0.05 * np.sin(along * 7 + d.between(0, 6.3))
    side = level + wave
    return np.stack([side, along], 1) if upright else np.stack([along, side], 1)


def _ribbon(c: Canvas, p: Palette, line: Floats, number: int, depth: float) -> None:
    stripes = 6
    broad = 0.034
    normal = normals(line)
    c.polygon(outline(line + np.array([0.012, 0.02]), stripes * broad + 0.01), p.tones[4], 0.16)
    accent = p.accents[number % len(p.accents)]
    for stripe in range(stripes):
        share = stripe / (stripes - 1)
        colour = mix(accent, tone(p, 0.25 + 0.7 * depth), share)
        offset = (stripe - (stripes - 1) / 2) * broad
        if stripe in {2, 4}:
            colour = mix(colour, p.paper, 0.55)
        c.polygon(outline(line + normal * offset, broad * 1.04), colour)


def weave(c: Canvas, p: Palette, d: Dice) -> None:
    """A cloth: strips across and down, over and under."""
    ground = mix(p.tones[4], p.ink, 0.4)
    c.backdrop([(0, ground), (1, ground)])
    cells = d.whole(7, 11)
    columns, rows = max(2, round(c.w * cells)), max(2, round(c.h * cells))
    across, down = c.w / columns, c.h / rows
    colours = d.shuffled((*p.accents, p.tones[0], p.tones[1], p.tones[2], p.tones[3], p.low))
    warp = [colours[(k * k + k // 3) % 3] for k in range(columns)]
    weft = [colours[3 + (k + k // 2) % 4] for k in range(rows)]
    over = d.pick((2, 2, 3))
    for row in range(rows):
        for column in range(columns):
            tile = (column * across, row * down, across, down)
            upright = (column + row) % over == 0
            _crossing(c, tile, warp[column], weft[row], upright, ground)


def _crossing(
    c: Canvas,
    tile: tuple[float, float, float, float],
    warp: Colour,
    weft: Colour,
    upright: bool,  # noqa: FBT001
    dark: Colour,
) -> None:
    """Where two strips meet: the lower one shaded at the edge of the upper one."""
    left, top, width, height = tile
    gap = 0.07
    for standing in (not upright, upright):
        colour = warp if standing else weft
        uppermost = standing == upright
        if standing:
            box = (left + width * gap, top, width * (1 - 2 * gap), height)
        else:
            box = (left, top + height * gap, width, height * (1 - 2 * gap))
        c.polygon(_square(*box), colour if uppermost else mix(colour, dark, 0.5))
        if uppermost:
            _threads(c, box, standing, mix(colour, dark, 0.13), mix(colour, (255, 255, 255), 0.18))


def _threads(
    c: Canvas,
    box: tuple[float, float, float, float],
    standing: bool,  # noqa: FBT001
    dark: Colour,
    pale: Colour,
) -> None:
    left, top, width, height = box
    for share, thick, colour in ((0.12, 0.1, pale), (0.45, 0.1, dark), (0.78, 0.1, dark)):
        if standing:
            c.polygon(_square(left + width * share, top, width * thick, height), colour)
        else:
            c.polygon(_square(left, top + height * share, width, height * thick), colour)
