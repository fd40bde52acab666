"""What Tab offers behind `%imagine`: options, models, gateways and values, by the catalogue alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ImageGenError
from nbimagegen.magic import options
from nbimagegen.magic.line import parse
from nbimagegen.session import template
from nbimagegen.session.reach import of_environment
from nbimagegen.session.tables import parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbimagegen.session.reach import Reach

_MAGIC = re.compile(r"\s*(?:\w+\s*=\s*)?%{1,2}imagine\s")
_LAST = re.compile(r"(?<!\S)(?:(?P<option>--[\w-]*)|--(?P<name>[\w-]+)(?:=|\s+)(?P<value>[^\s\"']*))\Z")
_VARIABLE = re.compile(r"(?<!\{)\{(?P<variable>\w*)\Z")


def register(shell: Any) -> None:
    """Let the shell's Tab know of the magics; an IPython before 8.6 goes without."""
    try:
        from IPython.core.completer import SimpleCompletion  # noqa: PLC0415 - where it is an old one
    except ImportError:
        return

    def imagine_matcher(context: Any) -> Any:
        fragment, found = offers(_up_to_cursor(context), shell.user_ns)
        return {
            "completions": [SimpleCompletion(text=each, type="magic") for each in found],
            "matched_fragment": fragment,
            "suppress": bool(found),
            "ordered": True,
        }

    # As IPython's `context_matcher` decorates: a second version is given the context.
    vars(imagine_matcher).update(matcher_api_version=2, matcher_priority=0, matcher_identifier="imagine")
    shell.Completer.custom_matchers.append(imagine_matcher)


def offers(text: str, variables: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return what has been begun, and how it may go on; nothing where no magic of ours is being typed.

    Args:
        text: The cell, up to the cursor.
        variables: The user's.
    """
    line = text.rpartition("\n")[2]
    first = text.partition("\n")[0]
    if not _MAGIC.match(first if first.lstrip().startswith("%%") else line):
        return "", []
    if match := _VARIABLE.search(text):
        return match["variable"], _beginning(match["variable"], template.public(variables))
    match = _LAST.search(line) if _MAGIC.match(line) else None
    if match is None:
        return "", []
    try:
        return _of_option(match, line)
    except ImageGenError:  # what is half typed may be wrong
        return "", []


def _up_to_cursor(context: Any) -> str:
    lines = str(context.full_text).split("\n")
    return "\n".join([*lines[: context.cursor_line], context.line_with_cursor[: context.cursor_position]])


def _of_option(match: re.Match[str], line: str) -> tuple[str, list[str]]:
    before = line[: match.start()].partition("%imagine")[2]
    typed = parse(before, options.FLAGS).options
    reach = of_environment()  # a session would make its folder, and its name may be half typed
    gateway, model = (str(typed.get(each, "")) or None for each in ("gateway", "model"))
    known = parameters_of(reach, gateway, model)
    if match["option"] is not None:
        names = [each.replace("_", "-") for each in (*options.OWN, *known) if each not in typed]
        return match["option"], _beginning(match["option"], [f"--{each}" for each in dict.fromkeys(names)])
    values = _values(match["name"].replace("-", "_"), reach, gateway, known)
    return match["value"], _beginning(match["value"], values)


def _values(name: str, reach: Reach, gateway: str | None, known: Mapping[str, Any]) -> list[str]:
    if name == "gateway":
        return [each.id for each in reach.gateways()]
    if name == "model":
        return list(reach.row(gateway).models)
    row = known.get(name, {})
    return ["true", "false"] if row.get("type") == "boolean" else list(row.get("choices", ()))


def _beginning(begun: str, known: Iterable[str]) -> list[str]:
    return [each for each in known if each.startswith(begun)]
