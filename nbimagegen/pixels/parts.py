"""A bound on how many parts of a file are walked through: a hostile one is made of nothing but headers."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST = 100_000

T = TypeVar("T")


def bounded(walk: Callable[[bytes], Iterator[T]]) -> Callable[[bytes], Iterator[T]]:
    """Return the walk through a file, which ends with a `ValueError` where the file has too many parts."""

    @wraps(walk)
    def walked(data: bytes) -> Iterator[T]:
        for count, part in enumerate(walk(data)):
            if count >= MOST:
                message = f"this file has more than {MOST:,} parts"
                raise ValueError(message)
            yield part

    return walked
