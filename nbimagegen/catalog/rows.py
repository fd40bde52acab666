"""What a row of the catalogue says: frozen records of gateways, models and parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.records import Dialect, Operation

Kind: TypeAlias = Literal["choice", "size", "text", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a model: what it may hold, and what the gateway does without it.

    `choices` bind a "choice" and are suggestions elsewhere. Edges and pixels bind a "size".
    """

    name: str
    label: str
    type: Kind = "text"
    choices: tuple[str, ...] = ()
    default: str | float | bool | None = None
    help: str = ""
    replaces: tuple[str, ...] = ()  # parameters that are not sent when this one is
    minimum: float | None = None
    maximum: float | None = None
    multiple: int = 1
    minimum_edge: int = 1
    maximum_edge: int | None = None
    maximum_ratio: float | None = None
    minimum_pixels: int | None = None
    maximum_pixels: int | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One model as one gateway serves it."""

    id: str
    max_images_per_request: int = 1
    prompt_limit: int | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, "Parameter"])


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway: where it is, how it speaks, and what it serves."""

    id: str
    label: str
    base_url: str
    dialect: Dialect
    operations: tuple[Operation, ...]
    default_model: str = ""
    needs_key: bool = True
    key_variables: tuple[str, ...] = ()
    base_url_variable: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    paths: Mapping[str, str] = field(default_factory=dict[str, str])
    wire: Mapping[str, str] = field(default_factory=dict[str, str])
    models: Mapping[str, Model] = field(default_factory=dict[str, "Model"])  # those that the picker lists
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, "Parameter"])  # of every model
    seconds: tuple[float, ...] = ()  # what it says a picture takes: from, to
    note: str = ""
    click: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that may hold its key, the strongest first."""
        own = f"NBIMAGEGEN_{self.id.upper().replace('-', '_')}_API_KEY"
        return (own, *self.key_variables) if self.needs_key else ()

    @property
    def is_sketch(self) -> bool:
        """Whether this is the embedded offline gateway."""
        return self.id == "sketch"
