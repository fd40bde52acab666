"""What an ended generation came to: kept on its record, as long as anybody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nbimagegen import catalog

if TYPE_CHECKING:
    from nbimagegen.catalog import Gateway
    from nbimagegen.records import GenerationRecord


def with_cost(record: GenerationRecord, gateway: Gateway) -> GenerationRecord:
    """Return the record of an ended generation with its cost in US$, or with None where that is not known."""
    return replace(record, cost=_cost(record, gateway))


def _cost(record: GenerationRecord, gateway: Gateway) -> float | None:
    came = len(record.pictures) + len(record.lost)
    if not came and not record.usage:
        return None if (record.error or {}).get("may_be_billed") else 0.0
    request = record.request
    named = request.extra.get("model")  # `extra` wins
    model = named if isinstance(named, str) else request.model
    # Where nothing came, only a usage tells what it was charged with.
    price = record.price if came else None
    return catalog.cost_of(gateway, model, record.usage, came, price=price, operation=request.operation)
