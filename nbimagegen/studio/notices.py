"""What went wrong → the small tables that the page shows as cards, and how many of them stay."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen.records import ENDED
from nbimagegen.studio.describe import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbimagegen.errors import ImageGenError
    from nbimagegen.history import Generation

    Table: TypeAlias = dict[str, Any]
    Change: TypeAlias = Callable[[Sequence[Table]], list[Table]]

MAX_NOTICES = 3
LENGTH = 360
_PROMPT_LENGTH = LENGTH // 6
_ID_LENGTH = 80
_LEVELS = {"done": "warning", "cancelled": "info"}
_numbers = itertools.count()


class Board:
    """The notices of one studio.

    Args:
        change: Takes a function from the notices that are shown to those that shall be.
    """

    def __init__(self, change: Callable[[Change], object]) -> None:
        self._change = change

    def found_wrong(self, error: ImageGenError, prompt: str = "") -> None:
        """Say what was found wrong before anything was sent."""
        notice = _of_error(error, prompt)
        self._change(lambda shown: [*shown, notice][-MAX_NOTICES:])

    def ended(self, generation: Generation) -> None:
        """Say what a generation met, if it has ended and met anything; a free cancel is nothing."""
        error = generation.error
        if generation.status not in ENDED or error is None:
            return
        if generation.status != "cancelled" or error.may_be_billed:
            self.met(generation, error)

    def met(self, generation: Generation, error: ImageGenError) -> None:
        """Say what a generation met, in place of what was said of it before."""
        notice = _of_generation(generation, error)
        self._change(lambda shown: [*_without(shown, generation.id), notice][-MAX_NOTICES:])

    def drop(self, notice: str) -> None:
        """Take one notice away."""
        self._change(lambda shown: [each for each in shown if each["id"] != notice])

    def drop_all_of(self, generation: str) -> None:
        """Take away what is said of a generation."""
        self._change(lambda shown: _without(shown, generation))


def _without(notices: Sequence[Table], generation: str) -> list[Table]:
    return [each for each in notices if each["generation"] != generation]


def _of_error(error: ImageGenError, prompt: str) -> Table:
    return {
        "id": f"notice-{next(_numbers)}",
        "level": "error",
        "message": _without_the_middle(error.message),
        "prompt": shortened(prompt, _PROMPT_LENGTH),
        "generation": None,
        "may_be_billed": error.may_be_billed,
        "lost": 0,
        "status": error.status,
        "request_id": shortened(error.request_id, _ID_LENGTH),
        "more": False,
    }


def _of_generation(generation: Generation, error: ImageGenError) -> Table:
    return {
        **_of_error(error, generation.prompt),
        "level": _LEVELS.get(generation.status, "error"),
        "generation": generation.id,
        "lost": len(generation.lost),
        "more": len(error.message) > LENGTH or bool(error.text and error.text not in error.message),
    }


def _without_the_middle(text: str) -> str:
    """Return `text`, cut in its middle where it is long: its end says what to do next."""
    end = LENGTH // 2
    return text if len(text) <= LENGTH else f"{text[: LENGTH - end - 1]}…{text[-end:]}"
