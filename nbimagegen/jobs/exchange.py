"""One HTTP request of a job: sent, spooled to the inbox, decoded, its pictures fetched and checked."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import anyio

from nbimagegen import pixels, wire
from nbimagegen.errors import DownloadError, ImageGenError, StoreError
from nbimagegen.transport import download, shared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from nbimagegen.keys import Key
    from nbimagegen.store import Store
    from nbimagegen.transport import Answer
    from nbimagegen.transport.network import Verify

MAX_PICTURES = 40  # in one answer; more is no answer to n of 10 at most
DOWNLOADS_AT_ONCE = 4
_LOG = logging.getLogger("nbimagegen")


@dataclass(frozen=True, slots=True)
class Route:
    """How a job's requests travel, and where their answers are put first."""

    base_url: str
    key: Key | None
    verify: Verify
    store: Store

    def scrub(self, text: str) -> str:
        """Return `text` without the key: whatever is kept or shown of an answer comes by here."""
        return self.key.scrub(text) if self.key else text

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return `data` without the key."""
        return self.key.scrub_bytes(data) if self.key else data


@dataclass(frozen=True, slots=True)
class Received:
    """One picture, checked."""

    data: bytes = field(repr=False)
    sha256: str
    probe: pixels.Probe
    revised_prompt: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one request brought: pictures, words, usage, and what went wrong."""

    pictures: tuple[Received, ...] = ()
    text: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict[str, Any])
    error: ImageGenError | None = None
    was_stopped: bool = False  # by a cancel, before all had come


async def exchange(
    message: wire.Message, route: Route, generation: str, part: int, seconds: float
) -> Outcome:
    """Send one message and return what it brought, within `seconds`.

    The answer is in the inbox before it is decoded, and stays there until its pictures are committed.

    Raises:
        ImageGenError: Nothing came back, or no answer.
        TimeoutError: The answer was not whole in time.
    """
    end = time.monotonic() + seconds
    client = shared(route.base_url, route.verify)
    with anyio.fail_after(seconds):
        async with client.send(
            message.method, message.url, message.headers, message.body, route.key
        ) as answer:
            headers = {name: route.scrub(value) for name, value in answer.headers.items()}
            if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own bounds
                body = route.scrub_bytes(await answer.error_body())
                raise wire.failure(answer.status, headers, body, message.url)
            events = await _spooled(
                answer, wire.Decoder(headers, message.url, route.scrub), route, generation, part
            )
    outcome = await _gathered(events, headers, route, end)
    if outcome.error is not None:
        _clean_inbox(route, generation, part)
    return outcome


async def _spooled(
    answer: Answer, decoder: wire.Decoder, route: Route, generation: str, part: int
) -> list[wire.Event]:
    inbox = _Inbox(route.store, generation, part)
    try:
        async for each in answer.slices:
            inbox.write(each)
            decoder.feed(each)
    except BaseException:
        inbox.close()
        _clean_inbox(route, generation, part)
        raise
    inbox.close()
    return await asyncio.to_thread(decoder.close)


class _Inbox:
    """The file of one answer. A disk that fails here costs the copy, never the answer: it is paid for."""

    def __init__(self, store: Store, generation: str, part: int) -> None:
        self._file: BinaryIO | None = None
        try:
            self._file = store.open_inbox(generation, part)
        except StoreError as problem:
            _LOG.warning("%s", problem)

    def write(self, data: bytes) -> None:
        try:
            if self._file is not None:
                self._file.write(data)
        except OSError as problem:
            _LOG.warning("an answer could not be kept in the inbox: %s", problem.strerror)
            self.close()

    def close(self) -> None:
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError as problem:
            _LOG.warning("an answer could not be kept in the inbox: %s", problem.strerror)


def _clean_inbox(route: Route, generation: str, part: int) -> None:
    """Take the key out of an answer that stays in the inbox."""
    if route.key is not None:
        try:
            route.store.rewrite_inbox(generation, part, route.scrub_bytes)
        except StoreError as problem:
            _LOG.warning("%s", problem)


