"""The sizes, themes and hosts in which the studio is looked at.

`make test` takes a sample, in which each comes once; `make proof` takes every combination.
"""

from __future__ import annotations

from itertools import cycle, product
from typing import TYPE_CHECKING

import pytest

from tests.proof import PROOF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Decorator = Callable[[Callable[..., None]], Callable[..., None]]

THEMES = ("dark", "light")
HOSTS = ("notebook", "lab")


def at(*sizes: tuple[int, int]) -> Decorator:
    """Run a test, which takes `width`, `height` and `theme`, at each of these widths and heights."""
    return _over(("width", "height", "theme"), [(*size, theme) for size, theme in _pairs(sizes, THEMES)])


def in_hosts() -> Decorator:
    """Run a test, which takes `host` and `theme`, in each host."""
    return _over(("host", "theme"), _pairs(HOSTS, THEMES))


def _pairs(these: Sequence[object], those: Sequence[object]) -> list[tuple[object, object]]:
    return list(product(these, those) if PROOF else zip(these, cycle(those), strict=False))


def _over(names: tuple[str, ...], cases: list[tuple[object, ...]]) -> Decorator:
    """Parametrize, and mark it for `make proof`, which runs no other test of a browser."""
    return lambda test: pytest.mark.proof(pytest.mark.parametrize(names, cases)(test))
