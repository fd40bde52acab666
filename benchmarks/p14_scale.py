"""P14: 10,000 generations through one session: time a generation and memory, of the last against the first.

Not in performance.md's table, where scale stands in words: flat from the first hundred to the last.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

import whole
from gateway import playing

import harness
from harness import QUICK, Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COUNT, QUICK_COUNT, SOME = 10_000, 200, 100
_MOST_KEPT = 4.0  # kB: P10's, of a record


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure one session, once: it is long."""
    count = QUICK_COUNT if effort == QUICK else COUNT
    with playing() as gateway:
        url = gateway.base_url("b64", "tiny")
        contender = Contender("p14_scale", "many", (url, str(count)))
        with harness.Worker(contender) as worker:
            took = worker.round()
    what = f"{count:,} generations of one session, the last {SOME} against the first"
    slower = took["last"] / took["first"]
    yield Figure("P14", f"{what}: CPU of one ({took['first'] * 1000:.0f} ms)", slower, target=1.5)
    grown = f"{took['held'] / 1e6:.1f} MB after {took['before'] / 1e6:.1f}"
    kept = (took["held"] - took["before"]) / (count - SOME) / 1000
    what = f"{count:,} generations of one session: memory held for each after the first {SOME} ({grown})"
    most = None if effort == QUICK else _MOST_KEPT  # of so few, what is made once is the most
    yield Figure("P14", what, kept, target=most, unit="kB")


def many(url: str, count: str) -> Callable[[], dict[str, float]]:
    """Generate so many, one after the other."""
    ask = whole.ours(url)
    for _ in range(SOME):
        ask()

    def ask_all() -> dict[str, float]:
        before, first = _resident(), _some(ask)
        for _ in range(int(count) - 2 * SOME):
            ask()
        return {"first": first, "last": _some(ask), "before": before, "held": _resident()}

    return ask_all


def _some(ask: Callable[[], None]) -> float:
    """Return the processor's seconds for one, which wait for no disk."""
    began = time.process_time()
    for _ in range(SOME):
        ask()
    return (time.process_time() - began) / SOME


def _resident() -> float:
    gc.collect()
    return harness.resident()


if __name__ == "__main__":
    harness.main(figures)
