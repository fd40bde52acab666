"""The line behind `%imagine`: what of it are options, and what is the prompt. Knows no option by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nbimagegen.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Collection

# An option stands alone: a hyphen within a word, or a dash between two, is the prompt's.
_OPTION = re.compile(r"(?<!\S)--(?P<name>[A-Za-z][\w-]*)(?P<is>=?)")
_END = re.compile(r"(?<!\S)--(?!\S)")  # behind it all is prompt
_VALUE = re.compile(r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>\S+))(?!\S)""")


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed: options by name, hyphens as underscores, and the rest."""

    options: dict[str, str | bool] = field(default_factory=dict[str, "str | bool"])
    prompt: str = ""


def parse(text: str, flags: Collection[str]) -> Line:
    """Return options and prompt of a line; options may stand before the prompt, behind it or within.

    Args:
        text: The line.
        flags: Options that take no value.

    Raises:
        ParameterError: An option has no value, or is there twice.
    """
    options: dict[str, str | bool] = {}
    end = _END.search(text)
    head, tail = (text[: end.start()], text[end.end() :]) if end else (text, "")
    words: list[str] = []
    place = 0
    for match in _OPTION.finditer(head):
        if match.start() < place:  # within another option's value
            continue
        words.append(head[place : match.start()])
        name = match["name"].replace("-", "_")
        if name in options:
            raise ParameterError(f"--{match['name']} is there twice; say it once.", parameter=name)
        options[name], place = _value(head, match, is_flag=name in flags)
    words += [head[place:], tail]
    return Line(options, " ".join(each.strip() for each in words if each.strip()))


def _value(text: str, option: re.Match[str], *, is_flag: bool) -> tuple[str | bool, int]:
    """Return an option's value, and where it ends."""
    if is_flag and not option["is"]:
        return True, option.end()
    match = _VALUE.match(text, option.end())
    found = next((each for each in match.groups() if each is not None), "") if match else ""
    if match is None or found.startswith("--"):
        message = f"--{option['name']} needs a value, as in --{option['name']} VALUE."
        raise ParameterError(message, parameter=option["name"])
    return found, match.end()
