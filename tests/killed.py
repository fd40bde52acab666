"""What the processes do that `test_kill` kills, and those of `test_two_kernels`: make pictures, and note it.

They are forked off a process that has imported everything, so that one costs next to nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import warnings
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nbimagegen import Session
from nbimagegen.jobs import exchange, inbox
from nbimagegen.store import index
from tests.ways import WAYS

if TYPE_CHECKING:
    from pathlib import Path

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
EVENTS = ("open", "os.", "socket.", "sqlite3.", "fsync", "inbox")


def context() -> multiprocessing.context.BaseContext:
    """Return what starts such processes."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.killed"])
    return found


@dataclass(frozen=True)
class Task:
    """What one process is to do.

    Attributes:
        home: Where its history is.
        way: How it asks for pictures.
        base_url: Whom it asks.
        notes: The file in which it notes what it has received, and what it was given.
        dies_at: At which of the things that it asks the system for it kills itself; 0: not by itself.
        count: How often it asks for pictures.
        n: For how many each time.
    """

    home: Path
    way: str
    base_url: str
    notes: Path
    dies_at: int
    count: int
    n: int

    def run(self, started) -> None:
        """Do it."""
        note = self._notes()
        _note_what_is_received(note)
        os.fsync = lambda _: sys.audit("fsync")  # what a process left outlives it on no disk too
        index.SYNCHRONOUS = "OFF"
        if self.dies_at:
            _dies_at(self.dies_at)
        started.send("started")
        way = WAYS[self.way]
        session = way.session(SimpleNamespace(base_url=self.base_url), "killed", home=self.home)
        for _ in range(self.count):
            found = way.submit(session, self.n, fresh=True).wait()
            note(f"done {found.id} {len(found.pictures)}")

    def _notes(self):
        file = os.open(self.notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        return lambda text: os.write(file, f"{text}\n".encode())


def _note_what_is_received(note) -> None:
    spooled = exchange._spooled

    async def noted(answer, decoder, route, slip, reception) -> None:
        await spooled(answer, decoder, route, slip, reception)
        note(f"received {slip.generation} {slip.images}")

    exchange._spooled = noted
    write = inbox.Inbox.write

    def audited(self, data: bytes) -> None:
        sys.audit("inbox")
        write(self, data)
        sys.audit("inbox")

    inbox.Inbox.write = audited


def _dies_at(number: int) -> None:
    """Let this process be killed when it asks the system for something for the `number`th time."""
    count = 0

    def look_on(event: str, _arguments: object) -> None:
        nonlocal count
        if event.startswith(EVENTS):
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look_on)


def make_pictures(home: Path, name: str, count: int) -> None:
    """Make pictures offline, one after the other."""
    warnings.simplefilter("ignore")
    session = Session(name, gateway="sketch", home=home)
    for each in range(count):
        session.generate(f"otter {os.getpid()} {each}", size="256x256", latency=0, fresh=True)


def leave_one_under_way(home: Path, name: str, base_url: str, submitted) -> None:
    """Ask for a picture, say so, and wait for it."""
    generation = Session(name, base_url=base_url, model="any", home=home).submit("an otter")
    submitted.send(generation.id)
    generation.wait()
