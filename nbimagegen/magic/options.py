"""Options as they were typed → the arguments of a call, each of the type that the catalogue gives it."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ParameterError
from nbimagegen.history.code import RESERVED
from nbimagegen.session.tables import parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.session import Session

FLAGS = frozenset({"fresh"})
OWN = ("model", "gateway", "n", "as", "session", "timeout", "fresh")
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for besides the prompt.

    Attributes:
        session: The session's name; empty for the notebook's own.
        variable: The name under which the result is kept; empty for none.
        call: Arguments of `Session.submit`.
    """

    session: str = ""
    variable: str = ""
    call: dict[str, Any] = field(default_factory=dict[str, Any])


def read(typed: Mapping[str, str | bool]) -> Options:
    """Return what the options ask for, parameters still as they were typed.

    Raises:
        ParameterError: A value cannot be.
    """
    _check_own(typed)
    call: dict[str, Any] = {name: value for name, value in typed.items() if name not in {"as", "session"}}
    for name, of in (("n", int), ("timeout", float)):
        if name in call:
            call[name] = _number(name, call[name], of)
    if "fresh" in call:
        call["fresh"] = _boolean("fresh", call["fresh"])
    return Options(str(typed.get("session", "")), _variable(str(typed.get("as", ""))), call)


def _check_own(typed: Mapping[str, str | bool]) -> None:
    for name in typed:
        if name in RESERVED and name not in OWN:
            shown = name.replace("_", "-")
            message = f"--{shown} is no option of %imagine; Session() takes it, as in generate({name}=...)."
            if name == "prompt":
                message = "The prompt needs no --prompt; it stands behind the options as it is."
            raise ParameterError(message, parameter=name)


def typed_by_catalogue(call: Mapping[str, Any], session: Session) -> dict[str, Any]:
    """Return the call with its parameters typed as its model takes them.

    Raises:
        ParameterError: A value is of another type.
        UnknownGatewayError: There is no such gateway.
    """
    rows = parameters_of(session, call.get("gateway"), call.get("model"))
    own = {name: value for name, value in call.items() if name in OWN}
    given = {name: value for name, value in call.items() if name not in OWN}
    types = {name: rows.get(name, {}).get("type", "") for name in given}
    return {**own, **{name: _typed(name, value, types[name]) for name, value in given.items()}}


def _typed(name: str, value: Any, kind: str) -> Any:
    if kind in {"integer", "number"}:
        return _number(name, value, int if kind == "integer" else float)
    if kind == "boolean" or name == "stream":
        return _boolean(name, value)
    return value if kind else _guessed(value)


def _guessed(value: str) -> Any:
    """Return what a value looks like, where nobody knows the parameter."""
    for of in (int, float):
        try:
            return of(value)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(value.lower(), value)


def _number(name: str, value: object, of: type[int | float]) -> int | float:
    try:
        return of(str(value))
    except ValueError:
        what = "a whole number" if of is int else "a number"
        raise ParameterError(f"--{name} {value} is no number; give {what}.", parameter=name) from None


def _boolean(name: str, value: object) -> bool:
    said = str(value).lower()
    if said not in (*_TRUE, *_FALSE):
        raise ParameterError(f"--{name} {value} is neither; give true or false.", parameter=name)
    return said in _TRUE


def _variable(name: str) -> str:
    if name and (not name.isidentifier() or keyword.iskeyword(name)):
        message = f"--as {name} is no name for a variable; give one such as otter."
        raise ParameterError(message, parameter="as")
    return name
