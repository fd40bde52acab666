"""How long a generation will take: what like ones took, else what its gateway says."""

from __future__ import annotations

import statistics
from collections import defaultdict, deque
from typing import TYPE_CHECKING, TypeAlias

from nbimagegen.catalog import gateways

if TYPE_CHECKING:
    from nbimagegen.history import Generation, History
    from nbimagegen.records import ImageRequest

    Likeness: TypeAlias = tuple[object, ...]

_LOOKED_AT = 50  # of the newest generations, when the first one is waited for
_KEPT = 9  # of each kind: a gateway has slow days


class Expectations:
    """Learns from what ends in a session.

    Args:
        history: The session's; looked at when something is first asked.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._seconds: dict[Likeness, deque[float]] = defaultdict(lambda: deque(maxlen=_KEPT))
        self._learned: set[str] = set()
        self._has_looked = False

    def learn(self, generation: Generation) -> None:
        """Take in how long a generation took that has ended."""
        seconds = generation.seconds
        if generation.status != "done" or seconds is None or generation.id in self._learned:
            return
        self._learned.add(generation.id)
        for likeness in _likenesses(generation.record.request):
            self._seconds[likeness].append(seconds)

    def of(self, generation: Generation) -> float | None:
        """Return how many seconds it will take; None where nobody knows."""
        self._look_back()
        request = generation.record.request
        latency = request.parameters.get("latency")
        if isinstance(latency, int | float):  # of a sketch, which takes what it is told to
            return latency
        for likeness in _likenesses(request):
            if likeness in self._seconds:
                return round(statistics.median(self._seconds[likeness]), 1)
        row = gateways().get(request.gateway)
        return sum(row.seconds) / len(row.seconds) if row and row.seconds else None

    def _look_back(self) -> None:
        if not self._has_looked:
            self._has_looked = True
            for each in self._history[-_LOOKED_AT:]:
                self.learn(each)


def _likenesses(request: ImageRequest) -> tuple[Likeness, ...]:
    """Return what a request has in common with others that take as long, the closest first."""
    rough = (request.gateway, request.model, request.operation)
    return (*rough, request.n, request.parameters.get("quality")), rough
