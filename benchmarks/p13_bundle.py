"""P13: what every studio loads: the widget's JavaScript and CSS, minified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import harness
from harness import ROOT, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator


def figures(effort: Effort) -> Iterator[Figure]:
    """Look at what is built."""
    del effort
    files = [ROOT / "nbimagegen" / "static" / f"widget.{kind}" for kind in ("js", "css")]
    size = sum(each.stat().st_size for each in files) / 1000
    yield Figure("P13", "bundle: JavaScript and CSS, minified", size, target=90.0, unit="kB")


if __name__ == "__main__":
    harness.main(figures)
