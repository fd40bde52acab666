"""One HTTP request of a job: sent, spooled to the inbox, and decoded as it comes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import anyio

from nbimagegen import wire
from nbimagegen.errors import DeadlineError, ImageGenError
from nbimagegen.jobs import inbox, upload
from nbimagegen.jobs.gathering import gathered
from nbimagegen.jobs.reception import Reception
from nbimagegen.transport import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbimagegen.jobs.reception import Outcome, Preview
    from nbimagegen.jobs.route import Route
    from nbimagegen.transport import Answer


_PRIVATE = {"set-cookie"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Which request of which job this is, what is left of its time, and who is told of its way."""

    generation: str
    part: int
    images: int  # that it asks for
    seconds: float
    timeout: float  # all of its time, of which other tries may have taken a part
    preview: Preview
    on_sent: Callable[[], object]  # called when its body begins to leave


async def exchange(message: wire.Message, route: Route, slip: Slip) -> Outcome:
    """Send one message and return what it brought.

    Each slice of the answer is written to the inbox before it is decoded. There the answer stays until its
    pictures are committed, or for good where anything is wrong with it; a disk that fails costs that copy.
    Pictures that were whole before a fault or a cancel are kept, and the outcome tells what went wrong.

    Raises:
        ImageGenError: It was refused, or broke off before a picture had come.
        asyncio.CancelledError: It was cancelled before a picture had come.
    """
    end = time.monotonic() + slip.seconds
    reception = Reception(partial(route.store.open_spool, slip.generation, slip.part), slip.preview)
    is_whole = False
    try:
        fault = await _fault(message, route, slip, reception)
        if fault is not None and not reception.sources:
            raise fault
        # What an answer of 200 says of a fault is returned, not raised, and so is never tried again: the
        # request was taken, and another one may be paid as well.
        outcome = await gathered(reception, fault, route, end)
        is_whole = fault is None and outcome.error is None
    finally:
        reception.discard()
        if reception.is_kept and not is_whole:
            with anyio.CancelScope(shield=True):
                await asyncio.to_thread(inbox.clean, route, slip.generation, slip.part)
    return outcome


async def _fault(
    message: wire.Message, route: Route, slip: Slip, reception: Reception
) -> ImageGenError | asyncio.CancelledError | None:
    """Let `reception` take the answer; return what broke it off, if anything did."""
    try:
        with anyio.fail_after(slip.seconds):
            await _travel(message, route, slip, reception)
    except TimeoutError:
        return _late(slip.timeout)
    except (ImageGenError, asyncio.CancelledError) as fault:
        return fault
    return None


async def _travel(message: wire.Message, route: Route, slip: Slip, reception: Reception) -> None:
    client = shared(route.base_url, route.verify, route.proxy)
    content = upload.body(message, route.store)
    async with client.send(
        message.method, message.url, message.headers, content, route.key, on_sent=slip.on_sent
    ) as answer:
        reception.headers = {name: route.scrub(value) for name, value in answer.headers.items()}
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own bounds
            body = route.scrub_bytes(await answer.error_body())
            raise wire.failure(answer.status, reception.headers, body, message.url, now=time.time())
        reception.is_kept = True
        inbox.announce(route, slip.generation, slip.part, _head(message, reception, slip))
        decoder = wire.Decoder(reception.headers, message.url, route.scrub)
        await _spooled(answer, decoder, route, slip, reception)


async def _spooled(
    answer: Answer, decoder: wire.Decoder, route: Route, slip: Slip, reception: Reception
) -> None:
    """Write each slice to the inbox, then let it be decoded; what was whole before a fault counts."""
    file = inbox.Inbox(route, slip.generation, slip.part)
    is_whole = False
    try:
        async for each in answer.slices:
            file.write(each)
            reception.take(decoder.feed(each))
        is_whole = True
    finally:
        file.close()
        rest = decoder.close(is_whole=is_whole and _is_measured(answer.headers))
        reception.take(each for each in rest if is_whole or not isinstance(each, wire.Failure))


def _is_measured(headers: Mapping[str, str]) -> bool:
    """Return whether a body that broke off would be known to; else its end is only that of the connection."""
    return "content-length" in headers or "transfer-encoding" in headers


def _head(message: wire.Message, reception: Reception, slip: Slip) -> dict[str, object]:
    """Return what a later kernel needs to read the answer, should this one end."""
    headers = {name: value for name, value in reception.headers.items() if name not in _PRIVATE}
    return {"url": message.url, "headers": headers, "images": slip.images}


def _late(timeout: float) -> DeadlineError:
    message = (
        f"No whole answer came within {timeout:g} seconds; the picture may have been made and billed. "
        "Look at your account before you try again, or give a longer timeout=."
    )
    return DeadlineError(message)
