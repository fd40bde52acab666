"""`{name}` in a prompt → what the variable of that name holds. Looks names up, and evaluates nothing."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.errors import PromptError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_PROMPTS = 100  # from one line
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Filled:
    """The prompts that a template gives, and how many values each of its lists has."""

    prompts: tuple[str, ...]
    lists: Mapping[str, int]


def filled(template: str, variables: Mapping[str, Any]) -> Filled:
    """Return the prompts: one, or, where a variable is a list, one for each of its values.

    Raises:
        PromptError: A name is not known, or holds no text, number or list of them; or it is no plain name.
    """
    names = dict.fromkeys(_names(template))
    values = {name: _values(name, variables) for name in names}
    count = math.prod(map(len, values.values()))
    if count > MAX_PROMPTS:
        message = f"The lists in this prompt give {count} prompts; {MAX_PROMPTS} at a time are the most."
        raise PromptError(message)
    rows = [dict(zip(names, row, strict=True)) for row in itertools.product(*values.values())]
    lists = {name: len(values[name]) for name in names if isinstance(variables[name], list | tuple)}
    return Filled(tuple(_filled(template, row) for row in rows), lists)


def public(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables that a prompt may name."""
    return {name: value for name, value in namespace.items() if _is_public(name) and _is_plain(value)}


def _names(template: str) -> Iterator[str]:
    for match in _PIECE.finditer(template):
        name = match[1]
        if match[0] in {"{{", "}}"}:
            continue
        if name is None or not _is_public(name.strip()):
            message = (
                f"{match[0]!r} in the prompt is no variable: {{name}} takes a plain name, without attribute "
                "or index; for a brace itself write {{ or }}."
            )
            raise PromptError(message)
        yield name.strip()


def _filled(template: str, row: Mapping[str, str]) -> str:
    return _PIECE.sub(lambda match: row[match[1].strip()] if match[1] else match[0][0], template)


def _values(name: str, variables: Mapping[str, Any]) -> list[str]:
    if name not in variables:
        near = get_close_matches(name, public(variables), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "set it in a cell first."
        message = f"There is no variable {name!r}; {hint} For a brace itself write {{{{ or }}}}."
        raise PromptError(message)
    value = variables[name]
    if not _is_plain(value):
        message = (
            f"{name} is of type {type(value).__name__}; a prompt takes a text, a number, or a list of them "
            "that is not empty."
        )
        raise PromptError(message)
    return [str(each) for each in (cast("list[Any]", value) if isinstance(value, list | tuple) else [value])]


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return bool(items) and all(isinstance(each, str | int | float) for each in items)
    return isinstance(value, str | int | float)


def _is_public(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_")
