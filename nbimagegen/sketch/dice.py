"""Choices that look free and are not: every throw follows from the words that seeded it."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Floats = NDArray[np.float64]


class Dice:
    """A stream of choices, the same each time for the same words."""

    def __init__(self, *words: object) -> None:
        text = "\x00".join(str(word) for word in words)
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        self._stream = np.random.default_rng(int.from_bytes(digest, "big"))

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return low + (high - low) * float(self._stream.random())

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self._stream.integers(low, high + 1))

    def chance(self, probability: float) -> bool:
        """True as often as `probability` says."""
        return float(self._stream.random()) < probability

    def pick(self, things: Sequence[T]) -> T:
        """One of `things`."""
        return things[self.whole(0, len(things) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of `things`, in another order."""
        return [things[int(place)] for place in self._stream.permutation(len(things))]

    def many(self, count: int, low: float = 0.0, high: float = 1.0) -> Floats:
        """`count` numbers from `low` to `high`, in an array."""
        return low + (high - low) * self._stream.random(count)

    def bell(self, count: int) -> Floats:
        """`count` numbers around zero, most within one of it."""
        return self._stream.standard_normal(count)

    def rolling(self, xs: Floats, length: float, octaves: int = 4, rough: float = 0.5) -> Floats:
        """A smooth random line over `xs`, from about -1 to 1.

        Args:
            xs: where to take it, in any unit, not below zero.
            length: the distance between its larger bumps, in the same unit.
            octaves: how many finer lines ride on it.
            rough: how much of each is left in the next finer one.
        """
        line, weight, total = np.zeros_like(xs), 1.0, 0.0
        for octave in range(octaves):
            line += weight * self._smooth(xs / length * 2**octave)
            total += weight
            weight *= rough
        return line / total * 1.6

    def _smooth(self, places: Floats) -> Floats:
        knots = self._stream.uniform(-1, 1, int(places.max()) + 3)
        left = np.floor(places).astype(np.int64)
        part = places - left
        ease = part * part * (3 - 2 * part)
        return knots[left] * (1 - ease) + knots[left + 1] * ease
