"""The TOML files of this folder, read once into rows."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.catalog.rows import Gateway, Model, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table = dict[str, Any]


@cache
def gateways() -> dict[str, Gateway]:
    """Return every gateway by its id, in the order in which one with a key is chosen."""
    return {name: _gateway(name, table) for name, table in _read("gateways").items()}


@cache
def models() -> dict[str, Model]:
    """Return the general rows: what each model takes, whichever gateway serves it."""
    tables = _read("models")
    return {name: _model(name, tables) for name in tables}


@cache
def dialects() -> dict[str, Table]:
    """Return where each dialect puts operations and parameters."""
    return _read("dialects")


@cache
def _read(name: str) -> dict[str, Table]:
    return tomllib.loads(files("nbimagegen.catalog").joinpath(f"{name}.toml").read_text("utf-8"))


def _gateway(name: str, table: Table) -> Gateway:
    facts = _frozen(Gateway, table)
    own: dict[str, Table] = table.get("models", {})
    rows = {**_read("models"), **own}
    offered = {each: models()[each] for each in table.get("offers", ())}
    served = {**offered, **{each: _model(each, rows) for each in own}}
    facts["parameters"] = _parameters(table)
    facts["models"] = {each: served_with(model, facts["parameters"]) for each, model in served.items()}
    return Gateway(id=name, **facts)


def served_with(model: Model, parameters: Mapping[str, Parameter]) -> Model:
    """Return the model with the parameters that its gateway takes with every model."""
    return replace(model, parameters={**model.parameters, **parameters}) if parameters else model


def _model(name: str, tables: Mapping[str, Table]) -> Model:
    table = _inherited(name, tables)
    facts = _frozen(Model, table)
    facts["parameters"] = _parameters(table)
    return Model(id=name, **facts)


def _inherited(name: str, tables: Mapping[str, Table]) -> Table:
    table = dict(tables[name])
    like = table.pop("like", None)
    if like is None:
        return table
    base = _inherited(like, tables)
    parameters = {**base.get("parameters", {}), **table.get("parameters", {})}
    return {**base, **table, "parameters": parameters}


def _parameters(table: Table) -> dict[str, Parameter]:
    own: dict[str, Table] = table.get("parameters", {})
    return {each: _parameter(each, row) for each, row in own.items()}


def _parameter(name: str, own: Table) -> Parameter:
    return Parameter(name=name, **_frozen(Parameter, {**_read("parameters")[name], **own}))


def _frozen(kind: type, table: Table) -> Table:
    names = {each.name for each in fields(kind)}
    known = {name: value for name, value in table.items() if name in names}
    return {name: _fixed(value) for name, value in known.items()}


def _fixed(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value
