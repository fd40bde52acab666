"""What one call asks for, before the session fills in what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbimagegen.history import Progress
    from nbimagegen.records import Operation


@dataclass(frozen=True, slots=True)
class Call:
    """What one call asks for; None is what it leaves to the session.

    `image`, `mask` and `references` are whatever the user calls a picture.
    """

    prompt: str | None = None
    gateway: str | None = None
    model: str | None = None
    n: int | None = None
    stream: bool | None = None
    extra: Mapping[str, Any] | None = None
    timeout: float | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    operation: Operation = "generate"
    image: Any = None
    mask: Any = None
    references: Sequence[Any] = ()
    on_partial: Callable[[Progress], object] | None = None
    fresh: bool = False  # stands outside: nothing is given back to it, nor its result to another
