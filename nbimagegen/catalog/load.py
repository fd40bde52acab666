"""The TOML files of this folder, and the user's over them, read once into rows."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, cast

from nbimagegen.catalog import user_files
from nbimagegen.catalog.rows import Gateway, Model, Parameter, Price, TokenPrices
from nbimagegen.errors import ParameterError, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table = dict[str, Any]

_LAST = ("custom", "sketch")  # stand behind the user's own gateways
_UNSOUND = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def gateways() -> dict[str, Gateway]:
    """Return every gateway by its id, in the order in which one with a key is chosen."""
    return _gateways(user_files.folder())


def models() -> dict[str, Model]:
    """Return the general rows: what each model takes, whichever gateway serves it."""
    return _models(user_files.folder())


@cache
def dialects() -> dict[str, Table]:
    """Return where each dialect puts operations and parameters."""
    return _read("dialects")


def forget() -> None:
    """Read the user's files again when a row is next asked for."""
    for each in (_gateways, _models, _general):
        each.cache_clear()


@cache
def _gateways(place: Path) -> dict[str, Gateway]:
    ours, theirs = _read("gateways"), user_files.tables(place, "gateways")
    general = _general(place)

    def made(name: str, tables: Mapping[str, Table]) -> Gateway:
        return _gateway(name, tables[name], general)

    tables = _sound("gateways", ours, theirs, made)
    order = dict.fromkeys([*(name for name in tables if name not in _LAST), *_LAST])
    return {name: made(name, tables) for name in order}


@cache
def _models(place: Path) -> dict[str, Model]:
    tables = _general(place)
    return {name: _model(name, tables) for name in tables}


@cache
def _general(place: Path) -> dict[str, Table]:
    """Return the tables of the general models, the user's over ours."""
    return _sound("models", _read("models"), user_files.tables(place, "models"), _model)


@cache
def _read(name: str) -> dict[str, Table]:
    return tomllib.loads(files("nbimagegen.catalog").joinpath(f"{name}.toml").read_text("utf-8"))


def _sound(
    file: str,
    ours: dict[str, Table],
    theirs: dict[str, Table],
    made: Callable[[str, Mapping[str, Table]], object],
) -> dict[str, Table]:
    """Return our tables with the user's over them, but for those of which no row can be made."""
    tables = _over(ours, theirs)
    unsound = [name for name in theirs if not _is_sound(file, name, tables, made)]
    kept = {name: table for name, table in tables.items() if name not in unsound}
    return {**kept, **{name: ours[name] for name in unsound if name in ours}}


def _is_sound(
    file: str,
    name: str,
    tables: Mapping[str, Table],
    made: Callable[[str, Mapping[str, Table]], object],
) -> bool:
    try:
        made(name, tables)
    except _UNSOUND as problem:
        # Our own sentences quote no value; another's may.
        ours = str(problem) if isinstance(problem, RequestError) else "a value has the wrong type."
        user_files.warn(f"{file}.toml", f"{name} cannot be used: {ours.rstrip('.')}")
        return False
    return True


def _over(table: Table, theirs: Table) -> Table:
    """Return `table`, changed key by key."""
    result = dict(table)
    for name, value in theirs.items():
        mine = result.get(name)
        both = isinstance(mine, dict) and isinstance(value, dict)
        result[name] = _over(cast("Table", mine), cast("Table", value)) if both else value
    return result


# A table into a row.


def _gateway(name: str, table: Table, general: Mapping[str, Table]) -> Gateway:
    facts = _known(Gateway, table)
    offers: list[str] = table.get("offers", [])
    # What is offered is as the general row says, also where this gateway adds to it.
    own = _over({each: {"like": each} for each in offers}, table.get("models", {}))
    beneath = general if table.get("charges_list_prices") else _without_prices(general)
    facts["models"] = {each: _model(each, own, beneath) for each in own}
    facts["parameters"] = _parameters(table)
    facts["prices"] = _prices(table)
    return Gateway(id=name, **facts)


def _without_prices(tables: Mapping[str, Table]) -> dict[str, Table]:
    # A list price is its maker's; what another gateway charges only its own row can say.
    hidden = {"prices", "priced", "token_prices"}
    return {
        name: {each: value for each, value in table.items() if each not in hidden}
        for name, table in tables.items()
    }


def _model(name: str, tables: Mapping[str, Table], beneath: Mapping[str, Table] | None = None) -> Model:
    table = _inherited(name, tables, beneath or {})
    facts = _known(Model, table)
    facts["parameters"] = _parameters(table)
    facts["prices"] = _prices(table)
    facts["token_prices"] = _token_prices(table)
    return Model(id=name, **facts)


def _inherited(name: str, tables: Mapping[str, Table], beneath: Mapping[str, Table]) -> Table:
    """Return a table with what it is `like`: another of `tables`, else one of those beneath."""
    table = dict(tables[name])
    like = table.pop("like", None)
    if like is None:
        return table
    if like in tables and like != name:
        base = _inherited(like, tables, beneath)
    elif like in beneath:
        base = _inherited(like, beneath, {})
    else:
        raise ParameterError(f"{name} is like a model that is not in the catalogue.", parameter="like")
    parameters = {**base.get("parameters", {}), **table.get("parameters", {})}
    return {**base, **table, "parameters": parameters}


def _parameters(table: Table) -> dict[str, Parameter]:
    own: dict[str, Table | Literal[False]] = table.get("parameters", {})
    return {each: _parameter(each, row) for each, row in own.items() if row is not False}


def _parameter(name: str, own: Table) -> Parameter:
    return Parameter(name=name, **_known(Parameter, {**_read("parameters").get(name, {}), **own}))


def _prices(table: Table) -> tuple[Price, ...]:
    return tuple(_price(dict(each)) for each in table.get("prices", ()))


def _price(table: Table) -> Price:
    """Return a price: what stands beside `usd` and `operations` is what the fields must be."""
    usd, operations = table.pop("usd"), table.pop("operations", ())
    return Price(usd, {name: str(value) for name, value in table.items()}, operations)


def _token_prices(table: Table) -> TokenPrices | None:
    said: Table | Literal[False] = table.get("token_prices", False)
    return None if said is False else TokenPrices(**said)


def _known(kind: type, table: Table) -> Table:
    names = {each.name for each in fields(kind)} - {"id", "name"}  # the table's own name is that
    return {name: value for name, value in table.items() if name in names}
