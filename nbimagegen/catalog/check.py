"""A request against the catalogue: what is wrong is said before anything is sent or billed."""

from __future__ import annotations

import json
import math
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.catalog.offers import operations, others
from nbimagegen.errors import InputError, OperationError, ParameterError, PromptError
from nbimagegen.records import is_flat_enough

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.catalog.rows import Gateway, Model, Parameter
    from nbimagegen.records import Operation

MAX_IMAGES_PER_CALL = 10
_KEYS = {"api_key", "apikey", "authorization", "bearer", "key", "token", "access_token", "secret"}
_DEEDS = {"generate": "pictures from words", "edit": "edits", "vary": "variations"}
_MANY = 3  # others to name in a sentence
_SIZE = re.compile(r"(\d{1,5})\s*[xX\u00d7]\s*(\d{1,5})")


def prompt(text: object, limit: int | None = None) -> str:
    """Return the prompt as it will be sent.

    Raises:
        PromptError: It is empty, no text, holds what no JSON can carry, or is over `limit` characters.
    """
    if text is not None and not isinstance(text, str):
        message = f"The prompt is {type(text).__name__}, not text; describe the picture in a few words."
        raise PromptError(message)
    if not text or not text.strip():
        message = "The prompt is empty; describe the picture in a few words."
        raise PromptError(message)
    if any("\ud800" <= each <= "\udfff" or each == "\0" for each in text):
        message = "The prompt holds a character that is no text (half an emoji, or NUL); type it again."
        raise PromptError(message)
    if limit is not None and len(text) > limit:
        message = f"The prompt has {len(text):,} characters and this model takes {limit:,}; shorten it."
        raise PromptError(message)
    return text


def count(n: object) -> int:
    """Return how many pictures a call asks for: 1 to 10, whatever the model.

    Raises:
        ParameterError: It is no whole number in this range.
    """
    if n is None:
        return 1
    whole = n if isinstance(n, int) and not isinstance(n, bool) else None
    if whole is None or not 1 <= whole <= MAX_IMAGES_PER_CALL:
        what = f"n is {n!r}, which is no whole number" if whole is None else f"n is {n!r}"
        message = f"{what}; a call gives 1 to {MAX_IMAGES_PER_CALL} pictures, so choose a number in between."
        raise ParameterError(message, parameter="n")
    return whole


def operation(gateway: Gateway, model: str, operation: Operation) -> None:
    """Check that the gateway offers an operation with this model.

    Raises:
        OperationError: It does not; the message names gateways and models that do.
        ParameterError: There is no such operation.
    """
    if operation not in _DEEDS:
        message = f"operation is {operation!r}; it is one of {', '.join(_DEEDS)}."
        raise ParameterError(message, parameter="operation")
    if operation not in operations(gateway, model):
        message = (
            f"{gateway.label} does not offer {_DEEDS[operation]} with {model}; "
            f"{_instead(others(operation, near=gateway))}."
        )
        raise OperationError(message)


def inputs(gateway: Gateway, model: str, pictures: int, *, mask: bool) -> None:
    """Check that the model can start from this many pictures, and be bound by a mask where there is one.

    What the gateway does not list may be tried; a chat has no place for a mask.

    Raises:
        InputError: It cannot; the message says what can.
    """
    row = gateway.models.get(model)
    most = row.max_inputs if row else pictures
    if pictures > most:
        message = f"{model} starts from at most {most} picture{'s' * (most > 1)}; {pictures} were given."
        raise InputError(message)
    if mask and (gateway.dialect == "chat" or not (row is None or row.takes_mask)):
        message = (
            f"{gateway.label} takes no mask with {model}: say in the prompt what is to change, or "
            f"{_instead(others('edit', near=gateway, mask=True))}."
        )
        raise InputError(message)


def _instead(able: list[str]) -> str:
    *first, last = [f"gateway={each}" for each in able[:_MANY]] or ["a gateway of your own, by base_url="]
    return f"use {', '.join(first)}{' or ' * bool(first)}{last}"


