"""What a request may cost, read from its body as it will be sent."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, cast

from nbimagegen.lazily import rooms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbimagegen import budget, catalog, wire
    from nbimagegen.budget import Order
    from nbimagegen.catalog import Gateway
    from nbimagegen.records import ImageRequest
else:
    budget, catalog, wire = rooms("budget", "catalog", "wire")


def orders_of(request: ImageRequest, row: Gateway, counts: Sequence[int]) -> list[Order]:
    """Return what each request may cost, by how many pictures it asks for; equal ones are read once."""
    known = {n: _order(request, row, n) for n in set(counts)}
    return [known[n] for n in counts]


def _order(request: ImageRequest, row: Gateway, n: int) -> Order:
    fields = wire.encode(request, row, n).fields
    model = fields.get("model")
    return budget.Order(
        images=_count(fields.get("n", 1), n),
        price=catalog.price_of(row, model if isinstance(model, str) else "", fields, request.operation),
    )


def orders(request: ImageRequest, row: Gateway) -> list[Order]:
    """Return what each of the requests may cost that a call is split into."""
    return orders_of(request, row, wire.split(request.n, _most(request, row)))


def list_price(request: ImageRequest, row: Gateway) -> float | None:
    """Return what the model's maker charges for such a picture, in US$: to be shown, not counted."""
    fields = wire.encode(request, row, 1).fields
    return catalog.list_price_of(row, request.model, fields, request.operation)


def _most(request: ImageRequest, row: Gateway) -> int:
    model = catalog.find_model(row, request.model)
    return model.max_images_per_request if model else catalog.check.MAX_IMAGES_PER_CALL


def _count(told: object, asked: int) -> int:
    """Return how many pictures a body asks for: `extra` may hold a text, which a gateway may understand."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        return max(math.ceil(float(cast("float", told))), 1)
    return asked
