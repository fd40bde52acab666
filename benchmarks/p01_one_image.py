"""P1: one picture as base64, over the wire into nothing; processor time against the openai SDK's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import playing

import harness
from harness import Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTIONS = {
    "ours": ("clients", "ours"),
    "openai SDK": ("clients", "openai_images"),
    "httpx + json": ("clients", "httpx_json"),
    "floor": ("clients", "raw_socket"),
}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure each size."""
    with playing() as gateway:
        for size in effort.sizes:
            url = gateway.base_url("b64", size)
            took = harness.alternating(harness.calling(_FUNCTIONS, url), effort.rounds)
            against = harness.ratios(took, "cpu", "openai SDK")
            sdk = harness.medians(took, "cpu")["openai SDK"] * 1000
            yield Figure(
                "P1",
                f"one image, {size}, wire into nothing: CPU against the openai SDK's {sdk:.0f} ms",
                against["ours"],
                target=0.30,
                floor=against["floor"],
                peers={"httpx + json": against["httpx + json"]},
            )


if __name__ == "__main__":
    harness.main(figures)
