"""Ways to answer with the wrong bytes: lengths that lie, bombs, junk, nothing, an error halfway."""

from __future__ import annotations

import asyncio
import gzip
import time
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from tests.emulator.answers import Answer, answer, streamed, too_many
from tests.emulator.handing import event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.emulator.faults import Call

MIB = 1 << 20


@dataclass(frozen=True)
class WrongLength:
    """Content-Length is `by` more than the body, and the connection ends; or less, if negative."""

    by: int

    async def play(self, call: Call) -> None:
        """Write past the server, which would not let this through."""
        told = call.take()
        call.desk.bill(told.billed)
        kind = told.headers.get("Content-Type", "application/json")
        lines = (
            f"HTTP/1.1 {told.status} OK",
            f"Content-Type: {kind}",
            f"Content-Length: {len(told.body) + self.by}",
        )
        call.transport.write("\r\n".join((*lines, "", "")).encode() + told.body)
        call.transport.close()
        await asyncio.Event().wait()  # until the connection is gone: the server has nothing to add


@dataclass(frozen=True)
class Zipped:
    """The honest answer, compressed."""

    async def play(self, call: Call) -> None:
        """Compress and answer."""
        whole = call.take()
        body = gzip.compress(whole.body, 1)
        headers = {**whole.headers, "Content-Encoding": "gzip"}
        await replace(whole, body=body, pieces=(), headers=headers).play(call)


@dataclass(frozen=True)
class GzipBomb:
    """A body that is a thousand times larger once it is unpacked."""

    size: int = 64 * MIB

    async def play(self, call: Call) -> None:
        """Answer with it; a picture may have been made."""
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        await Answer(200, headers, _bomb(self.size)).play(call)


@lru_cache(maxsize=4)
def _bomb(size: int) -> bytes:
    return gzip.compress(b'{"data":[{"b64_json":"' + b"A" * size, 9)


@dataclass(frozen=True)
class EmptyData:
    """All is well, and there is no picture, for it was filtered; `says` is what the model writes."""

    says: str = ""

    async def play(self, call: Call) -> None:
        """Answer in the dialect that was spoken."""
        message = {"role": "assistant", "content": self.says}
        choice = {"index": 0, "finish_reason": "content_filter", "message": message}
        chat, images = {"choices": [choice]}, {"created": 0, "data": []}
        is_chat = call.received.path.endswith("/chat/completions")
        await answer(200, chat if is_chat else images).play(call)


@dataclass(frozen=True)
class ErrorHalfway:
    """A stream breaks off with an event that says what went wrong; an answer that is none is that error."""

    said: Mapping[str, object] = field(
        default_factory=lambda: {
            "error": {"message": "The upstream model failed.", "type": "server_error", "code": "server_error"}
        }
    )
    name: str = ""

    async def play(self, call: Call) -> None:
        """Answer the first half, then the error."""
        whole = call.take()
        if not whole.pieces:
            await answer(200, self.said).play(call)
            return
        begun = whole.pieces[: len(whole.pieces) // 2]
        await replace(streamed([*begun, event(self.said, self.name)]), made=True).play(call)


@dataclass(frozen=True)
class TooMany:
    """A 429 that tells how long to wait in one of the known ways, or does not tell."""

    kind: Literal["seconds", "date", "ms", "none", "empty"] = "seconds"
    seconds: float = 1

    async def play(self, call: Call) -> None:
        """Refuse."""
        refused = too_many(**waiting(self.kind, self.seconds))
        empty = answer(429, headers=waiting("none", 0))
        await (empty if self.kind == "empty" else refused).play(call)


def waiting(kind: str, seconds: float) -> dict[str, str]:
    """Return the headers that ask for a wait of so many seconds, never less."""
    whole = int(-(-seconds // 1))
    told = {
        "seconds": {"Retry-After": str(whole)},
        # A date has no fractions, so it may be up to one second late.
        "date": {"Retry-After": formatdate(time.time() + whole + 1, usegmt=True)},
        "ms": {"retry-after-ms": str(int(-(-seconds * 1000 // 1)))},
    }
    return told.get(kind, {})
