"""P1b: one picture as base64, whole: in the inbox, hashed, in its final file, and in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import playing

import harness
from harness import Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure each size; the peers keep nothing."""
    with playing() as gateway:
        for size in effort.sizes:
            url = gateway.base_url("b64", size)
            contenders = {
                "ours": Contender("whole", "ours", (url,)),
                "openai SDK": Contender("clients", "openai_images", (url,)),
                "httpx + json": Contender("clients", "httpx_json", (url,)),
                "floor": Contender("clients", "raw_socket_kept", (url,)),
            }
            took = harness.alternating(contenders, effort.rounds)
            against = {name: harness.ratio(took, "cpu", name, "openai SDK") for name in contenders}
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
