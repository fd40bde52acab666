"""What went wrong, or is worth saying → the small tables that the page shows as cards, a few of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen.records import ENDED
from nbimagegen.session import how_to_go_on
from nbimagegen.studio.describe import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbimagegen.errors import ImageGenError
    from nbimagegen.history import Generation
    from nbimagegen.session import Replay

    Table: TypeAlias = dict[str, Any]
    Change: TypeAlias = Callable[[Sequence[Table]], list[Table]]

MAX_NOTICES = 3
MAX_OFFERED = 24  # pictures that a notice offers to select
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
        self._trashed: dict[str, Sequence[str]] = {}  # what a notice offers to take back

    def found_wrong(self, error: ImageGenError, prompt: str = "") -> None:
        """Say what was found wrong before anything was sent; the same sentence of the same prompt once."""
        notice = _of_error(error, prompt)
        same = {name: notice[name] for name in ("message", "prompt", "generation")}
        self._change(
            lambda shown: [*(each for each in shown if not same.items() <= each.items()), notice][
                -MAX_NOTICES:
            ]
        )

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

    def replayed(self, replay: Replay) -> None:
        """Say what a call was given from the history, in place of what was said of the call before."""
        notice = _of_replay(replay)
        self._change(lambda shown: [*(each for each in shown if not each["select"]), notice][-MAX_NOTICES:])

    def goes_on_from(self, former: str) -> None:
        """Say which session the notebook had under another path."""
        notice = _told("info", how_to_go_on(former))
        self._change(lambda shown: [*shown, notice][-MAX_NOTICES:])

    def deleted(self, pictures: Sequence[str]) -> None:
        """Say what was put into the trash by a press, in place of what was said of the press before."""
        notice: Table = {**_told("info", _deleted(len(pictures))), "restore": len(pictures)}
        self._trashed = {notice["id"]: pictures}
        self._change(lambda shown: [*(each for each in shown if not each["restore"]), notice][-MAX_NOTICES:])

    def trashed(self, notice: str) -> Sequence[str]:
        """Return the pictures that a notice offers to take out of the trash."""
        return self._trashed.get(notice, ())

    def drop(self, notice: str) -> None:
        """Take one notice away."""
        self._change(lambda shown: [each for each in shown if each["id"] != notice])

    def drop_all_of(self, generation: str) -> None:
        """Take away what is said of a generation."""
        self._change(lambda shown: _without(shown, generation))


def _without(notices: Sequence[Table], generation: str) -> list[Table]:
    return [each for each in notices if each["generation"] != generation]


def _told(level: str, message: str, prompt: str = "") -> Table:
    return {
        "id": f"notice-{next(_numbers)}",
        "level": level,
        "message": _without_the_middle(message),
        "prompt": shortened(prompt, _PROMPT_LENGTH),
        "generation": None,
        "may_be_billed": False,
        "lost": 0,
        "status": None,
        "request_id": "",
        "more": False,
        "select": [],
        "restore": 0,
    }


def _of_error(error: ImageGenError, prompt: str) -> Table:
    return {
        **_told("error", error.message, prompt),
        "may_be_billed": error.may_be_billed,
        "status": error.status,
        "request_id": shortened(error.request_id, _ID_LENGTH),
    }


def _of_replay(replay: Replay) -> Table:
    turn, total = replay.generation.replayed or (1, 1)
    message = f"From history, {turn} of {total}: nothing was paid. fresh=True makes new pictures."
    notice = _told("info", message, replay.generation.prompt)
    return {**notice, "select": list(replay.pictures[-MAX_OFFERED:])}


def _deleted(count: int) -> str:
    return "1 picture is in the trash." if count == 1 else f"{count} pictures are in the trash."


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
