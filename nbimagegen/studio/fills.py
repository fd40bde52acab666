"""`{name}` in the prompt box → the prompts that a press sends, told before it is pressed.

Other braces mean themselves, as in JSON; `{{name}}` is "{name}". Names that are not known stay, too, once
their user has seen that they do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import PromptError
from nbimagegen.session import template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Variables = Callable[[], Mapping[str, Any]]

_MOST_NAMES = 8  # that are shown; the synced state is small
_LONGEST = 160
_MOST_TOGETHER = 2_000_000  # characters, of all prompts


@dataclass(frozen=True, slots=True)
class Fills:
    """What a prompt gives.

    Attributes:
        prompts: What is sent, a request each; one where no name stands for a list.
        values: What is put in for each name that is known.
        unknown: The names that stay as they are.
        wrong: Why the first of them does, as a sentence; empty where there are none.
    """

    prompts: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...] = ()
    wrong: str = ""


def fills(prompt: str, variables: Variables) -> Fills:
    """Return what a prompt gives now.

    Raises:
        PromptError: Its lists give too many prompts.
    """
    if "{" not in prompt:
        return Fills((prompt,), {})
    names = template.named(prompt)
    held: Mapping[str, Any] = variables() if names else {}
    known = {name: held[name] for name in names if template.is_known(name, held)}
    unknown = tuple(name for name in names if name not in known)
    values = {name: template.filled(f"{{{name}}}", known).prompts for name in known}
    _check_length(prompt, values)
    filled = template.filled(template.escaped(prompt, known), known)
    return Fills(filled.prompts, values, unknown, template.found_wrong(unknown[0], held) if unknown else "")


def held(prompt: str, variables: Variables) -> Variables:
    """Return what names stand for at this moment, for whoever looks later."""
    now: Mapping[str, Any] = variables() if "{" in prompt else {}
    return lambda: now


def told(prompt: str, variables: Variables) -> dict[str, Any]:
    """Return what the page shows beneath the prompt box; nothing where a prompt is sent as it stands."""
    try:
        found = fills(prompt, variables)
    except PromptError as error:
        return {"prompts": 0, "names": [], "unknown": [], "message": error.message}
    if found.prompts == (prompt,) and not found.unknown:
        return {}
    return {
        "prompts": len(found.prompts),
        "names": [_name(*each) for each in list(found.values.items())[:_MOST_NAMES]],
        "unknown": [each[:_LONGEST] for each in found.unknown[:_MOST_NAMES]],
        "message": found.wrong,
        "first": _short(found.prompts[0]),
    }


def checked(message: Mapping[str, Any], variables: Variables) -> tuple[str, ...]:
    """Return the prompts that a press asks for, as long as its user has seen what they are.

    Raises:
        PromptError: It has unknown names that nobody has seen to be meant, or gives another number of
            prompts than the page showed.
    """
    found = fills(message["prompt"], variables)
    if found.unknown and not message["as_is"]:
        braces = ", ".join(f"{{{name}}}" for name in found.unknown)
        raise PromptError(f"{found.wrong} Press again to send {braces} as it stands.")
    if len(found.prompts) != message["prompts"]:
        many = len(found.prompts)
        raise PromptError(
            f"This prompt gives {many} {'prompt' if many == 1 else 'prompts'} now; press again."
        )
    return found.prompts


def _check_length(prompt: str, values: Mapping[str, tuple[str, ...]]) -> None:
    """Check that no page makes this kernel write a text without end: it may name one variable many times."""
    longest = max((len(each) for held in values.values() for each in held), default=0)
    many = min(math.prod(map(len, values.values())), template.MAX_PROMPTS)  # of more, it is said how many
    if many * (len(prompt) + prompt.count("{") * longest) > _MOST_TOGETHER:
        message = "With these values the prompt would be too long; shorten one of them."
        raise PromptError(message)


def _name(name: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name[:_LONGEST], "count": len(values), "values": _short(", ".join(values[:20]))}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
