"""What one call asks for, before the session fills in what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """What one call asks for; None is what it leaves to the session."""

    prompt: str | None = None
    gateway: str | None = None
    model: str | None = None
    n: int | None = None
    stream: bool | None = None
    extra: Mapping[str, Any] | None = None
    timeout: float | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
