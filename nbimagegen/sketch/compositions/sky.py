# ruff: noqa: PLR2004 - a painting is made of numbers, and a stroke takes many
"""What several pictures have above them: the sky, its light, stars, and birds."""

from dataclasses import dataclass

import numpy as np

from nbimagegen.sketch.canvas import Canvas
from nbimagegen.sketch.dice import Dice, Floats
from nbimagegen.sketch.palettes import Palette, mix


@dataclass(frozen=True, slots=True)
class Light:
    """Where sun or moon stands, and how large it is."""

    x: float
    y: float
    radius: float


def sky(c: Canvas, p: Palette, d: Dice, horizon: float) -> Light:
    """Paint sky, stars if it is dark, and the sun or moon, above a horizon at a given height."""
    radius = d.between(0.075, 0.14) * (1.25 if c.w * c.h > 1.6 else 1.0)
    side = d.pick((0.28, 0.36, 0.5, 0.64, 0.72))
    light = Light(c.w * side, horizon * d.between(0.34, 0.66), radius)
    end = horizon / c.h
    middle = mix(p.high, p.low, 0.55)
    stops = [(0.0, p.high), (end * 0.55, middle), (end, p.low), (1.0, p.low)]
    shine = mix(p.tones[0], p.light, 0.25) if p.is_dark else p.light
    glow = (light.x, light.y, radius * 3.6, shine, 0.5)
    wide = (light.x, horizon, 0.55, mix(p.low, p.light, 0.5), 0.35)
    c.backdrop(stops, (glow, wide))
    if p.is_dark:
        stars(c, p, d, horizon)
    orb(c, p, d, light)
    return light


def orb(c: Canvas, p: Palette, d: Dice, light: Light) -> None:
    """A sun, or on a dark sky a moon with its seas."""
    c.disc(light.x, light.y, light.radius, p.light)
    if not p.is_dark:
        return
    shade = mix(p.light, p.low, 0.22)
    first = d.between(0, 6.3)
    for number in range(6):
        turn, away = first + number * 2.4, (0.18 + 0.1 * number) * light.radius
        x, y = light.x + away * np.cos(turn), light.y + away * np.sin(turn)
        c.disc(x, y, light.radius * d.between(0.07, 0.2), shade)


def stars(c: Canvas, p: Palette, d: Dice, bottom: float) -> None:
    """Small stars, fewer toward the horizon."""
    count = round(110 * c.w * bottom)
    xs, ys = d.many(count) * c.w, d.many(count) ** 1.5 * bottom
    sizes = 0.0011 + 0.0022 * d.many(count) ** 4
    for x, y, size in zip(xs.tolist(), ys.tolist(), sizes.tolist(), strict=True):
        c.disc(x, y, size, mix(p.light, p.high, d.between(0.0, 0.45)))


def birds(c: Canvas, p: Palette, d: Dice, light: Light) -> None:
    """A few birds, far away, near the light."""
    for _ in range(d.whole(3, 6)):
        x, y = light.x + d.between(-0.3, 0.3), light.y + d.between(-0.12, 0.16)
        span = d.between(0.012, 0.024)
        tilt = d.between(-0.2, 0.2)
        xs = np.linspace(-1, 1, 17)
        ys = -np.sin(np.abs(xs) * 2.4) * 0.42 + 0.1 * np.abs(xs) + tilt * xs
        wings = np.stack([x + xs * span, y + ys * span], 1)
        c.brush(wings, span * 0.16 * (1.15 - np.abs(xs)), p.tones[4])


def ground(line: Floats, xs: Floats, bottom: float) -> Floats:
    """The shape under a line, down to `bottom`."""
    ends = np.array([[xs[-1], bottom], [xs[0], bottom]])
    return np.concatenate([np.stack([xs, line], 1), ends])


def across(c: Canvas, steps: int = 360) -> Floats:
    """Places from just left of the canvas to just right of it."""
    return np.linspace(-0.02, c.w + 0.02, round(steps * max(1.0, min(c.w, 4.0))))
