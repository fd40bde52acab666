"""What a row of the catalogue says: frozen records of gateways, models and parameters.

Ours are read from TOML; users make their own, as `Gateway("mine", base_url="http://localhost:8000/v1")`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from nbimagegen.catalog import sound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.records import Dialect, Operation

Kind: TypeAlias = Literal["choice", "size", "text", "integer", "number", "boolean"]

_EVERY: tuple[Operation, ...] = ("generate", "edit", "vary")
_UNSAID = cast("Kind", "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a model: what it may hold, and what the gateway does without it.

    `choices` bind a "choice" and are suggestions elsewhere. Edges and pixels bind a "size".

    Raises:
        ParameterError: The name or the type cannot be.
    """

    name: str
    label: str = ""  # the name, where nothing is said
    type: Kind = _UNSAID  # "choice" where there are choices, else "text"
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
    operations: tuple[Operation, ...] = ()  # that take it; none named: all

    def __post_init__(self) -> None:
        """Fill in what was not said."""
        sound.with_tuples(self)
        _set(self, "label", self.label or str(self.name).replace("_", " ").capitalize())
        _set(self, "type", self.type or ("choice" if self.choices else "text"))
        sound.parameter(self)


@dataclass(frozen=True, slots=True)
class Price:
    """What one picture costs where the named fields have these values."""

    usd: float
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    operations: tuple[Operation, ...] = ()  # that cost this; none named: all

    def __post_init__(self) -> None:
        """Check what was said."""
        sound.with_tuples(self)
        sound.price(self)


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """What a million tokens cost in US$, by what they are and which way they go."""

    image_out: float
    text_in: float = 0.0
    image_in: float = 0.0
    text_out: float = 0.0

    def __post_init__(self) -> None:
        """Check what was said."""
        sound.token_prices(self)


@dataclass(frozen=True, slots=True)
class Model:
    """One model as one gateway serves it.

    Raises:
        ParameterError: A value cannot be.
    """

    id: str
    max_images_per_request: int = 1
    prompt_limit: int | None = None
    operations: tuple[Operation, ...] | None = None  # None: those of its gateway
    max_inputs: int = 16  # pictures that an edit may start from
    takes_mask: bool = True
    prices: tuple[Price, ...] = ()
    token_prices: TokenPrices | None = None  # by which a usage becomes a cost
    priced: str = ""  # the date of these prices
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, "Parameter"])

    def __post_init__(self) -> None:
        """Check what was said."""
        sound.with_tuples(self)
        sound.model(self)


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway: where it is, how it speaks, and what it serves.

    Args:
        id: What it is called in calls and in `NBIMAGEGEN_<ID>_API_KEY`: letters, digits and hyphens.
        base_url: As people paste it; see `Session`.
        dialect: "images" (the Images API) or "chat" (chat completions).
        needs_key: False for a server that asks for none.

    Raises:
        AddressError: `base_url` cannot be one.
        ParameterError: Another value cannot be.
    """

    id: str
    label: str = ""  # the id, where nothing is said
    base_url: str = ""
    dialect: Dialect = "images"
    operations: tuple[Operation, ...] = _EVERY
    default_model: str = ""
    needs_key: bool = True
    key_variables: tuple[str, ...] = ()
    base_url_variable: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    paths: Mapping[str, str] = field(default_factory=dict[str, str])
    wire: Mapping[str, str] = field(default_factory=dict[str, str])
    models: Mapping[str, Model] = field(default_factory=dict[str, Model])  # those that the picker lists
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])  # of every model
    prices: tuple[Price, ...] = ()  # of every model that has none of its own
    seconds: tuple[float, ...] = ()  # what it says a picture takes: from, to
    note: str = ""
    click: Mapping[str, Any] = field(default_factory=dict[str, Any])
    adds: Mapping[str, Any] = field(default_factory=dict[str, Any])  # fields of every body
    idempotency_header: str = ""  # tells a request's own key: the gateway carries out none twice
    links_last: float | None = None  # seconds that a picture's address is good for
    image_hosts: tuple[str, ...] = ()  # hosts that may serve its pictures wherever they are
    charges_list_prices: bool = False  # the models' general prices are its own
    usage_cost: str = "cost"  # what it calls, in its usage, the US$ that it charged; none: it does not say

    def __post_init__(self) -> None:
        """Fill in what was not said, and check the rest."""
        sound.with_tuples(self)
        _set(self, "label", self.label or self.id)
        _set(self, "id", sound.gateway_id(self.id))
        _set(self, "base_url", sound.address(self.id, self.base_url))
        sound.gateway(self)
        if self.parameters:
            _set(self, "models", {name: self.served(model) for name, model in self.models.items()})

    def served(self, model: Model) -> Model:
        """Return the model with the parameters that this gateway takes with every model."""
        return replace(model, parameters={**model.parameters, **self.parameters})

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that may hold its key, the strongest first."""
        own = f"NBIMAGEGEN_{self.id.upper().replace('-', '_')}_API_KEY"
        return (own, *self.key_variables) if self.needs_key else self.key_variables

    @property
    def is_sketch(self) -> bool:
        """Whether this is the embedded offline gateway."""
        return self.id == "sketch"


def _set(row: object, name: str, value: object) -> None:
    object.__setattr__(row, name, value)  # a frozen record is finished while it is made