async def _gathered(
    events: list[wire.Event], headers: Mapping[str, str], route: Route, end: float
) -> Outcome:
    usages = [each.usage for each in events if isinstance(each, wire.Usage)]
    sources = [each for each in events if isinstance(each, wire.Image | wire.ImageUrl)][:MAX_PICTURES]
    results, was_stopped = await _pictures(sources, route, end)
    pictures = tuple(each for each in results if isinstance(each, Received))
    errors = [each.error for each in events if isinstance(each, wire.Failure)]
    errors += [each for each in results if isinstance(each, ImageGenError)]
    if not pictures and not errors:
        errors.append(wire.without_picture(events, headers))
    return Outcome(
        pictures=pictures,
        text=route.scrub("\n".join(each.text for each in events if isinstance(each, wire.Text))),
        usage=_scrubbed(add_usage(*usages), route),
        error=errors[0] if errors else None,
        was_stopped=was_stopped,
    )


async def _pictures(
    sources: list[wire.Image | wire.ImageUrl], route: Route, end: float
) -> tuple[list[Received | ImageGenError | None], bool]:
    """Return what became of each picture, and whether a cancel came before all were there."""
    few = asyncio.Semaphore(DOWNLOADS_AT_ONCE)
    tasks = [asyncio.ensure_future(_picture(each, route, few, end)) for each in sources]
    was_stopped = False
    try:
        if tasks:
            await asyncio.wait(tasks)
    except asyncio.CancelledError:
        was_stopped = True
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)
    return [_result(task, source) for task, source in zip(tasks, sources, strict=True)], was_stopped


def _result(
    task: asyncio.Task[Received | ImageGenError | None], source: wire.Image | wire.ImageUrl
) -> Received | ImageGenError | None:
    if not task.cancelled():
        return task.result()
    url = source.url if isinstance(source, wire.ImageUrl) else ""
    return DownloadError("The picture was made, and fetching it was cancelled; its URL is kept.", url=url)


async def _picture(
    event: wire.Image | wire.ImageUrl, route: Route, few: asyncio.Semaphore, end: float
) -> Received | ImageGenError | None:
    """Return the picture, or what went wrong; None for a link that turned out to be none."""
    url = event.url if isinstance(event, wire.ImageUrl) else ""
    try:
        data = event.data if isinstance(event, wire.Image) else await _downloaded(url, route, few, end)
        probe, sha256 = await asyncio.to_thread(_examined, data)
        return Received(data, sha256, probe, route.scrub(event.revised_prompt))
    except ImageGenError as error:
        if isinstance(event, wire.ImageUrl) and not event.certain:
            return None
        error.url = url
        return error
    except Exception as problem:  # noqa: BLE001 - one picture's fault must not cost the others
        name = type(problem).__name__
        return ImageGenError(f"A picture could not be read ({name}).", url=url, may_be_billed=True)


def _examined(data: bytes) -> tuple[pixels.Probe, str]:
    return pixels.probe(data), hashlib.sha256(data).hexdigest()


async def _downloaded(url: str, route: Route, few: asyncio.Semaphore, end: float) -> bytes:
    try:
        with anyio.fail_after(max(0.0, end - time.monotonic())):
            async with few:
                return await download(url, route.base_url, verify=route.verify)
    except TimeoutError:
        message = "The picture was made, and its address did not hand it over in time; its URL is kept."
        raise DownloadError(message, url=url) from None
    except DownloadError:
        raise
    except ImageGenError as error:  # the proxy or the certificates cannot be read
        raise DownloadError(error.message, url=url) from None


def add_usage(*usages: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sum of equal numeric keys; of other values the last one stands."""
    total: dict[str, Any] = {}
    for usage in usages:
        for name, value in usage.items():
            before = total.get(name)
            total[name] = before + value if _is_number(value) and _is_number(before) else value
    return total


def _is_number(value: object) -> bool:
    # Within what a float holds, so that any two can be added.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15  # noqa: PLR2004


def _scrubbed(value: Any, route: Route) -> Any:
    """Return JSON values without the key in any text of them."""
    if isinstance(value, str):
        return route.scrub(value)
    if isinstance(value, list):
        return [_scrubbed(each, route) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {route.scrub(name): _scrubbed(each, route) for name, each in table.items()}
    return value
