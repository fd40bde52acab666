"""Whether a row can be one: said as it is made, and without its values, since one may be a misplaced key."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NoReturn, cast

from nbimagegen.catalog.base_url import normalise
from nbimagegen.errors import AddressError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbimagegen.catalog.rows import Gateway, Model, Parameter, Price, TokenPrices

_ID = re.compile(r"[a-z0-9](-?[a-z0-9])*")
_NAME = re.compile(r"[^\W\d][\w.\[\]-]*")
_OPERATIONS = ("generate", "edit", "vary")
_DIALECTS = ("images", "chat")
_TYPES = ("choice", "size", "text", "integer", "number", "boolean")
_KEY_HEADERS = {"authorization", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie"}


def gateway(row: Gateway) -> None:
    """Check a gateway's row.

    Raises:
        ParameterError: A value cannot be.
    """
    what = f"the gateway {row.id!r}"
    _values(row, what)
    _no_keys_in_headers(row, what)
    _by_name(row.models, "id", f"models of {what}")
    _by_name(row.parameters, "name", f"parameters of {what}")
    if not all(path.startswith("/") for path in row.paths.values()):
        _refuse(f'paths of {what} must begin with a slash, such as "/images/generations".', "paths")


def model(row: Model) -> None:
    """Check a model's row.

    Raises:
        ParameterError: A value cannot be.
    """
    if not _is_text(row.id) or not row.id or not row.id.isprintable():
        _refuse("A model's id must be its name at the gateway.", "id")
    what = f"the model {row.id!r}"
    _values(row, what)
    _by_name(row.parameters, "name", f"parameters of {what}")


def parameter(row: Parameter) -> None:
    """Check a parameter's row.

    Raises:
        ParameterError: A value cannot be.
    """
    if not _is_text(row.name) or not _NAME.fullmatch(row.name):
        _refuse("A parameter's name must be a word, such as guidance_scale.", "name")
    _values(row, f"the parameter {row.name!r}")


def price(row: Price) -> None:
    """Check a price.

    Raises:
        ParameterError: A value cannot be.
    """
    _values(row, "a price")
    if not row.usd >= 0:
        _refuse("usd of a price must be a number of dollars, 0 or more.", "usd")


def token_prices(row: TokenPrices) -> None:
    """Check the prices of tokens.

    Raises:
        ParameterError: A value cannot be.
    """
    _values(row, "token_prices")
    if not all(getattr(row, each.name) >= 0 for each in fields(row)):
        _refuse("token_prices must be numbers of dollars a million tokens, 0 or more.", "token_prices")


def with_tuples(row: Any) -> None:
    """Make tuples of lists, and of a single text, where a row holds tuples."""
    for each in fields(row):
        value = getattr(row, each.name)
        if str(each.type).startswith("tuple") and isinstance(value, str | list):
            made = (value,) if isinstance(value, str) else tuple(cast("list[Any]", value))
            object.__setattr__(row, each.name, made)


def gateway_id(name: object) -> str:
    """Return a gateway's id in lower case.

    Raises:
        ParameterError: It is none.
    """
    if not isinstance(name, str) or not _ID.fullmatch(name.lower()):
        _refuse('A gateway\'s id must be letters, digits and single hyphens, such as "my-gateway".', "id")
    return name.lower()


def address(name: str, base_url: str) -> str:
    """Return a gateway's base URL; `custom` alone has none of its own, and `sketch` one of its own kind.

    Raises:
        AddressError: It cannot be one.
    """
    if name == "custom" and not base_url:
        return ""
    if not base_url or not _is_text(base_url):
        message = f'The gateway {name!r} needs an address: base_url="https://host/v1".'
        raise AddressError(message)
    return base_url if base_url.startswith("sketch:") else normalise(base_url)


def _no_keys_in_headers(row: Gateway, what: str) -> None:
    if any(name.lower() in _KEY_HEADERS for name in (*row.headers, row.idempotency_header)):
        _refuse(f"headers of {what} must hold no key; give it by api_key= or by a variable.", "headers")
    texts = [*row.headers, *row.headers.values(), row.idempotency_header]
    if not all(each.isascii() and (each.isprintable()) for each in texts):
        _refuse(f"headers of {what} must be plain ASCII, each in one line.", "headers")


def _by_name(rows: Mapping[str, Any], name: str, what: str) -> None:
    if any(getattr(row, name, None) != key for key, row in rows.items()):
        _refuse(f'{what} must be a dict by {name}, such as {{"x": ...("x")}}.', what.partition(" ")[0])


# Each field's value by the field's own annotation.


def _values(row: Any, what: str) -> None:
    for each in fields(row):
        fits, words = _FITS[str(each.type)]
        if not fits(getattr(row, each.name)):
            _refuse(f"{each.name} of {what} must be {words}.", each.name)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _or_none(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or fits(value)


def _one_of(known: Iterable[str]) -> Callable[[object], bool]:
    names = tuple(known)
    return lambda value: _is_text(value) and value in names


def _tuple_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, tuple) and all(map(fits, cast("tuple[object, ...]", value)))


def _dict_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    def every(value: object) -> bool:
        if not isinstance(value, Mapping):
            return False
        table = cast("Mapping[object, object]", value)
        return all(map(_is_text, table)) and all(map(fits, table.values()))

    return every


def _has(name: str) -> Callable[[object], bool]:
    return lambda value: hasattr(value, name)


_SOME_OPERATIONS = f"some of {', '.join(_OPERATIONS)}"
_FITS: dict[str, tuple[Callable[[object], bool], str]] = {
    "str": (_is_text, "text"),
    "bool": (_is_flag, "true or false"),
    "int": (_is_count, "a whole number above 0"),
    "int | None": (_or_none(_is_count), "a whole number above 0"),
    "float": (_is_number, "a number"),
    "float | None": (_or_none(_is_number), "a number"),
    "str | float | bool | None": (_is_plain, "text, a number, or true or false"),
    "Kind": (_one_of(_TYPES), f"one of {', '.join(_TYPES)}"),
    "Dialect": (_one_of(_DIALECTS), f"one of {', '.join(_DIALECTS)}"),
    "tuple[str, ...]": (_tuple_of(_is_text), "a list of texts"),
    "tuple[float, ...]": (_tuple_of(_is_number), "a list of numbers"),
    "tuple[Operation, ...]": (_tuple_of(_one_of(_OPERATIONS)), _SOME_OPERATIONS),
    "tuple[Operation, ...] | None": (_or_none(_tuple_of(_one_of(_OPERATIONS))), _SOME_OPERATIONS),
    "tuple[Price, ...]": (_tuple_of(_has("usd")), "a list of prices"),
    "TokenPrices | None": (_or_none(_has("image_out")), "a table of prices"),
    "Mapping[str, str]": (_dict_of(_is_text), "a table of texts"),
    "Mapping[str, Any]": (_dict_of(lambda _: True), "a table"),
    "Mapping[str, Parameter]": (_dict_of(_has("name")), "a table of parameters"),
    "Mapping[str, Model]": (_dict_of(_has("id")), "a table of models"),
}


def _refuse(sentence: str, name: str) -> NoReturn:
    raise ParameterError(sentence, parameter=name)
