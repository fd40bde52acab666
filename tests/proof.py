"""How many cases a counted proof takes, and what pytest says of them at the end.

`make test` takes a seeded sample of each; `make proof`, which sets `NBIMAGEGEN_PROOF`, takes all.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

PROOF = bool(os.environ.get("NBIMAGEGEN_PROOF"))

_held: Counter[tuple[str, str, str]] = Counter()


def counted(sample: int, full: int) -> int:
    """Return how many cases to take: a sample, or all of them for a proof."""
    return full if PROOF else sample


def held(what: str, never: str, cases: int = 1) -> None:
    """Note cases that have just held: so many of what, and what none of them did."""
    file, *_ = os.environ["PYTEST_CURRENT_TEST"].partition("::")
    _held[file, what, never] += cases


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session) -> None:
    """Hand the figures of one worker, where several share the tests, to whoever prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["held"] = [[*key, cases] for key, cases in _held.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    """Take a worker's figures."""
    for *key, cases in getattr(node, "workeroutput", {}).get("held", ()):
        _held[tuple(key)] += cases


def pytest_terminal_summary(terminalreporter) -> None:
    """Tell the figures, under the failures and over the closing line."""
    ended_badly = [each for kind in ("failed", "error") for each in terminalreporter.stats.get(kind, [])]
    failed = {each.nodeid.partition("::")[0] for each in ended_badly}
    if _held:
        terminalreporter.section("counted proofs" if PROOF else "counted proofs, samples of them")
    for (file, what, never), cases in _held.items():
        outcome = "but see the failures" if file in failed else f"0 {never}"
        terminalreporter.line(f"{cases:,} {what}, {outcome}")
