"""What the emulator keeps of a request, for the test to look at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire; names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: str = ""
    hung_up: Event = field(default_factory=Event, repr=False, compare=False)

    @cached_property
    def json(self) -> Any:
        """The parsed body; ValueError when it is no JSON."""
        return json.loads(self.body)

    @property
    def authorization(self) -> str | None:
        """The Authorization header, if one came along."""
        return self.headers.get("authorization")

    @property
    def cookie(self) -> str | None:
        """The Cookie header, if one came along."""
        return self.headers.get("cookie")
