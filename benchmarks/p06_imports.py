"""P6: what importing costs, each in a fresh process."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import harness
from harness import Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROUNDS = 3  # for each fresh one of other benches: these are short
_IMPORTS = {
    "nbimagegen": ("nbimagegen",),
    "anywidget": ("anywidget",),
    "Session": ("nbimagegen", "Session"),
    "httpx": ("httpx",),
    "openai": ("openai",),
    "ipyplot": ("ipyplot",),
}
_PEERS, _SLOW = ("openai", "ipyplot"), {"ipyplot"}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure the package itself, and what a script begins with."""
    asked = {name: each for name, each in _IMPORTS.items() if effort.slow_peers or name not in _SLOW}
    contenders = {name: Contender("p06_imports", "importing", each) for name, each in asked.items()}
    took = harness.afresh(contenders, effort.fresh * _ROUNDS)
    for ours, theirs, target in (("nbimagegen", "anywidget", 1.10), ("Session", "httpx", 1.20)):
        ms = harness.medians(took, "wall")[theirs] * 1000
        what = f"import of {ours} against {theirs}'s {ms:.0f} ms"
        peers = {name: harness.ratio(took, "wall", name, theirs) for name in _PEERS if name in asked}
        yield Figure("P6", what, harness.ratio(took, "wall", ours, theirs), target=target, peers=peers)


def importing(module: str, name: str = "") -> Callable[[], None]:
    """Import a module, and a name of it."""

    def import_it() -> None:
        found = importlib.import_module(module)
        if name:
            getattr(found, name)

    return import_it


if __name__ == "__main__":
    harness.main(figures)
