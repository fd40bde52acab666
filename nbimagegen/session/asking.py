"""A call, with what it leaves open filled in from the session and checked against the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ParameterError
from nbimagegen.lazily import rooms
from nbimagegen.records import ImageRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen import catalog
    from nbimagegen.catalog import Gateway, Model
    from nbimagegen.records import InputRecord
    from nbimagegen.session.call import Call
else:
    (catalog,) = rooms("catalog")

PREVIEWS = 2  # partial pictures that a stream asks for, where nothing else is said


@dataclass(frozen=True, slots=True)
class Defaults:
    """What calls get that do not say otherwise: those to the session's own gateway."""

    gateway: str
    model: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])


def model_name(call: Call, row: Gateway, defaults: Defaults) -> str:
    """Return the model that is meant.

    Raises:
        ParameterError: None is named, and the gateway has none of its own.
    """
    own = defaults.model if row.id == defaults.gateway else None
    name = call.model or own or row.default_model
    if not name or not name.isprintable():
        message = f"{row.label} has no model of its own to fall back on; name one with model=."
        raise ParameterError(message, parameter="model")
    return name


def request(
    call: Call, row: Gateway, name: str, defaults: Defaults, inputs: tuple[InputRecord, ...]
) -> ImageRequest:
    """Return what is asked for, whole and checked.

    Raises:
        RequestError: Something in it cannot be.
    """
    model = catalog.find_model(row, name)
    limit = model.prompt_limit if model else None
    return ImageRequest(
        prompt="" if call.operation == "vary" else catalog.check.prompt(call.prompt, limit),
        gateway=row.id,
        model=name,
        base_url=row.base_url,
        dialect=row.dialect,
        n=catalog.check.count(call.n),
        parameters=catalog.check.parameters(model, _given(call, row, model, defaults), call.operation),
        extra=catalog.check.json_object(call.extra),
        operation=call.operation,
        inputs=inputs,
    )


def _given(call: Call, row: Gateway, model: Model | None, defaults: Defaults) -> dict[str, Any]:
    is_default = row.id == defaults.gateway and call.model in {None, defaults.model}
    left = {
        name: value
        for name, value in defaults.parameters.items()
        if catalog.check.takes(model, name, value, call.operation)
        or (is_default and call.operation == "generate")
    }
    given = {**left, **call.parameters}
    return {**given, **_streamed(call, model, given)}


def _streamed(call: Call, model: Model | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters by which an answer comes in pieces, or is kept from it."""
    if not any(call.stream is each for each in (None, True, False)):
        message = f"stream is {call.stream!r}; it is True or False."
        raise ParameterError(message, parameter="stream")
    if call.stream is False:
        return {"stream": None}
    if not call.stream or not catalog.check.takes(model, "stream", value=True, operation=call.operation):
        return {}
    has_previews = model is not None and "partial_images" in model.parameters
    return {
        "stream": True,
        **({"partial_images": PREVIEWS} if has_previews and "partial_images" not in given else {}),
    }
