"""Pictures made of lines: strokes that follow a current, and ridges of a signal."""

import numpy as np
from numpy.typing import NDArray

from nbimagegen.sketch.canvas import Canvas, normals
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Palette, mix

_CELLS = 120  # of the map of what is painted already, along a unit


def flow(c: Canvas, p: Palette, d: Dice) -> None:
    """Broad and narrow strokes that follow one current and never touch."""
    c.backdrop([(0, mix(p.paper, p.low, 0.35)), (1, mix(p.paper, p.low, 0.7))])
    colours = (*p.tones[1:], *p.accents, p.accents[0], p.accents[1])
    paths = _currents(c, d)
    taken = np.zeros((int(c.h * _CELLS) + 80, int(c.w * _CELLS) + 80), dtype=np.bool_)
    for number, path in enumerate(paths):
        width = (0.04, 0.026, 0.014, 0.008)[min(3, number * 5 // len(paths))] * d.between(0.8, 1.2)
        colour = d.pick(colours)
        free = _free_part(path, width, taken)
        if len(free) > 9 + width * 200:
            c.brush(free, width, colour)


def _currents(c: Canvas, d: Dice) -> Floats:
    """Many paths along one field: an array of path, step and x or y."""
    count, steps, step = round(560 * min(5.0, c.w * c.h)), 88, 0.0085
    at = np.stack([d.many(count, -0.05, c.w + 0.05), d.many(count, -0.05, c.h + 0.05)], 1)
    turns, scale = d.between(0, 6.3), d.between(1.6, 3.0)
    a, b, e, f = (d.between(0, 6.3) for _ in range(4))
    path = np.empty((count, steps, 2))
    for number in range(steps):
        path[:, number] = at
        x, y = at[:, 0] * scale, at[:, 1] * scale
        angle = turns + 1.1 * np.sin(x + a + 0.8 * np.sin(y + b)) + 0.9 * np.cos(y * 0.9 + e + 0.5 * x)
        angle += 0.35 * np.sin(2.3 * x + f)
        at = at + step * np.stack([np.cos(angle), np.sin(angle)], 1)
    return path


def _free_part(path: Floats, width: float, taken: NDArray[np.bool_]) -> Floats:
    """The beginning of a path up to where it would meet another; marks what it uses."""
    across = normals(path)
    reach = width / 2 + 0.008
    offsets = np.linspace(-reach, reach, max(3, int(reach * _CELLS * 3.2)))
    cells = ((path[:, None, :] + across[:, None, :] * offsets[:, None]) * _CELLS + 40).astype(np.int64)
    xs = np.minimum(np.maximum(cells[..., 0], 0), taken.shape[1] - 1)
    ys = np.minimum(np.maximum(cells[..., 1], 0), taken.shape[0] - 1)
    blocked = taken[ys, xs].any(axis=1)
    stop = int(blocked.argmax()) if blocked.any() else len(path)
    if stop > 9 + width * 200:
        inner = slice(1, -1)
        taken[ys[:stop, inner], xs[:stop, inner]] = True
    return path[:stop]


def ridges(c: Canvas, p: Palette, d: Dice) -> None:
    """The lines of a signal, one before the other, like mountains by night."""
    dark = d.chance(0.6) or p.is_dark
    ground = mix(p.tones[4], p.ink, 0.35) if dark else mix(p.paper, p.low, 0.4)
    ink = p.light if dark else p.tones[4]
    c.backdrop([(0, ground), (1, ground)])
    rows = round(30 * min(c.h, 2.4))
    margin = 0.09
    xs = np.linspace(margin, c.w - margin, round(220 * min(4.0, max(1.0, c.w))))
    middle = c.w * d.between(0.38, 0.62)
    hump = 0.16 + 0.9 * np.exp(-(((xs - middle) / (0.23 * max(1.0, c.w * 0.8))) ** 2))
    ends = np.minimum(np.minimum(xs - margin, c.w - margin - xs) / 0.12, 1)
    gap = (c.h - 2 * margin - 0.08) / (rows - 1)
    for row in range(rows):
        base = margin + 0.08 + row * gap
        bumps = np.abs(d.rolling(xs + 0.1, 0.16, 4, 0.55)) ** 1.3
        line = base - bumps * hump * ends * min(0.17, gap * 6) + 0.002 * d.rolling(xs + 0.1, 0.03, 1)
        shape = np.concatenate([np.stack([xs, line], 1), [[xs[-1], base + 0.03], [xs[0], base + 0.03]]])
        c.polygon(shape, ground)
        warm = mix(ink, p.accents[0], min(1.0, abs(row / rows - 0.5) * 1.7))
        c.line(np.stack([xs, line], 1), 0.0042, warm)
