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
    from collections.abc import Collection, Iterator, Mapping, Sequence

MAX_PROMPTS = 100  # from one line
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
# As above, in a text that may hold braces of its own: those that are doubled count in pairs alone, since an
# object of JSON may end in "}}".
_LOOSE = re.compile(r"\{\{[^{}]*\}\}|\{[^{}]*\}|[{}]")


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
    held = {name: _held(name, variables) for name in names}
    count = math.prod(map(len, held.values()))
    if count > MAX_PROMPTS:
        message = f"The lists in this prompt give {count} prompts; {MAX_PROMPTS} at a time are the most."
        raise PromptError(message)
    values = {name: list(map(str, each)) for name, each in held.items()}
    rows = [dict(zip(names, row, strict=True)) for row in itertools.product(*values.values())]
    lists = {name: len(values[name]) for name in names if isinstance(variables[name], list | tuple)}
    return Filled(tuple(_filled(template, row) for row in rows), lists)


def named(text: str) -> list[str]:
    """Return the names in braces of a text whose other braces mean themselves, as in JSON."""
    found = (match[0][1:-1].strip() for match in _LOOSE.finditer(text) if not match[0].startswith("{{"))
    return [name for name in dict.fromkeys(found) if _is_public(name)]


def escaped(text: str, names: Collection[str]) -> str:
    """Return the template in which these names are filled, and every brace that is not doubled stays."""

    def strict(match: re.Match[str]) -> str:
        piece = match[0]
        if piece.startswith("{{") or piece[1:-1].strip() in names:
            return piece
        return piece.replace("{", "{{").replace("}", "}}")

    return _LOOSE.sub(strict, text)


def is_known(name: str, variables: Mapping[str, Any]) -> bool:
    """Return whether a name can be filled."""
    return name in variables and _is_plain(variables[name])


def found_wrong(name: str, variables: Mapping[str, Any]) -> str:
    """Return why a name cannot be filled, as a sentence; empty if it can."""
    if name not in variables:
        near = get_close_matches(name, public(variables), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "set it in a cell first."
        return f"There is no variable {name!r}; {hint}"
    value = variables[name]
    if _is_plain(value):
        return ""
    return (
        f"{name} is of type {type(value).__name__}; a prompt takes a text, a number, or a list of them "
        "that is not empty."
    )


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


def _held(name: str, variables: Mapping[str, Any]) -> Sequence[Any]:
    wrong = found_wrong(name, variables)
    if wrong:
        hint = "" if name in variables else " For a brace itself write {{ or }}."
        raise PromptError(wrong + hint)
    value = variables[name]
    return cast("Sequence[Any]", value) if isinstance(value, list | tuple) else [value]


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)[: MAX_PROMPTS + 1]  # of more, each is refused for its length
        return bool(items) and all(isinstance(each, str | int | float) for each in items)
    return isinstance(value, str | int | float)


def _is_public(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_")
