"""The user's own `gateways.toml` and `models.toml`: read as ours are, and never trusted to be right.

The one door of this room. What is wrong there is warned of, without its content, and leaves our rows alone.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.catalog.rows import Gateway, Model, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table = dict[str, Any]

_PLACE = re.compile(r"\(at [^()]*\)$")


class CatalogWarning(UserWarning):
    """Something in the user's `gateways.toml` or `models.toml` cannot be used."""


def folder() -> Path:
    """Return where the user's files are: `$NBIMAGEGEN_CONFIG`, else the platform's configuration folder."""
    named = os.environ.get("NBIMAGEGEN_CONFIG")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_config_path  # noqa: PLC0415 - only asked for once rows are

    return user_config_path("nbimagegen", appauthor=False)


def tables(place: Path, name: str) -> dict[str, Table]:
    """Return the user's rows of one file; none where there is no such file, or it cannot be read."""
    rows: dict[str, Table] = {}
    for each, row in _parsed(place / f"{name}.toml").items():
        if isinstance(row, dict):
            rows[each] = cast("Table", row)
        else:
            warn(f"{name}.toml", f"{each} is no table")
    for unknown in _unknown(name, rows):
        warn(f"{name}.toml", f"{unknown} is not known, and passed over")
    return rows


def warn(file: str, what: str) -> None:
    """Say what cannot be used; the rest of the catalogue stands."""
    warnings.warn(f"{folder() / file}: {what}.", CatalogWarning, stacklevel=2)


def _parsed(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as problem:
        warn(path.name, f"it cannot be read ({problem.strerror})")
    except (ValueError, RecursionError) as problem:
        # The parser's own words may quote the file; where it stumbled does not.
        found = _PLACE.search(str(problem))
        warn(path.name, f"it is no TOML{f' {found[0]}' if found else ''}, so none of it is used")
    return {}


def _unknown(file: str, rows: dict[str, Table]) -> Iterator[str]:
    """Yield the dotted names that no row has."""
    for name, row in rows.items():
        yield from (_in_gateway if file == "gateways" else _in_model)(name, row)


def _in_gateway(name: str, row: Table) -> Iterator[str]:
    yield from _beside(Gateway, row, name, "offers")
    for each, model in _each(row, "models"):
        yield from _in_model(f"{name}.models.{each}", model)
    yield from _in_parameters(name, row)


def _in_model(name: str, row: Table) -> Iterator[str]:
    yield from _beside(Model, row, name, "like")
    yield from _in_parameters(name, row)


def _in_parameters(name: str, row: Table) -> Iterator[str]:
    for each, parameter in _each(row, "parameters"):
        yield from _beside(Parameter, parameter, f"{name}.parameters.{each}")


def _each(row: Table, name: str) -> Iterator[tuple[str, Table]]:
    inner = row.get(name)
    for each, value in cast("Table", inner).items() if isinstance(inner, dict) else ():
        if isinstance(value, dict):
            yield each, cast("Table", value)


def _beside(kind: type[Gateway | Model | Parameter], row: Table, name: str, *more: str) -> Iterator[str]:
    known = {each.name for each in fields(kind)} - {"id", "name"} | {*more}
    yield from (f"{name}.{each}" for each in row if each not in known)
