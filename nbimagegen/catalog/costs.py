"""What a generation came to, once its usage is known; what neither usage nor price tells stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from nbimagegen.catalog.find import find_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.catalog.rows import Gateway, TokenPrices
    from nbimagegen.records import Operation

    Table = Mapping[str, Any]

_MILLION = 1_000_000
_MOST = 1e9  # of tokens or of US$; more is no count, and may be more than a float holds
_IN = ("input_tokens", "prompt_tokens")  # as the Images API calls them, then as chat completions do
_OUT = ("output_tokens", "completion_tokens")


def cost_of(  # noqa: PLR0913 - a price and an operation may be left out
    gateway: Gateway,
    model: str,
    usage: Table | None,
    pictures: int,
    *,
    price: float | None = None,
    operation: Operation = "generate",
) -> float | None:
    """Return what pictures came to, in US$; None where it is not known.

    The gateway's own figure comes first, then the usage at the row's token prices, then the price a picture.

    Args:
        gateway: Who made them.
        model: The model, as it was sent.
        usage: The gateway's count of what was used, if it gave one.
        pictures: How many came.
        price: What one of them costs, by `price_of`, where that is known.
        operation: What was asked for.
    """
    told = _amount(usage, gateway.usage_cost)
    if told is not None:
        return told
    row = find_model(gateway, model)
    if row and row.token_prices and usage:
        counted = _counted(usage, row.token_prices, operation)
        if counted is not None:
            return counted
    return None if price is None else price * pictures


def _counted(usage: Table, prices: TokenPrices, operation: Operation) -> float | None:
    taken, given = _first(usage, _IN), _first(usage, _OUT)
    if taken is None or given is None:
        return None
    share_in = _image_share(usage, _IN, 0.0 if operation == "generate" else None)
    share_out = _image_share(usage, _OUT, 1.0)
    if share_in is None or share_out is None:
        return None
    total = taken * _blend(share_in, prices.image_in, prices.text_in)
    return (total + given * _blend(share_out, prices.image_out, prices.text_out)) / _MILLION


def _blend(share: float, image: float, text: float) -> float:
    return share * image + (1 - share) * text


def _image_share(usage: Table, names: tuple[str, ...], unsaid: float | None) -> float | None:
    """Return which part of the tokens is of images.

    A share, since the details of requests made side by side are those of one of them: all are alike.
    """
    for name in names:
        details = usage.get(f"{name}_details")
        image, text = _amount(details, "image_tokens"), _amount(details, "text_tokens")
        if image is not None and text is not None and image + text > 0:
            return image / (image + text)
    return unsaid


def _first(usage: Table, names: tuple[str, ...]) -> float | None:
    return next((found for name in names if (found := _amount(usage, name)) is not None), None)


def _amount(table: object, name: str) -> float | None:
    value: object = cast("Table", table).get(name) if name and isinstance(table, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value <= _MOST else None
