# ruff: noqa: PLR0913, PLR0917, PLR2004 - a painting is made of numbers, and a stroke takes many
"""Far above: planets on their paths, and a chart of stars."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from nbimagegen.sketch.canvas import Canvas, Glow, arc, circle
from nbimagegen.sketch.compositions.sky import stars
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Colour, Palette, mix


def _deep(c: Canvas, p: Palette, d: Dice, glows: Sequence[Glow] = ()) -> tuple[Colour, Colour]:
    """Paint a deep sky, whatever the palette's own sky is; return its two colours."""
    far, near = (p.high, p.low) if p.is_dark else (mix(p.tones[4], p.ink, 0.3), p.tones[3])
    glow = mix(near, p.tones[0], 0.45)
    clouds = [
        (d.between(0, c.w), d.between(0, c.h), d.between(0.3, 0.6), glow, d.between(0.18, 0.4))
        for _ in range(3)
    ]
    c.backdrop([(0, far), (1, mix(far, near, 0.75))], [*clouds, *glows])
    return far, near


def orbits(c: Canvas, p: Palette, d: Dice) -> None:
    """A sun at one side, and planets on rings around it."""
    x = c.w * d.pick((0.12, 0.2, 0.8, 0.88)) if c.w > 1.2 else c.w * d.between(0.3, 0.7)
    y = c.h * (d.between(0.35, 0.65) if c.w > 1.2 else d.pick((0.16, 0.8)))
    sun = d.between(0.13, 0.19)
    far, _ = _deep(c, p, d, [(x, y, sun * 1.9, mix(p.accents[1], p.light, 0.4), 0.6)])
    stars(c, p, d, c.h)
    c.disc(x, y, sun, mix(p.light, p.accents[1], 0.3))
    c.disc(x, y, sun * 0.84, mix(p.light, p.accents[1], 0.1))
    reach = float(np.hypot(max(x, c.w - x), max(y, c.h - y)))
    away, number = sun + d.between(0.1, 0.16), 0
    while away < reach and number < 14:
        c.ring(x, y, away, 0.0022, mix(p.light, far, 0.5))
        _on_orbit(c, p, d, (x, y), away, far)
        away += d.between(0.13, 0.23) * (1 + number * 0.08)
        number += 1


def _on_orbit(c: Canvas, p: Palette, d: Dice, sun: tuple[float, float], away: float, far: Colour) -> None:
    """A planet where its ring crosses the canvas, if there is such a place."""
    turns = d.many(60, 0, 2 * np.pi)
    xs, ys = sun[0] + away * np.cos(turns), sun[1] + away * np.sin(turns)
    inside = (xs > 0.09) & (xs < c.w - 0.09) & (ys > 0.09) & (ys < c.h - 0.09)
    places = np.flatnonzero(inside)
    radius = d.between(0.022, 0.075)
    colour = d.pick((*p.accents, p.tones[0], p.tones[1]))
    ringed = d.chance(0.3)
    if len(places):
        spot = int(places[0])
        planet(c, d, (float(xs[spot]), float(ys[spot]), radius), colour, far, sun, ringed)


def planet(
    c: Canvas,
    d: Dice,
    body: tuple[float, float, float],
    colour: Colour,
    dark: Colour,
    sun: tuple[float, float],
    ringed: bool,  # noqa: FBT001
) -> None:
    """A striped ball, lit from the sun, perhaps with a ring."""
    x, y, radius = body
    toward = float(np.arctan2(sun[1] - y, sun[0] - x))
    pale = mix(colour, (255, 255, 255), 0.55)
    if ringed:
        c.polygon(_belt(x, y, radius, np.pi, 2 * np.pi), pale)
    c.disc(x, y, radius, colour)
    for _ in range(3):
        level = d.between(-0.7, 0.7)
        _stripe(c, (x, y, radius), level, d.between(0.08, 0.2), mix(colour, pale, 0.3))
    c.polygon(crescent(x, y, radius * 1.01, toward + np.pi, -0.35), dark, 0.42)
    if ringed:
        c.polygon(_belt(x, y, radius, 0, np.pi), pale)


