"""How many cases a counted proof takes, and what pytest says of them at the end.

`make test` takes a seeded sample; `NBIMAGEGEN_PROOF`, which `make proof` sets, asks for all.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from nbimagegen.store import Store

PROOF = bool(os.environ.get("NBIMAGEGEN_PROOF"))

_held: Counter[tuple[str, str]] = Counter()


def counted(sample: int, full: int) -> int:
    """Return how many cases to take: a sample, or all of them for a proof."""
    return full if PROOF else sample


def held(what: str, never: str, cases: int = 1) -> None:
    """Note cases that have just held: so many of what, and what none of them did."""
    _held[what, never] += cases


def pytest_terminal_summary(terminalreporter) -> None:
    """Tell the figures, under the failures and over the closing line."""
    failed = terminalreporter.stats.get("failed", []) + terminalreporter.stats.get("error", [])
    if _held:
        terminalreporter.section("counted proofs" if PROOF else "counted proofs, samples of them")
    for (what, never), cases in _held.items():
        terminalreporter.line(f"{cases:,} {what}, {'but see the failures' if failed else f'0 {never}'}")


@pytest.fixture
def quick_disk(monkeypatch) -> None:
    """Nobody waits until what is written is on the disk itself, which has tests of its own."""
    connect = Store._connect

    def hastily(store, path):
        index = connect(store, path)
        index.execute("PRAGMA synchronous = OFF")
        return index

    monkeypatch.setattr(Store, "_connect", hastily)
    monkeypatch.setattr(os, "fsync", lambda _: None)
