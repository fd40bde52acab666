"""What may go wrong on the way to pictures, one thing a try, and what the table of retries makes of it.

The emulator's faults, and three more: nobody listens, a redirect, a field of the row's that is unknown there.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import httpcore

from nbimagegen.transport import carriers
from tests.emulator import FAULTS, Call, Fault, Trial, answer, error, redirect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.emulator import Emulator
    from tests.ways import Way

NOBODY, ONWARD, UNKNOWN_FIELD = "nobody listens", "redirected onward", "a field that only the row added"

# "What a retry may do": how often by itself, and what it ends as. Whatever is not named: never.
AGAIN: Mapping[str, int] = {"not_sent": 2, "for_now": 3, "drop_field": 1, "onward": 3}
IN_THE_END = {"onward": "for_good", "drop_field": "for_good"}


def trials(way: Way, path: str = "/") -> dict[str, Trial]:
    """Return all that may go wrong on this way, by name."""
    unknown = error(400, "Unknown parameter: 'modalities'.", param="modalities", code="unknown_parameter")
    return {
        **FAULTS,
        NOBODY: Trial(answer, "not_sent", accepted=False),
        ONWARD: Trial(lambda: redirect(308, path), "onward", accepted=False),
        **({UNKNOWN_FIELD: Trial(lambda: unknown, "drop_field", accepted=False)} if way.adds else {}),
    }


def fate(met: Iterable[Trial]) -> str:
    """Return what one request ends as that meets these, one a try; empty where all is well."""
    count: Counter[str] = Counter()
    for each in met:
        count[each.retry] += 1
        if count[each.retry] > AGAIN.get(each.retry, 0):
            return IN_THE_END.get(each.retry, each.retry)
    return ""


def fates(met: Sequence[Trial], *, requests: int) -> set[str]:
    """Return what a click may end as: of several requests side by side, each may meet any of these."""
    if requests == 1:
        return {fate(met)}
    return {"", *(IN_THE_END.get(each.retry, each.retry) for each in met)}


@dataclass
class Watched:
    """Plays a fault, or the honest answer, and notes that it was called for and which bytes it sent.

    Attributes:
        bodies: The good answers that were begun, as far as they were sent.
        reached: Set when it is called for.
    """

    bodies: list[bytearray] = field(default_factory=list[bytearray], repr=False)
    fault: Fault | None = None
    reached: threading.Event = field(default_factory=threading.Event)

    async def play(self, call: Call) -> None:
        """Play it."""
        self.reached.set()
        noting = replace(call, send=self._noting(call))
        await (self.fault or call.honest()).play(noting)

    def _noting(self, call: Call):
        body = bytearray()

        async def send(message) -> None:
            if message["type"] == "http.response.start":
                is_packed = b"content-encoding" in dict(message["headers"])
                is_kept = 200 <= message["status"] < 300 and not is_packed
                self.bodies.extend([body] if is_kept else [])
            body.extend(message.get("body", b""))
            await call.send(message)

        return send


class Troubles:
    """Sees to it that the next tries meet what they are to meet.

    Attributes:
        bodies: The good answers to what was asked last, as far as they were sent.
    """

    def __init__(self) -> None:
        self.bodies: list[bytearray] = []
        self._coming: deque[str] = deque()

    def prepare(self, emulator: Emulator, names: Sequence[str], known: Mapping[str, Trial]) -> list[Watched]:
        """Let the next tries meet these; return the faults, in order."""
        emulator.wait_until_idle()
        emulator.forget()
        self._coming, self.bodies = deque(names), []
        faults = [Watched(self.bodies, known[each]()) for each in names if each != NOBODY]
        emulator.next(*faults)
        emulator.always(Watched(self.bodies))
        return faults

    def carrier(self, *way: object) -> Refusing:
        """Return what carries a request, as long as anybody listens."""
        return Refusing(self, carriers.carrier(*way))

    def somebody_listens(self) -> bool:
        """Return whether the try that is made now reaches anybody."""
        return not self._coming or self._coming.popleft() != NOBODY


@dataclass(frozen=True)
class Refusing:
    """A way on which, now and then, nobody listens."""

    troubles: Troubles
    inner: object

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Return the answer."""
        if self.troubles.somebody_listens():
            return await self.inner.handle_async_request(request)
        await asyncio.sleep(0)
        raise httpcore.ConnectError("refused")
