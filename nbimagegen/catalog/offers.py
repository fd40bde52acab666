"""Which operations are offered: by a gateway, with a model; and who else offers one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.catalog.load import dialects, gateways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbimagegen.catalog.rows import Gateway
    from nbimagegen.records import Operation

_ANYBODYS = {"custom", "sketch"}  # nobody is helped by being sent there


def operations(gateway: Gateway, model: str) -> tuple[Operation, ...]:
    """Return what the gateway offers with this model; one that it does not list may do all that it offers."""
    row = gateway.models.get(model)
    bound = gateway.operations if row is None or row.operations is None else row.operations
    spoken = {**dialects()[gateway.dialect]["paths"], **gateway.paths}
    return tuple(each for each in gateway.operations if each in bound and each in spoken)


def others(operation: Operation, *, near: Gateway | None = None, mask: bool = False) -> list[str]:
    """Return who offers an operation, as "rivus with gpt-image-1": a model each, `near` first.

    Args:
        operation: What is wanted.
        near: The gateway that the user is at; another model of it helps most.
        mask: Whether the model must take a mask.
    """
    others = {name: row for name, row in gateways().items() if name not in _ANYBODYS}
    rows = {**({near.id: near} if near else {}), **others}
    found = {name: next(_able(row, operation, mask=mask), None) for name, row in rows.items()}
    return [f"{name} with {model}" for name, model in found.items() if model is not None]


def _able(row: Gateway, operation: Operation, *, mask: bool) -> Iterator[str]:
    for model in sorted(row.models.values(), key=lambda each: each.id != row.default_model):
        if operation in operations(row, model.id) and (model.takes_mask or not mask):
            yield model.id
