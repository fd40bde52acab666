"""A sheet to paint on in units of its own: the shorter side is 1, whatever the pixels are.

It is larger than the picture by a whole factor and is reduced at the end, which smooths every
edge. A huge picture is painted in bands: a composition draws all of itself on each, and what
falls outside a band costs little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nbimagegen.sketch.palettes import Colour

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Stop = tuple[float, Colour]
Glow = tuple[float, float, float, Colour, float]

_COARSE = 3_000_000  # pixels above which a backdrop is painted half as fine
_LARGE = 40  # pixels of radius above which a polygon is the quicker disc


@dataclass(frozen=True, slots=True)
class Band:
    """Some rows of a picture of `width` by `height` pixels, to be painted `factor` times as large."""

    width: int
    height: int
    factor: int
    first: int
    last: int


class Canvas:
    """What a composition paints on; every place and length is in units of the shorter side."""

    def __init__(self, band: Band) -> None:
        self.band = band
        short = min(band.width, band.height)
        self.w, self.h = band.width / short, band.height / short
        self.unit = short * band.factor
        self._drop = band.first * band.factor
        size = (band.width * band.factor, (band.last - band.first) * band.factor)
        self.image = Image.new("RGB", size)
        self._solid = ImageDraw.Draw(self.image)
        self._glass = ImageDraw.Draw(self.image, "RGBA")

    def backdrop(self, stops: Sequence[Stop], glows: Iterable[Glow] = ()) -> None:
        """Fill everything: colours from top (0) to bottom (1), then round glows on them.

        A glow is (x, y, radius, colour, strength from 0 to 1). Painted at the picture's own size
        with a breath of noise, so that no gradient shows steps.
        """
        band = self.band
        grain = 2 if band.width * band.height > _COARSE else 1
        count, columns = -(-(band.last - band.first) // grain), -(-band.width // grain)
        short = min(band.width, band.height)
        xs = _middles(0, self.w, columns)
        ys = _middles(band.first / short, band.last / short, count)
        column = _ramp(stops, ys / self.h)
        noise = _tiled_noise(count, columns)
        field = column[:, None, :] + noise[:, :, None]
        for glow in glows:
            _shine(field, xs, ys, glow)
        small = Image.fromarray(field.clip(0, 255).astype(np.uint8))
        self.image.paste(small.resize(self.image.size, Image.Resampling.NEAREST))

    def polygon(self, points: Floats, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a shape; `points` is an array of n rows of x and y."""
        flat = self._pixels(points)
        if flat is None:
            return
        if alpha >= 1:
            self._solid.polygon(flat, fill=colour)
        else:
            self._glass.polygon(flat, fill=(*colour, round(alpha * 255)))

    def shade(self, points: Floats, stops: Sequence[Stop]) -> None:
        """Fill a shape with colours that change from its top (0) to its bottom (1)."""
        flat = self._pixels(points)
        if flat is None:
            return
        ys = points[:, 1] * self.unit - self._drop
        box = self._box(points)
        top, span = float(ys.min()), max(1.0, float(np.ptp(ys)))
        rows = (np.arange(box[1], box[3]) + 0.5 - top) / span
        column = _ramp(stops, rows) + _tiled_noise(len(rows), 1)
        strip = Image.fromarray(column.clip(0, 255).astype(np.uint8)[:, None, :])
        size = (box[2] - box[0], box[3] - box[1])
        mask = Image.new("L", size)
        moved = np.reshape(flat, (-1, 2)) - (box[0], box[1])
        ImageDraw.Draw(mask).polygon(moved.ravel().tolist(), fill=255)
        self.image.paste(strip.resize(size, Image.Resampling.NEAREST), box, mask)

    def disc(self, x: float, y: float, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a circle."""
        if alpha < 1 or radius * self.unit > _LARGE:
            self.polygon(circle(x, y, radius), colour, alpha)
            return
        left, top = (x - radius) * self.unit, (y - radius) * self.unit - self._drop
        side = 2 * radius * self.unit
        if -side <= top <= self.image.height:
            self._solid.ellipse((left, top, left + side, top + side), fill=colour)

    def ring(  # noqa: PLR0913, PLR0917 - one circle, one line
        self, x: float, y: float, radius: float, width: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """Draw a circle as a line of the given width."""
        self.polygon(ring(x, y, radius, width), colour, alpha)

    def line(self, points: Floats, width: float, colour: Colour, alpha: float = 1.0) -> None:
        """Draw a smooth line; never thinner than what the reduced picture can show."""
        flat = self._pixels(points, width)
        if flat is None:
            return
        pixels = max(self.band.factor, round(width * self.unit))
        if alpha >= 1:
            self._solid.line(flat, fill=colour, width=pixels)
        else:
            self._glass.line(flat, fill=(*colour, round(alpha * 255)), width=pixels)

    def brush(self, points: Floats, widths: Floats | float, colour: Colour) -> None:
        """Draw a line whose width changes along it, with its own ends round."""
        self.polygon(outline(points, widths), colour)

    def _pixels(self, points: Floats, margin: float = 0.0) -> list[float] | None:
        """Points in pixels of the band, or nothing if none of the shape falls on it."""
        pixels = points * self.unit
        pixels[:, 1] -= self._drop
        edge = margin * self.unit
        ys = pixels[:, 1]
        if ys.max() + edge < 0 or ys.min() - edge > self.image.height:
            return None
        flat: list[float] = pixels.ravel().tolist()
        return flat

    def _box(self, points: Floats) -> tuple[int, int, int, int]:
        pixels = points * self.unit - (0, self._drop)
        left, top = np.floor(pixels.min(0)).astype(int)
        right, bottom = np.ceil(pixels.max(0)).astype(int)
        width, height = self.image.size
        left, top = min(max(int(left), 0), width - 1), min(max(int(top), 0), height - 1)
        return left, top, max(left + 1, min(int(right), width)), max(top + 1, min(int(bottom), height))


def _middles(first: float, last: float, count: int) -> Singles:
    """The middles of `count` equal parts."""
    return (first + (np.arange(count) + 0.5) * (last - first) / count).astype(np.float32)


def _ramp(stops: Sequence[Stop], places: NDArray[np.floating]) -> Singles:
    """The colours at some places between stops: one row of red, green and blue for each."""
    at = [place for place, _ in stops]
    levels = np.array([colour for _, colour in stops], dtype=np.float64)
    channels = [np.interp(places, at, levels[:, channel]) for channel in range(3)]
    return np.stack(channels, 1).astype(np.float32)


def _shine(field: Singles, xs: Singles, ys: Singles, glow: Glow) -> None:
    """Add one glow to the rows and columns that it reaches."""
    x, y, radius, colour, strength = glow
    left, right = np.searchsorted(xs, (x - 2.6 * radius, x + 2.6 * radius))
    top, bottom = np.searchsorted(ys, (y - 2.6 * radius, y + 2.6 * radius))
    across = np.exp(-(((xs[left:right] - x) / np.float32(radius)) ** 2))
    down = np.exp(-(((ys[top:bottom] - y) / np.float32(radius)) ** 2)) * np.float32(strength)
    near = (down[:, None] * across[None, :])[:, :, None]
    part = field[top:bottom, left:right]
    part += (np.array(colour, dtype=np.float32) - part) * near


@cache
def _noise_tile() -> Singles:
    return np.random.default_rng(7).random((128, 128), dtype=np.float32)


def _tiled_noise(rows: int, columns: int) -> Singles:
    """Noise from 0 to 1, which rounds a gradient now up and now down."""
    return np.tile(_noise_tile(), (rows // 128 + 1, columns // 128 + 1))[:rows, :columns]


def circle(x: float, y: float, radius: float, steps: int = 160) -> Floats:
    """The points of a circle."""
    return arc(x, y, radius, 0, 2 * np.pi, steps)


def arc(  # noqa: PLR0913, PLR0917 - a place, a size, two angles
    x: float, y: float, radius: float, start: float, end: float, steps: int = 80
) -> Floats:
    """Points along a part of a circle, from one angle to another."""
    turns = np.linspace(start, end, steps)
    return np.stack([x + radius * np.cos(turns), y + radius * np.sin(turns)], 1)


def ring(x: float, y: float, radius: float, width: float) -> Floats:
    """The outline of a circular line: once around outside, back inside."""
    return np.concatenate(
        [circle(x, y, radius + width / 2, 240), circle(x, y, radius - width / 2, 240)[::-1]]
    )


def normals(points: Floats) -> Floats:
    """At each point of a line, the direction across it, of length 1."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    along = padded[2:] - padded[:-2]
    lengths = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    return np.stack([-along[:, 1] / lengths, along[:, 0] / lengths], 1)


def outline(points: Floats, widths: Floats | float) -> Floats:
    """The edge of a line of changing width, with round ends."""
    across = normals(points)
    steps = np.stack([across[:, 1], -across[:, 0]], 1)
    half = np.broadcast_to(np.asarray(widths, dtype=np.float64) / 2, (len(points),))[:, None]
    ends = [
        _cap(points[0], across[0], steps[0], half[0]),
        _cap(points[-1], -across[-1], -steps[-1], half[-1]),
    ]
    return np.concatenate([points + across * half, ends[1][::-1], (points - across * half)[::-1], ends[0]])


def _cap(end: Floats, across: Floats, along: Floats, half: Floats) -> Floats:
    turns = np.linspace(0, np.pi, 8)[:, None]
    return end - half * (np.cos(turns) * across + np.sin(turns) * along)


def smooth(knots: Sequence[tuple[float, float]], closed: bool = True, steps: int = 12) -> Floats:  # noqa: FBT001, FBT002
    """A smooth curve through some points (Catmull and Rom's)."""
    given = np.array(knots, dtype=np.float64)
    if closed:
        padded = np.concatenate([given[-1:], given, given[:2]])
    else:
        padded = np.concatenate([given[:1], given, given[-1:]])
    a, b, c, d = (padded[k : len(padded) - 3 + k, None, :] for k in range(4))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    flat = np.reshape(curve, (-1, 2))
    return flat if closed else np.concatenate([flat, given[-1:]])