def _stripe(c: Canvas, ball: tuple[float, float, float], level: float, thick: float, colour: Colour) -> None:
    x, y, radius = ball
    tilt = 0.35
    upper = np.arcsin(level)
    lower = np.arcsin(level + thick)
    right = arc(0, 0, radius, upper, lower, 12)
    left = arc(0, 0, radius, np.pi - lower, np.pi - upper, 12)
    shape = np.concatenate([right, left])
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    c.polygon(shape @ turn + (x, y), colour)


def _belt(x: float, y: float, radius: float, start: float, end: float) -> Floats:
    outer, inner = arc(0, 0, radius * 1.95, start, end), arc(0, 0, radius * 1.45, start, end)
    both = np.concatenate([outer, inner[::-1]]) * (1, 0.3)
    turn = np.array([[0.94, -0.34], [0.34, 0.94]])
    return both @ turn + (x, y)


def crescent(x: float, y: float, radius: float, turn: float, phase: float) -> Floats:
    """The part of a ball that lies away from its light; `phase` from -1, none, to 1, all."""
    rim = arc(0, 0, radius, -np.pi / 2, np.pi / 2)
    inner = rim[::-1] * (-phase, 1)
    shape = np.concatenate([rim, inner])
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return shape @ spin + (x, y)


def constellations(c: Canvas, p: Palette, d: Dice) -> None:
    """A chart of the night: circles of the sky, and stars joined to figures."""
    far, near = _deep(c, p, d)
    pole = (c.w * d.between(0.3, 0.7), c.h * d.between(0.3, 0.7))
    _graticule(c, pole, mix(p.light, mix(far, near, 0.4), 0.78))
    stars(c, p, d, c.h)
    stars(c, p, d, c.h)
    for left, top, side in _fields(c):
        _figure(c, p, d, (left, top, side), far)


def _graticule(c: Canvas, pole: tuple[float, float], colour: Colour) -> None:
    reach = c.w + c.h
    for step in range(1, round(reach / 0.2)):
        c.ring(*pole, 0.2 * step, 0.0016, colour)
    for spoke in np.arange(0, 2 * np.pi, np.pi / 8).tolist():
        ends = np.array([[0.2, 0.2], [reach, reach]]) * (np.cos(spoke), np.sin(spoke)) + pole
        c.line(ends, 0.0012, colour)


def _fields(c: Canvas) -> list[tuple[float, float, float]]:
    """Squares side by side, one for each figure."""
    columns, rows = max(1, round(c.w / 0.55)), max(1, round(c.h / 0.55))
    side = min(c.w / columns, c.h / rows)
    left, top = (c.w - side * columns) / 2, (c.h - side * rows) / 2
    return [(left + x * side, top + y * side, side) for y in range(rows) for x in range(columns)]


def _figure(c: Canvas, p: Palette, d: Dice, field: tuple[float, float, float], far: Colour) -> None:
    left, top, side = field
    count = d.whole(5, 8)
    turns = np.sort(d.many(count, 0, 2 * np.pi))
    away = side * d.many(count, 0.14, 0.42)
    shape = np.stack([np.cos(turns) * away, np.sin(turns) * away], 1) + np.array(
        [left + side / 2, top + side / 2]
    )
    joined = np.concatenate([shape, shape[2:3]]) if d.chance(0.5) else shape
    for start, end in pairwise(joined):
        gap = (end - start) / max(float(np.hypot(*(end - start))), 0.06) * 0.018
        c.line(np.array([start + gap, end - gap]), 0.0028, mix(p.light, far, 0.3))
    brightest = d.whole(0, count - 1)
    for number, (x, y) in enumerate(shape.tolist()):
        size = 0.0125 if number == brightest else d.between(0.005, 0.0085)
        _star(c, x, y, size, p.accents[1] if number == brightest else p.light)


def _star(c: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """A star with four fine rays."""
    turns = np.arange(16) * np.pi / 8
    reach = np.where(np.arange(16) % 4 == 0, 2.1, np.where(np.arange(16) % 2 == 0, 0.75, 0.6)) * size
    c.polygon(np.stack([x + np.cos(turns) * reach, y + np.sin(turns) * reach], 1), colour)
    c.polygon(circle(x, y, size * 0.72, 32), colour)
