"""An event loop whose time passes only while everybody waits, and then at once.

An hour of waiting takes no time, is the same each time, and ends to the second.
"""

from __future__ import annotations

import asyncio
import selectors
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")

PATIENCE = 5.0  # real seconds for what a thread does meanwhile


class Clock(selectors.DefaultSelector):
    """Tells a time that moves when nothing is left to do, straight to the next appointment."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0

    def time(self) -> float:
        """Return the seconds since some moment."""
        return self.now

    monotonic = time

    def select(self, timeout: float | None = None) -> list[Any]:
        """Let the time pass instead of waiting for it; without an appointment a thread may still call."""
        ready = super().select(PATIENCE if timeout is None else 0)
        if timeout is None and not ready:
            raise TimeoutError("everybody waits, and for nothing")
        if not ready and timeout:
            self.now += timeout
        return ready


class Loop(asyncio.SelectorEventLoop):
    """An event loop by such a clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.time = clock.time


def play(make: Callable[[], Coroutine[Any, Any, T]], clock: Clock | None = None) -> T:
    """Run a coroutine to its end in time that passes at once."""
    loop = Loop(clock or Clock())
    try:
        return loop.run_until_complete(make())
    finally:
        loop.close()


def dice(seed: int) -> Random:
    """Return dice that fall the same way each time."""
    return Random(seed)  # noqa: S311 - nothing secret hangs on them
