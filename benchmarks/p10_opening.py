"""P10: a session of many records: opening it with its first page, finding and paging, and memory a record."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import harness
import histories
from harness import QUICK, Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SMALL, MANY, MOST = 100, 10_000, 100_000
_PAGE = 48  # as the studio's strip asks


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure in fresh processes; the curve only where there is time."""
    counts = (SMALL, MANY) if effort == QUICK else (SMALL, MANY, MOST)
    contenders = {
        f"{each:,}": Contender("p10_opening", "opening", (str(histories.home(each)),)) for each in counts
    }
    took = harness.afresh(contenders, effort.rounds)
    small, many = f"{SMALL:,}", f"{MANY:,}"
    ms = harness.medians(took, "opened")[small] * 1000
    what = f"open a session of {many} with its first page: time against one of {small} ({ms:.1f} ms)"
    yield Figure("P10", what, harness.ratio(took, "opened", many, small), target=1.5)
    memory = harness.medians(took, "memory")
    grown = max(0.0, memory[many] - memory[small]) / (MANY - SMALL) / 1000
    yield Figure("P10", f"memory a record, of {many}", grown, target=4.0, unit="kB")
    for name in ("opened", "found", "paged"):
        times = {each: value * 1000 for each, value in harness.medians(took, name).items()}
        last = times.popitem()[1]
        yield Figure("P10", f"{_TOLD[name]}, of {counts[-1]:,}", last, peers=times, unit="ms")


_TOLD = {
    "opened": "curve: open with the first page",
    "found": "curve: find a text, with a page of what fits",
    "paged": "curve: a page from the middle",
}


def opening(home: str) -> Callable[[], dict[str, float]]:
    """Open a session, then look for things in it."""
    from nbimagegen import Session  # noqa: PLC0415 - each process imports its own contender alone

    Session("warm", gateway="sketch").history.page(None, _PAGE)  # the lazy imports are P6's

    def open_it() -> dict[str, float]:
        times = [time.perf_counter()]
        history = Session(histories.SESSION, gateway="sketch", home=home).history
        history.page(None, _PAGE)
        times.append(time.perf_counter())
        found = history.find("otter NUMBER 9")
        _ = [each.prompt for each in found[:_PAGE]]
        times.append(time.perf_counter())
        pictures = history.pictures
        middle = len(pictures) // 2
        _ = [each.prompt for each in pictures[middle : middle + _PAGE]]
        times.append(time.perf_counter())
        return dict(zip(("opened", "found", "paged"), _between(times), strict=True))

    return open_it


def _between(times: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(times)]


if __name__ == "__main__":
    harness.main(figures)