def json_object(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `extra` (or the parameters of an unknown model) as it will go into the body.

    Raises:
        ParameterError: It is no mapping, or holds what JSON cannot carry, or is too deep for a record.
    """
    if not values:
        return {}
    for name in values:
        _no_key(name)
    try:
        kept = json.loads(json.dumps(dict(values), allow_nan=False, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError):
        message = 'extra must be a dict of plain values, such as {"seed": 7}; change what is not.'
        raise ParameterError(message, parameter="extra") from None
    if not is_flat_enough(kept):
        message = "extra goes too deep, with dicts and lists in one another; 60 levels are taken."
        raise ParameterError(message, parameter="extra")
    return cast("dict[str, Any]", kept)


def parameters(
    model: Model | None, values: Mapping[str, Any], operation: Operation = "generate"
) -> dict[str, Any]:
    """Return the parameters that were set, in the model's own spelling; None means not set.

    A model that the catalogue does not know takes every parameter.

    Raises:
        ParameterError: The model knows no such parameter, or does not take its value, or takes it with
            another operation.
    """
    given = {name: value for name, value in values.items() if value is not None}
    for name in given:
        _no_key(name)
    if model is None:
        return json_object(given)
    rows = {name: _of(operation, _known(model, name), model) for name in given}
    return {name: parameter(rows[name], value, model) for name, value in given.items()}


def takes(model: Model | None, name: str, value: object, operation: Operation = "generate") -> bool:
    """Return whether the model takes this parameter with this value."""
    if model is None:
        return True
    try:
        parameters(model, {name: value}, operation)
    except ParameterError:
        return False
    return True


def of_operation(model: Model | None, values: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """Return the parameters without those that the model takes with other operations alone."""
    rows = model.parameters.values() if model else ()
    others = {row.name for row in rows if row.operations and operation not in row.operations}
    return {name: value for name, value in values.items() if name not in others}


def parameter(row: Parameter, value: object, model: Model) -> Any:
    """Return one value in the row's own spelling.

    Raises:
        ParameterError: The model does not take it; the message says what it takes.
    """
    found = _READERS[row.type](row, value)
    if found is not None:
        return found
    message = f"{model.id} does not take {row.name}={value!r}; it takes {_taken(row)}."
    raise ParameterError(message, parameter=row.name)


def _no_key(name: object) -> None:
    # It would go into the body and into the record, where no key may be.
    if str(name).lower().replace("-", "_") in _KEYS:
        message = (
            f"{name!r} is no parameter of a picture: a key belongs to the session, as in "
            'ImageStudio(gateway="openai", api_key=...), or into an environment variable.'
        )
        raise ParameterError(message, parameter=str(name))


def _known(model: Model, name: str) -> Parameter:
    if name in model.parameters:
        return model.parameters[name]
    near = get_close_matches(name, model.parameters, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it knows {', '.join(model.parameters) or 'none'}."
    message = f"{model.id} knows no parameter {name!r}; {hint} Or pass it in extra={{{name!r}: ...}}."
    raise ParameterError(message, parameter=name)


def _of(operation: Operation, row: Parameter, model: Model) -> Parameter:
    if row.operations and operation not in row.operations:
        deeds = " and ".join(_DEEDS[each] for each in row.operations)
        message = f"{model.id} takes {row.name} for {deeds} alone; leave it out here."
        raise ParameterError(message, parameter=row.name)
    return row


def _choice(row: Parameter, value: object) -> str | None:
    if isinstance(value, tuple | list):
        value = "x".join(str(each) for each in cast("tuple[object, ...]", value))
    wanted = str(value).strip().casefold()
    return next((each for each in row.choices if each.casefold() == wanted), None)


def _size(row: Parameter, value: object) -> str | None:
    named = _choice(row, value)
    if isinstance(value, tuple | list):
        value = "x".join(str(each) for each in cast("tuple[object, ...]", value))
    match = _SIZE.fullmatch(str(value).strip())
    if named is not None or match is None:
        return named
    width, height = int(match[1]), int(match[2])
    return f"{width}x{height}" if _fits(row, width, height) else None


def _fits(row: Parameter, width: int, height: int) -> bool:
    short, long = sorted((width, height))
    return (
        short >= row.minimum_edge
        and long <= (row.maximum_edge or long)
        and width % row.multiple == 0
        and height % row.multiple == 0
        and long <= short * (row.maximum_ratio or math.inf)
        and (row.minimum_pixels or 0) <= width * height <= (row.maximum_pixels or math.inf)
    )


def _text(row: Parameter, value: object) -> str | None:
    del row
    return value if isinstance(value, str) and value and value.isprintable() else None


def _integer(row: Parameter, value: object) -> int | None:
    number = _number(row, value)
    return int(number) if number is not None and number == int(number) else None


def _number(row: Parameter, value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    low = -math.inf if row.minimum is None else row.minimum
    high = math.inf if row.maximum is None else row.maximum
    return value if low <= value <= high else None


def _boolean(row: Parameter, value: object) -> bool | None:
    del row
    return value if isinstance(value, bool) else None


_READERS = {
    "choice": _choice,
    "size": _size,
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}


def _taken(row: Parameter) -> str:
    if row.type == "choice":
        return ", ".join(row.choices)
    if row.type == "size":
        return "a " + (row.help[:1].lower() + row.help[1:]).rstrip(".")
    if row.type in {"integer", "number"}:
        low, high = row.minimum, row.maximum
        return f"{'a whole' if row.type == 'integer' else 'a'} number from {low:g} to {high:g}"
    return {"boolean": "True or False"}.get(row.type, "text of one line")
