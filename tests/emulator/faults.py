"""Ways to answer badly. A fault plays one call; the honest answer is at hand in `call.honest`."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition
from typing import TYPE_CHECKING, Protocol

from tests.emulator.server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Send

    from tests.emulator.answers import Answer
    from tests.emulator.received import Received


@dataclass(frozen=True)
class Call:
    """One request that waits for its answer, and the means to give it."""

    received: Received
    honest: Callable[[], Answer]
    send: Send
    transport: asyncio.Transport
    bill: Callable[[int], None]

    async def start(self, answer: Answer) -> None:
        """Send the status and the headers, the length of the whole body among them."""
        self.bill(answer.billed)
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
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
        await asyncio.sleep(self.seconds)
        await (self.answer or call.honest()).play(call)


@dataclass(frozen=True)
class Cut:
    """The connection ends inside the body: in the middle, or after `at` bytes."""

    at: int | None = None
    answer: Answer | None = None

    async def play(self, call: Call) -> None:
        """Promise the whole length and send a part of it."""
        answer = self.answer or call.honest()
        await call.start(answer)
        await call.write(answer.body[: len(answer.body) // 2 if self.at is None else self.at])


@dataclass(frozen=True)
class HangUp:
    """The connection is reset before a single byte of an answer."""

    async def play(self, call: Call) -> None:
        """Reset the connection."""
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
        answer = self.answer or call.honest()
        await call.start(answer)
        body = answer.body[:-1] if self.endless else answer.body
        for start in range(0, len(body), self.size):
            await call.write(body[start : start + self.size])
            await asyncio.sleep(self.pause)
        if self.endless:
            await asyncio.Event().wait()
        await call.write(b"", last=True)


@dataclass
class Held:
    """No byte of an answer until the test releases the call; then `answer`, or the honest one."""

    answer: Answer | None = None
    _doors: list[Future[None]] = field(default_factory=list[Future[None]])
    _open: bool = False
    _change: Condition = field(default_factory=Condition)

    async def play(self, call: Call) -> None:
        """Wait at the door."""
        door = self._arrive()
        await asyncio.shield(asyncio.wrap_future(door))
        await (self.answer or call.honest()).play(call)

    def _arrive(self) -> Future[None]:
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
