"""How a bench measures so that it repeats: contenders in processes of their own, in alternating rounds.

A figure that misses its target is measured once more, and only two misses are a miss; both are told.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, FRESH_ROUNDS = 15, 5
QUICK_ROUNDS, QUICK_FRESH_ROUNDS = 3, 1
_WORKER = Path(__file__).with_name("worker.py")

Took: TypeAlias = "Mapping[str, float]"  # what one round took, by name


@dataclass(frozen=True)
class Effort:
    """How many rounds are run, with which pictures, and whether beside peers that take very long."""

    rounds: int = ROUNDS
    fresh: int = FRESH_ROUNDS
    sizes: tuple[str, ...] = ("2K", "4K")
    slow_peers: bool = True


QUICK = Effort(QUICK_ROUNDS, QUICK_FRESH_ROUNDS, ("2K",), slow_peers=False)


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        number: Of performance.md, such as P1.
        what: What was measured, and against what.
        today: The value.
        target: It must not be above this; None for what is only told.
        floor: What can be reached at best.
        peers: What others need for the same.
        unit: Of all these; × is a ratio.
    """

    number: str
    what: str
    today: float
    target: float | None = None
    floor: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict[str, float])
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        """Whether the target is kept."""
        return self.target is None or self.today <= self.target


Bench: TypeAlias = "Callable[[Effort], Iterable[Figure]]"


@dataclass(frozen=True)
class Verdict:
    """A figure, and what it was when it was measured once more."""

    first: Figure
    again: Figure | None = None

    @property
    def is_met(self) -> bool:
        """Whether the target was kept, the first time or the second."""
        return self.first.is_met or (self.again is not None and self.again.is_met)


def judged(bench: Bench, effort: Effort) -> list[Verdict]:
    """Return a bench's figures; where one misses its target, it is run once more."""
    first = list(bench(effort))
    if all(each.is_met for each in first):
        return [Verdict(each) for each in first]
    pairs = zip(first, bench(effort), strict=True)
    return [Verdict(one) if one.is_met else Verdict(one, again) for one, again in pairs]


# Contenders.


@dataclass(frozen=True)
class Contender:
    """One way to do the work: a function of a module here, and what it is called with."""

    module: str
    function: str
    args: tuple[str, ...] = ()


class Worker(ExitStack):
    """A contender's process, ready to run rounds."""

    def __init__(self, contender: Contender) -> None:
        super().__init__()
        command = [sys.executable, str(_WORKER), contender.module, contender.function, *contender.args]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )
        self.callback(self._end)
        self._heard()

    def round(self) -> dict[str, float]:
        """Run one round and return what it took."""
        print(file=self._process.stdin, flush=True)
        return self._heard()

    def _heard(self) -> dict[str, float]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError(f"{self._process.args} ended")
        return json.loads(line)

    def _end(self) -> None:
        self._process.communicate()


def environment() -> dict[str, str]:
    """Return what a worker sees: this checkout, and no key or proxy of the user's."""
    kept = {name: value for name, value in os.environ.items() if not _is_private(name)}
    return {**kept, "PYTHONPATH": str(ROOT), "NBIMAGEGEN_GATEWAY": "sketch"}


def _is_private(name: str) -> bool:
    return name.upper().endswith(("_PROXY", "_API_KEY", "_BASE_URL")) or name.startswith("NBIMAGEGEN_")


def alternating(contenders: Mapping[str, Contender], rounds: int) -> dict[str, list[dict[str, float]]]:
    """Run each contender in turn, round by round, and return what each round took; the first warms up."""
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(each)) for name, each in contenders.items()}
        all_rounds = [{name: each.round() for name, each in workers.items()} for _ in range(rounds + 1)]
    return {name: [took[name] for took in all_rounds[1:]] for name in contenders}


def afresh(contenders: Mapping[str, Contender], rounds: int) -> dict[str, list[dict[str, float]]]:
    """The same, with a new process for each round of each."""
    took: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, each in contenders.items():
            with Worker(each) as worker:
                took[name].append(worker.round())
    return took


def resident() -> float:
    """Return how much memory this process holds now, in bytes; 0 where the system does not say."""
    with suppress(OSError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
        return float(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0.0


def medians(took: Mapping[str, Sequence[Took]], name: str) -> dict[str, float]:
    """Return each contender's median of one value."""
    return {each: statistics.median(one[name] for one in rounds) for each, rounds in took.items()}


def calling(functions: Mapping[str, tuple[str, str]], *args: str) -> dict[str, Contender]:
    """Return contenders, given their modules and functions, that are all called with the same."""
    return {name: Contender(module, function, args) for name, (module, function) in functions.items()}


def ratios(took: Mapping[str, Sequence[Took]], name: str, theirs: str) -> dict[str, float]:
    """Return each contender's `ratio` to the same one."""
    return {each: ratio(took, name, each, theirs) for each in took}


def ratio(took: Mapping[str, Sequence[Took]], name: str, ours: str, theirs: str) -> float:
    """Return the median of one value, round by round against another contender's of the same round."""
    pairs = zip(took[ours], took[theirs], strict=True)
    return statistics.median(one[name] / other[name] for one, other in pairs)


# Telling.


def main(bench: Bench) -> None:
    """Run one bench by itself: `python p01_one_image.py [--quick]`."""
    verdicts = judged(bench, QUICK if "--quick" in sys.argv else Effort())
    print(table(verdicts))
    sys.exit(not all(each.is_met for each in verdicts))


def table(verdicts: Iterable[Verdict]) -> str:
    """Return figures as a table in Markdown."""
    head = ["| # | work | today | target | floor | peers |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *map(_line, verdicts)])


def _line(verdict: Verdict) -> str:
    figure = verdict.first
    today = [_shown(each.today, each.unit) for each in (figure, verdict.again) if each]
    peers = ", ".join(f"{name} {_shown(value, figure.unit)}" for name, value in figure.peers.items())
    missed = "" if verdict.is_met else " **missed**"
    cells = (" then ".join(today) + missed, _most(figure.target, figure.unit), _or_dash(figure))
    return f"| {figure.number} | {figure.what} | {' | '.join(cells)} | {peers or '–'} |"


def _most(target: float | None, unit: str) -> str:
    return "–" if target is None else f"≤ {_shown(target, unit)}"


def _or_dash(figure: Figure) -> str:
    return "–" if figure.floor is None else _shown(figure.floor, figure.unit)


def _shown(value: float, unit: str) -> str:
    if unit == "×":
        return f"{value:.2f}"
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
    return f"{number} {unit}"
