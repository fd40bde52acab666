"""Ctrl-C at any step of a call that makes a picture: whoever called is told, and nothing stays under way."""

from __future__ import annotations

import itertools
import linecache
import random
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nbimagegen
from nbimagegen import Generation, ImageStudio, Session, errors
from nbimagegen.records import ENDED
from tests.emulator import paint
from tests.proof import counted, held

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

PATIENCE = 30
ROOMS = tuple(str(Path(nbimagegen.__file__).parent / each) for each in ("session", "studio", "jobs"))
CALLS: dict[str, Callable[[Session], Callable[[], object]]] = {
    "generate": lambda session: partial(session.generate, "an otter"),
    "edit": lambda session: partial(session.edit, paint((64, 64)), "a hat"),
    "studio": lambda session: partial(ImageStudio(session).generate, "an otter"),
}


@contextmanager
def interrupted(at: int) -> Generator[itertools.count[int]]:
    """Interrupt this thread at a line, counted in the rooms where a job is begun; the latest at the wait."""
    lines = itertools.count()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        waits = frame.f_code is Generation.wait.__code__
        if not waits and not frame.f_code.co_filename.startswith(ROOMS):
            return None
        if waits or (event == "line" and not _is_with(frame) and next(lines) == at):
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(before)


def _is_with(frame: FrameType) -> bool:
    """Return whether a line enters or leaves a block; a signal cannot come before what that releases."""
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith("with ")


def lines_of(call: Callable[[], object]) -> int:
    """Return how many lines of ours a call runs before it waits."""
    with pytest.raises(KeyboardInterrupt), interrupted(-1) as lines:
        call()
    return next(lines)


@pytest.mark.parametrize("name", CALLS)
def test_whatever_line_is_interrupted_nothing_stays_under_way(name, emulator):
    session = Session("otters", base_url=emulator.base_url, model="any", parallel=1, replay=False)
    call = CALLS[name](session)
    call()  # once, for what is only done the first time
    lines = lines_of(call)
    chosen = random.Random(7).sample(range(lines), counted(25, lines))  # noqa: S311 - a seed makes it the same each time
    for line in chosen:
        with emulator.hold():
            with pytest.raises(KeyboardInterrupt), interrupted(line):
                call()
            for each in session.running:
                with pytest.raises(errors.ImageGenError):  # cancelled; held as it is, it cannot end otherwise
                    each.wait(PATIENCE)
            emulator.wait_until_idle()
        assert {each.status for each in session.history} <= ENDED, line
        assert session.generate("a fox").status == "done"
    held("lines of a call interrupted", "left anything under way", len(chosen))
