"""How a job's requests travel, and where their answers are put first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.budget import Gate

if TYPE_CHECKING:
    from nbimagegen.keys import Key
    from nbimagegen.store import Store
    from nbimagegen.transport.network import Verify


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one gateway and back."""

    base_url: str
    key: Key | None
    verify: Verify
    store: Store
    proxy: str | None = None
    image_hosts: tuple[str, ...] = ()  # that may serve pictures wherever they are
    links_last: float | None = None  # seconds that a picture's address is good for

    @property
    def gate(self) -> Gate:
        """The gate of this gateway and key, one in a process."""
        secret = hash(self.key.reveal()) if self.key else 0  # salted by Python, anew in each process
        return _gate(os.getpid(), self.base_url, secret)

    def scrub(self, text: str) -> str:
        """Return `text` without the key: whatever is kept or shown of an answer comes by here."""
        return self.key.scrub(text) if self.key else text

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return `data` without the key."""
        return self.key.scrub_bytes(data) if self.key else data

    def scrub_values(self, value: Any) -> Any:
        """Return JSON values without the key in any text of them."""
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, list):
            return [self.scrub_values(each) for each in cast("list[Any]", value)]
        if isinstance(value, dict):
            table = cast("dict[str, Any]", value)
            return {self.scrub(name): self.scrub_values(each) for name, each in table.items()}
        return value


@cache
def _gate(_process: int, _base_url: str, _secret: int) -> Gate:
    return Gate()
