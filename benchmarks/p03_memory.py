"""P3: one 4K picture; how far the high-water mark of a fresh process's memory rises, against the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import answers
from gateway import playing

import harness
from harness import Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTENDERS = {
    "ours": ("whole", "warm"),
    "ours, wire into nothing": ("clients", "warm", "ours"),
    "openai SDK": ("clients", "warm", "openai_images"),
    "httpx + json": ("clients", "warm", "httpx_json"),
    "floor": ("clients", "warm", "raw_socket"),
}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure with everything imported and one tiny picture fetched before."""
    with playing() as gateway:
        urls = (gateway.base_url("b64", "tiny"), gateway.base_url("b64", "4K"))
        contenders = {
            name: Contender(module, function, (*args, *urls))
            for name, (module, function, *args) in _CONTENDERS.items()
        }
        took = harness.afresh(contenders, effort.fresh)
        body = len(answers.answer("b64", "4K"))
        grown = {name: each / body for name, each in harness.medians(took, "memory").items()}
        peers = {name: value for name, value in grown.items() if name not in ("ours", "floor")}
        what = "one image, 4K, kept in the history: peak memory against its body"
        yield Figure("P3", what, grown["ours"], target=0.30, floor=grown["floor"], peers=peers)


if __name__ == "__main__":
    harness.main(figures)
