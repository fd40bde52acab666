"""A rate limit: so many requests in a window of time; who comes too early is turned away and noted."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulator.damage import waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.received import Received


@dataclass
class Limiter:
    """Lets `requests` through in each window of `per` seconds.

    A request that comes after a refusal and before the time that was told is early. Some may have been
    under way when the refusal was sent: after each, so many as `under_way` are forgiven.

    Attributes:
        tells: How a refusal tells the time to wait: seconds, date, ms or none.
        early: What came too early, in order.
        refused: How many were turned away, early ones among them.
    """

    requests: int
    per: float
    tells: str = "ms"
    under_way: int = 0
    clock: Callable[[], float] = time.monotonic
    early: list[Received] = field(default_factory=list["Received"])
    refused: int = 0
    _opens: float = 0
    _let_through: int = 0
    _told: bool = False
    _forgiven: int = 0

    def turned_away(self, received: Received) -> dict[str, str] | None:
        """Return the headers of a refusal; None lets the request through."""
        now = self.clock()
        if now >= self._opens:
            self._opens, self._let_through, self._told, self._forgiven = now + self.per, 0, False, 0
        self._let_through += 1
        if self._let_through <= self.requests:
            return None
        self._note(received)
        return waiting(self.tells, self._opens - now)

    def _note(self, received: Received) -> None:
        self.refused += 1
        if self._told:
            self._forgiven += 1
            self.early.extend([received] if self._forgiven > self.under_way else [])
        self._told = True
