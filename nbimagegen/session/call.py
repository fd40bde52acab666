"""What one call asks for, before the session fills in what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typing_extensions import Self

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

    @classmethod
    def of(cls, prompt: str | None, given: Mapping[str, Any]) -> Self:
        """Return the call that a method of a session is given; what it has no name for is a parameter."""
        known = {name: value for name, value in given.items() if name in _NAMES and value is not None}
        rest = {name: value for name, value in given.items() if name not in _NAMES}
        return cls(prompt, parameters=rest, **known)

    @property
    def given(self) -> dict[str, Any]:
        """What `of` is given for an equal call."""
        return {**{name: getattr(self, name) for name in _NAMES}, **self.parameters}


_NAMES = {each.name for each in fields(Call)} - {"prompt", "parameters"}  # of keyword arguments
