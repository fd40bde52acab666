"""A request as a gateway reads it: its operation, the fields that count, and the pictures it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tests.emulator.rules import pictures_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.emulator.profile import Operation, Profile
    from tests.emulator.received import Received
    from tests.emulator.rules import Fields, Rule

PICTURES = ("image", "image[]")
MASK = "mask"


@dataclass(frozen=True)
class Order:
    """What is to be made.

    Attributes:
        operation: What to do.
        fields: What counts, by dotted path.
        images: The pictures to start from, in order.
        mask: Where to paint.
    """

    operation: Operation
    fields: Mapping[str, Any]
    images: tuple[bytes, ...] = ()
    mask: bytes | None = None


def order_of(profile: Profile, operation: Operation, rules: Fields, received: Received) -> Order:
    """Return what this gateway understands of a request that it takes."""
    fields = dict(fields_of(operation, rules, received))
    if profile.unknown == "drop":
        fields = {name: value for name, value in fields.items() if name in rules or name == "model"}
    if operation.kind == "chat":
        return Order(operation, fields, tuple(pictures_in(fields.get("messages"))))
    images = tuple(file.data for file in received.files if file.name in PICTURES)
    mask = next((file.data for file in received.files if file.name == MASK), None)
    return Order(operation, fields, images, mask)


def fields_of(operation: Operation, rules: Fields, received: Received) -> Iterator[tuple[str, Any]]:
    """Yield each field by its dotted path; those of a form as what their rules take."""
    if operation.kind in {"edit", "vary"}:
        yield from ((name, _read(rules.get(name), value)) for name, value in received.form.items())
    else:
        yield from flat(body_of(received) or {})


def body_of(received: Received) -> Mapping[str, Any] | None:
    """Return the JSON object that came; None where none did."""
    try:
        body = received.json
    except ValueError:
        return None
    return cast("dict[str, Any]", body) if isinstance(body, dict) else None


def flat(body: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each field by its dotted path."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from flat(cast("dict[str, Any]", value), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _read(rule: Rule | None, value: str) -> Any:
    # A form knows texts alone.
    readings: list[Any] = [value, *([int(value)] if value.isdecimal() else [])]
    readings += [value == "true"] if value in {"true", "false"} else []
    fitting = (reading for reading in readings if rule and rule(reading) is None)
    return next(fitting, readings[-1] if rule is None else value)
