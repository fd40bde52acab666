"""Gateways and models as data: what each accepts, and checks against it. Knows nothing of the wire."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from nbimagegen.catalog import check
from nbimagegen.catalog.base_url import normalise
from nbimagegen.catalog.load import dialects, gateways, models, served_with
from nbimagegen.catalog.rows import Gateway, Model, Parameter
from nbimagegen.errors import UnknownGatewayError

if TYPE_CHECKING:
    from nbimagegen.records import Dialect

__all__ = [
    "Gateway",
    "Model",
    "Parameter",
    "check",
    "find_gateway",
    "find_model",
    "gateways",
    "models",
    "path_of",
    "place_of",
    "speaking",
]


def find_gateway(name: str) -> Gateway:
    """Return the row of this gateway.

    Raises:
        UnknownGatewayError: There is none; the message names the nearest.
    """
    rows = gateways()
    meant = str(name).lower()
    if meant in rows:
        return rows[meant]
    near = get_close_matches(meant, rows, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(rows)}."
    message = f"There is no gateway {name!r}; {hint} For any other server pass base_url=."
    raise UnknownGatewayError(message)


def find_model(gateway: Gateway, name: str) -> Model | None:
    """Return the gateway's own row for this model, else the general one, else None."""
    general = models().get(name)
    return gateway.models.get(name) or (general and served_with(general, gateway.parameters))


def speaking(gateway: Gateway, base_url: str | None, dialect: Dialect | None) -> Gateway:
    """Return the row at another address, or in another dialect.

    Raises:
        AddressError: The base URL cannot be one.
    """
    if base_url:
        gateway = replace(gateway, base_url=normalise(base_url))
    if dialect and dialect != gateway.dialect:
        gateway = replace(gateway, dialect=dialect, paths={}, wire={})
    return gateway


def path_of(gateway: Gateway, operation: str) -> str:
    """Return what the operation is called below the base URL."""
    return gateway.paths.get(operation) or dialects()[gateway.dialect]["paths"][operation]


def place_of(gateway: Gateway, parameter: str) -> str:
    """Return where a parameter goes in the body: a dotted path."""
    places = {**dialects()[gateway.dialect].get("wire", {}), **gateway.wire}
    return places.get(parameter, parameter)
