"""P4: a picture as a data URI in a chat, and one in a stream with two previews; processor time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import playing

import harness
from harness import Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure a chat at 4K, or what is the largest, and a stream at 2K."""
    largest = effort.sizes[-1]
    with playing() as gateway:
        chat, stream = gateway.base_url("chat", largest), gateway.base_url("sse", "2K")
        path = "chat/completions"
        asked = {
            "ours": Contender("clients", "ours", (chat, path)),
            "openai SDK": Contender("clients", "openai_chat", (chat,)),
            "httpx + json": Contender("clients", "httpx_json", (chat, path)),
            "floor": Contender("clients", "raw_socket", (chat,)),
        }
        yield _figure(f"a data URI in a chat, {largest}", asked, 0.30, effort)
        asked = {
            "ours": Contender("clients", "ours", (stream,)),
            "openai SDK": Contender("clients", "openai_stream", (stream,)),
            "httpx + json": Contender("clients", "httpx_lines", (stream,)),
            "floor": Contender("clients", "raw_socket", (stream,)),
        }
        yield _figure("a stream with two previews, 2K", asked, 0.20, effort)


def _figure(what: str, contenders: dict[str, Contender], target: float, effort: Effort) -> Figure:
    took = harness.alternating(contenders, effort.rounds)
    against = harness.ratios(took, "cpu", "openai SDK")
    sdk = harness.medians(took, "cpu")["openai SDK"] * 1000
    return Figure(
        "P4",
        f"{what}: CPU against the openai SDK's {sdk:.0f} ms",
        against["ours"],
        target=target,
        floor=against["floor"],
        peers={"httpx + json": against["httpx + json"]},
    )


if __name__ == "__main__":
    harness.main(figures)
