"""Ways to answer at the wrong time. A fault plays one call; the honest answer is `call.honest()`."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition
from typing import TYPE_CHECKING, Protocol

from tests.emulator.server import PATIENCE

if TYPE_CHECKING:
    from starlette.types import Send

    from tests.emulator.answers import Answer
    from tests.emulator.app import Desk
    from tests.emulator.received import Received


@dataclass(frozen=True)
class Call:
    """One request that waits for its answer, and the means to give it."""

    received: Received
    desk: Desk
    send: Send
    transport: asyncio.Transport

    def honest(self) -> Answer:
        """Return the answer that the document promises."""
        return self.desk.honest(self.received)

    def take(self, answer: Answer | None = None) -> Answer:
        """Return this answer, or the honest one; from here on a picture may have been made for it."""
        taken = answer or self.honest()
        if taken.accepted:
            self.desk.accept(self.received)
        return taken

    async def start(self, answer: Answer, length: int | None = None) -> None:
        """Send status and headers; what comes in pieces has no length unless one is given."""
        self.take(answer)
        self.desk.bill(answer.billed)
        whole = None if answer.pieces else len(answer.body)
        told = whole if length is None else length
        headers = {**({} if told is None else {"Content-Length": str(told)}), **answer.headers}
        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": answer.status, "headers": lines})

    async def write(self, piece: bytes, *, last: bool = False) -> None:
        """Send one piece of the body."""
        await self.send({"type": "http.response.body", "body": piece, "more_body": not last})


class Fault(Protocol):
    """Anything that can play a call."""

    async def play(self, call: Call) -> None:
        """Answer the call, or do not."""
        ...


@dataclass(frozen=True)
class Late:
    """The answer comes after `seconds` without a byte."""

    seconds: float
    answer: Answer | None = None

    async def play(self, call: Call) -> None:
        """Wait, then answer."""
        answer = call.take(self.answer)
        await asyncio.sleep(self.seconds)
        await answer.play(call)


@dataclass(frozen=True)
class Cut:
    """The connection ends inside the body: in the middle, or after `at` bytes."""

    at: int | None = None
    answer: Answer | None = None

    async def play(self, call: Call) -> None:
        """Promise the whole length and send a part of it."""
        answer = call.take(self.answer)
        await call.start(answer)
        await call.write(answer.body[: len(answer.body) // 2 if self.at is None else self.at])


@dataclass(frozen=True)
class HangUp:
    """The connection is reset before a single byte of an answer."""

    async def play(self, call: Call) -> None:
        """Reset the connection."""
        call.take()
        call.transport.abort()


@dataclass(frozen=True)
class Trickle:
    """The body comes `size` bytes at a time with `pause` seconds between, and may never end."""

    size: int = 1
    pause: float = 0.01
    endless: bool = False
    answer: Answer | None = None

    async def play(self, call: Call) -> None:
        """Send drops until all is sent or nobody listens."""
        answer = call.take(self.answer)
        await call.start(answer)
        body = answer.body[:-1] if self.endless else answer.body
        for start in range(0, len(body), self.size):
            await call.write(body[start : start + self.size])
            await asyncio.sleep(self.pause)
        if self.endless:
            await asyncio.Event().wait()
        await call.write(b"", last=True)


@dataclass(frozen=True)
class Stall:
    """The body stops in the middle, or after `at` bytes, and the connection stays open."""

    at: int | None = None
    answer: Answer | None = None

    async def play(self, call: Call) -> None:
        """Send a part, and then nothing until nobody listens."""
        answer = call.take(self.answer)
        await call.start(answer)
        await call.write(answer.body[: len(answer.body) // 2 if self.at is None else self.at])
        await asyncio.Event().wait()


@dataclass
class Held:
    """No byte of an answer until the test releases the call; then `answer`, or the honest one."""

    answer: Answer | None = None
    _doors: list[Future[None]] = field(default_factory=list[Future[None]])
    _open: bool = False
    _change: Condition = field(default_factory=Condition)

    async def play(self, call: Call) -> None:
        """Wait at the door."""
        answer, door = call.take(self.answer), self.arrive()
        await asyncio.shield(asyncio.wrap_future(door))
        await answer.play(call)

    def arrive(self) -> Future[None]:
        """Take a place in the queue; what is given back ends when it is released."""
        door: Future[None] = Future()
        with self._change:
            self._doors.append(door)
            if self._open:
                door.set_result(None)
            self._change.notify_all()
        return door

    @property
    def arrived(self) -> int:
        """How many calls have come so far, released or not."""
        return len(self._doors)

    @property
    def released(self) -> int:
        """How many of those that came have been let go."""
        return sum(door.done() for door in self._doors)

    def wait_for(self, calls: int) -> None:
        """Return once this many calls have come.

        Raises:
            TimeoutError: They do not come.
        """
        with self._change:
            if not self._change.wait_for(lambda: self.arrived >= calls, PATIENCE):
                message = f"{self.arrived} of {calls} calls have come"
                raise TimeoutError(message)

    def release(self, calls: int | None = None) -> None:
        """Answer the first `calls` that wait; without a number, all, and all to come."""
        with self._change:
            self._open = self._open or calls is None
            for door in [door for door in self._doors if not door.done()][:calls]:
                door.set_result(None)


@dataclass
class Stepped:
    """Each piece of one streamed answer waits until the test lets it go."""

    answer: Answer | None = None
    _steps: Held = field(default_factory=Held)

    async def play(self, call: Call) -> None:
        """Send piece after piece, each when it is its turn."""
        answer = call.take(self.answer)
        await call.start(answer)
        for piece in answer.pieces or (answer.body,):
            await asyncio.shield(asyncio.wrap_future(self._steps.arrive()))
            await call.write(piece)
        await call.write(b"", last=True)

    def step(self) -> None:
        """Let the next piece go, as soon as it is ready."""
        self._steps.wait_for(self._steps.released + 1)
        self._steps.release(1)

    def finish(self) -> None:
        """Let all the rest go."""
        self._steps.release()
