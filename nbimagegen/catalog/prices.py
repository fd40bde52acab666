"""What one picture costs, where a row says so; what no row says is not known, and never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from nbimagegen.catalog.find import find_model, place_of
from nbimagegen.catalog.load import models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.catalog.rows import Gateway, Model, Price
    from nbimagegen.records import Operation


def price_of(
    gateway: Gateway, model: str, fields: Mapping[str, Any], operation: Operation = "generate"
) -> float | None:
    """Return what the gateway charges for one picture, in US$; None where its rows do not say.

    Args:
        gateway: Who is asked.
        model: The model, as it is sent.
        fields: The body's fields, as they are sent.
        operation: What is asked for; an edit may cost more than its output.
    """
    row = find_model(gateway, model)
    prices = (row.prices if row else ()) or gateway.prices
    return _first(prices, gateway, row, fields, operation)


def list_price_of(
    gateway: Gateway, model: str, fields: Mapping[str, Any], operation: Operation = "generate"
) -> float | None:
    """Return what the model's maker charges for such a picture: to be shown as a list price, not counted."""
    general = models().get(model)
    return _first(general.prices, gateway, general, fields, operation) if general else None


def _first(
    prices: tuple[Price, ...],
    gateway: Gateway,
    row: Model | None,
    fields: Mapping[str, Any],
    operation: Operation,
) -> float | None:
    for price in prices:
        holds = all(_value(name, gateway, row, fields) == value for name, value in price.fields.items())
        if holds and (not price.operations or operation in price.operations):
            return price.usd
    return None


def _value(name: str, gateway: Gateway, row: Model | None, fields: Mapping[str, Any]) -> str | None:
    """Return what a parameter is in the body, else what the row says that it is by default."""
    found: object = fields
    for step in place_of(gateway, name).split("."):
        found = cast("Mapping[str, object]", found).get(step) if isinstance(found, dict) else None
    if found is None and row is not None and name in row.parameters:
        found = row.parameters[name].default
    return None if found is None else str(found)
