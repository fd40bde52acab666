"""Killed at any moment, a kernel loses no picture whose answer it had received, and pays for none again."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from nbimagegen.store import Store, folder_name
from tests import clockwork
from tests.emulator import Emulator, Trickle
from tests.killed import CAN_FORK, Task, context
from tests.proof import counted, held
from tests.ways import PART, WAYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from nbimagegen import Session

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not CAN_FORK, reason="needs processes that cost next to nothing"),
]

KILLS = counted(14, 1_000)
IN_A_ROW = 2  # in one history: the second while, or after, it ends what the first has left
PATIENCE = 60
MOST_EVENTS = 420  # that a process asks the system for until all is done
LONGEST = 0.45  # seconds that it takes
CHOSEN = (
    "any, URL",
    "xty, data",
    "serevix, side by side",
    "openai, stream",
    "any, edit",
    "any, chat, stream",
    "rivus, base64",
)


@pytest.fixture(scope="module")
def gateways() -> Iterator[dict[str, Emulator]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Emulator(WAYS[name].profile, **WAYS[name].quirks)) for name in CHOSEN
        }


@dataclass
class Case:
    """One history, and those who are killed while they write it."""

    home: Path
    way: str
    emulator: Emulator
    dice: Random

    @property
    def notes(self) -> list[list[str]]:
        """What they noted: what they had received, and what they had been given."""
        path = self.home / "notes"
        return [each.split() for each in path.read_text().splitlines()] if path.exists() else []

    def kill_one(self) -> None:
        """Let a process make pictures, and kill it: as it asks the system for something, or whenever."""
        by_itself = self.dice.random() < 0.6
        dies_at = self.dice.randint(1, MOST_EVENTS) if by_itself else 0
        here, there = context().Pipe()
        task = Task(self.home, self.way, self.emulator.base_url, self.home / "notes", dies_at, 3, 2)
        process = context().Process(target=task.run, args=(there,), daemon=True)
        process.start()
        there.close()
        with here:
            here.poll(PATIENCE)
        process.join(PATIENCE if by_itself else self.dice.uniform(0, LONGEST))
        process.kill()
        process.join(PATIENCE)

    def opened(self) -> Session:
        """Return the session, once what was left under way has come as far as it comes."""
        session = WAYS[self.way].session(self.emulator, "killed", home=self.home)
        for each in list(session._desk.fetching.values()):
            each.result(PATIENCE)
        return session


@pytest.mark.parametrize("number", range(KILLS // IN_A_ROW))
def test_a_kill_loses_nothing_that_was_received_and_pays_for_nothing_again(gateways, tmp_path, number):
    way = CHOSEN[number % len(CHOSEN)]
    dice = clockwork.dice(number)
    emulator = gateways[way]
    emulator.forget()
    if dice.random() < 0.5:
        emulator.always(Trickle(dice.choice([512, 4096]), 0))
    case = Case(tmp_path, way, emulator, dice)
    for _ in range(IN_A_ROW):
        case.kill_one()
    emulator.wait_until_idle()
    posts = len(emulator.posts)
    session = case.opened()
    check_that_all_is_there(case, session)
    check_that_nothing_is_half_there(session._desk.store)
    tries = Counter(each.headers[PART.lower()] for each in emulator.posts)
    assert set(tries.values()) <= {1}, "a request went twice"
    assert len(emulator.posts) == posts, "opening it sent a request"
    session._desk.store.close()
    held("kill -9 at random moments", "received pictures lost, 0 half files, 0 requests sent again", IN_A_ROW)


def check_that_all_is_there(case: Case, session: Session) -> None:
    received: Counter[str] = Counter()
    for what, generation, pictures in case.notes:
        if what == "received":
            received[generation] += int(pictures)
        else:
            assert session.history[generation].status == "done"
    for generation, pictures in received.items():
        assert len(session.history[generation].pictures) >= pictures, session.history[generation].error
    assert {each.status for each in session.history} <= {"done", "unknown", "failed"}


def check_that_nothing_is_half_there(store: Store) -> None:
    assert store.folder.name == folder_name("killed")
    half = [
        each for each in store.folder.rglob("*") if ".part" in each.name or each.name.startswith(".probe")
    ]
    assert half == []
    for each in (store.folder / "pictures").iterdir():
        assert hashlib.sha256(each.read_bytes()).hexdigest() == each.stem
    found = store.repair()
    assert (found.restored, found.unreadable, found.pictures_missing) == ((), (), ())
    assert store.left_behind() == []
