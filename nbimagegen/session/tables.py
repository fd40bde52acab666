"""The catalogue as plain tables, for whoever lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbimagegen import catalog, keys
from nbimagegen.errors import RequestError

if TYPE_CHECKING:
    from nbimagegen.catalog import Gateway, Model, Parameter
    from nbimagegen.session.reach import Reach

Table = dict[str, Any]

_EVERY = ("generate", "edit", "vary")
ANY = "any"  # whichever gateway serves the model


def gateways() -> list[Table]:
    """Return one row a gateway, in the order in which one with a key is chosen."""
    return [_gateway(row) for row in catalog.gateways().values()]


def models(gateway: str | None = None) -> list[Table]:
    """Return one row for each model that a gateway lists.

    Args:
        gateway: A gateway's id; by default all of them, and then what is known of models at any other.

    Raises:
        UnknownGatewayError: There is no such gateway.
    """
    chosen = [catalog.find_gateway(gateway)] if gateway else list(catalog.gateways().values())
    listed = [_model(row.id, model, row) for row in chosen for model in row.models.values()]
    general = [] if gateway else [_model(ANY, model, None) for model in catalog.models().values()]
    return listed + general


def _gateway(row: Gateway) -> Table:
    return {
        "gateway": row.id,
        "label": row.label,
        "base_url": row.base_url,
        "dialect": row.dialect,
        "operations": list(row.operations),
        "default_model": row.default_model,
        "key": _key(row),
        "key_variables": list(row.variables),
    }


def _key(row: Gateway) -> str:
    """Return where the key comes from, as far as the environment tells; never the key."""
    try:
        key = keys.find_key(row, named=False)
    except RequestError:
        return "malformed"
    return key.origin if key else ("none" if row.needs_key else "not needed")


def _model(gateway: str, model: Model, row: Gateway | None) -> Table:
    return {
        "gateway": gateway,
        "model": model.id,
        "operations": list(catalog.operations(row, model.id) if row else model.operations or _EVERY),
        "images_a_request": model.max_images_per_request,
        "prompt_limit": model.prompt_limit,
        "usd": sorted({price.usd for price in model.prices}),
        "priced": model.priced,
        "parameters": {each.name: _parameter(each) for each in model.parameters.values()},
    }


def _parameter(row: Parameter) -> Table:
    said = {"type": row.type, "choices": list(row.choices), "default": row.default, "help": row.help}
    return {name: value for name, value in said.items() if value not in ([], None, "")}


def parameters_of(reach: Reach, gateway: str | None, model: str | None) -> dict[str, Table]:
    """Return what a call would take: each parameter's type, choices and help; nothing for an unknown model.

    Args:
        reach: The session, or what one would reach.
        gateway: A gateway's id; by default the session's own.
        model: The model; by default that of calls which name none.

    Raises:
        UnknownGatewayError: There is no such gateway.
    """
    row = reach.row(gateway)
    found = catalog.find_model(row, model or row.default_model)
    return {each.name: _parameter(each) for each in found.parameters.values()} if found else {}
