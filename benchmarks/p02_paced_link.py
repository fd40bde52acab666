"""P2: one picture behind a link of 100 MB/s; time against receiving its bytes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import playing

import harness
from harness import Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACE = 100  # MB/s
_FUNCTIONS = {
    "ours": ("clients", "ours"),
    "ours, kept": ("whole", "ours"),
    "openai SDK": ("clients", "openai_images"),
    "httpx + json": ("clients", "httpx_json"),
    "alone": ("clients", "received"),
}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure each size."""
    with playing() as gateway:
        for size in effort.sizes:
            url = gateway.base_url("b64", size, pace=_PACE)
            took = harness.alternating(harness.calling(_FUNCTIONS, url), effort.rounds)
            against = harness.ratios(took, "wall", "alone")
            peers = {name: against[name] for name in ("ours, kept", "openai SDK", "httpx + json")}
            what = f"one image, {size}, behind {_PACE} MB/s: time against receiving alone"
            yield Figure("P2", what, against["ours"], target=1.03, floor=1.0, peers=peers)


if __name__ == "__main__":
    harness.main(figures)
