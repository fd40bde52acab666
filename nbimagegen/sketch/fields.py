"""The fields of a body, each read as what it should be, or refused by its name."""

import json
import math
from collections.abc import Mapping
from typing import Any, cast

from nbimagegen.sketch.refusal import Refusal

Body = Mapping[str, Any]


def parsed(body: bytes) -> Body:
    """The JSON object in a body, or a `Refusal`."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        message = "The body is not valid JSON."
        raise Refusal(message, code="invalid_json") from None
    return as_object(value, "The body")


def as_object(value: object, what: str) -> Body:
    """A JSON object."""
    if not isinstance(value, dict):
        message = f"{what} must be a JSON object."
        raise Refusal(message, code="invalid_type")
    return cast("Body", value)


def nested(body: Body, name: str) -> Body:
    """The object in a field; an empty one where there is none."""
    value: object = body.get(name)
    return {} if value is None else as_object(value, name)


def text(body: Body, name: str) -> str | None:
    """The text in a field."""
    value: object = body.get(name)
    if value is None or isinstance(value, str):
        return value
    if name == "image_size" and type(value) is int:
        return str(value)
    raise _mistyped(name, "a string")


def whole(body: Body, name: str, default: int) -> int:
    """The whole number in a field."""
    value: object = body.get(name)
    if value is None:
        return default
    if type(value) is not int:
        raise _mistyped(name, "a whole number")
    return value


def within(body: Body, name: str, default: int, least: int, most: int) -> int:
    """The whole number in a field, from `least` to `most`."""
    value = whole(body, name, default)
    if not least <= value <= most:
        message = f"{name} is {value}; it may be {least} to {most}."
        raise Refusal(message, name)
    return value


def flag(body: Body, name: str) -> bool:
    """The true or false in a field; false where there is none."""
    value: object = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise _mistyped(name, "true or false")


def seconds(body: Body, name: str, most: float) -> float:
    """The number of seconds in a field; 0 where there is none."""
    value: object = body.get(name)
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _mistyped(name, "a number of seconds")
    if not math.isfinite(value) or not 0 <= value <= most:
        message = f"{name} is out of range; it may be 0 to {most:.0f} seconds."
        raise Refusal(message, name)
    return float(value)


def _mistyped(name: str, what: str) -> Refusal:
    message = f"{name} must be {what}."
    return Refusal(message, name, "invalid_type")
