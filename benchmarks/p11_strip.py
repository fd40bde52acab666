"""P11: a studio of 10,000 pictures in JupyterLab: until its strip is painted, its frames, what it holds."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lab

import harness
import histories
from harness import QUICK, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY, FEW, MANY = 0, 100, 10_000
_MB = 1e6
_SCRIPT = Path(__file__).with_suffix(".js")
_OPENING = "from IPython.display import display\nfrom nbimagegen import ImageStudio"
_CELL = "studio = ImageStudio({!r}, gateway='sketch', home={!r})\ndisplay(studio)"
_MOST_GROWTH = 1.1  # as the soak's: it is flat
_MOST_FRAME = 33.5  # ms: two of a screen's, as its clock tells them
_LONG = {"rounds": harness.ROUNDS, "flung": 600, "slow": 300, "looked": 500, "rests": 250, "settles": 1500}
_SHORT = {"rounds": 2, "flung": 60, "slow": 10, "looked": 10, "rests": 100, "settles": 100}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure on one page, one studio at a time."""
    cells = {f"{count:,}": _cell(count) for count in (EMPTY, FEW, MANY)}
    with lab.opened(_OPENING) as page:
        lengths = _SHORT if effort == QUICK else _LONG
        told = page.measured(_SCRIPT, cells=cells, **lengths)
    yield from _opened(told["opened"])
    # The target is of the way from end to end; slowly, a browser without a graphics card draws each of them.
    for way, name, most in (
        ("far", "flung from end to end", _MOST_FRAME),
        ("near", "slowly, each picture seen", None),
    ):
        slowest = statistics.quantiles(told[way]["times"], n=20)[-1]
        what = f"{MANY:,} in the strip, {name}: 95 % of frames within"
        yield Figure("P11", what, slowest, target=most, unit="ms")
    yield Figure("P11", "pictures in the page at most, meanwhile", _most_options(told), unit="options")
    yield from _held(told, lengths["looked"])


def _cell(count: int) -> dict[str, str]:
    source = _CELL.format(histories.SESSION, str(histories.home(count)))
    return {"source": source, "shows": "picture" if count else "welcome"}


def _opened(took: dict[str, list[dict[str, float]]]) -> Iterator[Figure]:
    ms = {name: f"{each * 1000:.0f} ms" for name, each in harness.medians(took, "wall").items()}
    many = f"{MANY:,}"
    for count, called, target in ((EMPTY, "an empty one", 2.0), (FEW, f"one of {FEW}", 1.3)):
        other = f"{count:,}"
        what = f"a studio of {many}, until its strip is painted ({ms[many]}), against {called} ({ms[other]})"
        yield Figure("P11", what, harness.ratio(took, "wall", many, other), target=target)


def _most_options(told: dict[str, Any]) -> float:
    return max(told[way]["options"] for way in ("far", "near"))


def _held(told: dict[str, Any], looked: int) -> Iterator[Figure]:
    first, last = told["first"], told["last"]
    what = f"{looked} pictures opened one after another: JavaScript's heap ({last['heap'] / _MB:.0f} MB)"
    ratio = last["heap"] / first["heap"]
    yield Figure("P11", f"{what} against after a tenth of them", ratio, target=_MOST_GROWTH)
    what = f"{looked} pictures opened one after another: what object URLs hold in the end"
    yield Figure("P11", what, last["urls"] / _MB, peers={"after a tenth": first["urls"] / _MB}, unit="MB")


if __name__ == "__main__":
    harness.main(figures)
