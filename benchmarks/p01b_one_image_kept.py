"""P1b: one picture as base64, whole: in the inbox, hashed, in its final file, and in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import playing

import harness
from harness import Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTIONS = {
    "ours": ("whole", "ours"),
    "openai SDK": ("clients", "openai_images"),
    "httpx + json": ("clients", "httpx_json"),
    "floor": ("clients", "raw_socket_kept"),
}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure each size; the peers keep nothing."""
    with playing() as gateway:
        for size in effort.sizes:
            url = gateway.base_url("b64", size)
            took = harness.alternating(harness.calling(_FUNCTIONS, url), effort.rounds)
            against = harness.ratios(took, "cpu", "openai SDK")
            mine = harness.medians(took, "cpu")["ours"] * 1000
            yield Figure(
                "P1b",
                f"one image, {size}, kept in the history: CPU ({mine:.0f} ms) against the openai SDK's",
                against["ours"],
                target=0.60,
                floor=against["floor"],
                peers={"httpx + json": against["httpx + json"]},
            )


if __name__ == "__main__":
    harness.main(figures)
