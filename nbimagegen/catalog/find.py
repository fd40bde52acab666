"""The row that is meant: by name, at another address, in another dialect."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from nbimagegen.catalog.base_url import normalise
from nbimagegen.catalog.load import dialects, gateways, models
from nbimagegen.catalog.rows import Gateway
from nbimagegen.errors import UnknownGatewayError

if TYPE_CHECKING:
    from nbimagegen.catalog.rows import Model
    from nbimagegen.records import Dialect


def find_gateway(name: str | Gateway) -> Gateway:
    """Return the row of this gateway; one that the user made is its own.

    Raises:
        UnknownGatewayError: There is none; the message names the nearest.
    """
    if isinstance(name, Gateway):
        return name
    rows = gateways()
    meant = str(name).lower()
    if meant in rows:
        return rows[meant]
    near = get_close_matches(meant, rows, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(rows)}."
    message = f"There is no gateway {name!r}; {hint} For any other server pass base_url=."
    raise UnknownGatewayError(message)


def find_model(gateway: Gateway, name: str) -> Model | None:
    """Return the gateway's own row for this model, else the general one, else None.

    What the gateway charges is its own row's to say, so a general row comes without its prices.
    """
    own, general = gateway.models.get(name), models().get(name)
    if own is not None or general is None:
        return own
    served = gateway.served(general)
    return served if gateway.charges_list_prices else replace(served, prices=(), token_prices=None, priced="")


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
