"""One HTTP request of a job: sent, spooled to the inbox, decoded, its pictures fetched and checked."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbimagegen import pixels, wire
from nbimagegen.errors import DownloadError, ImageGenError
from nbimagegen.transport import download, shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.keys import Key
    from nbimagegen.store import Store
    from nbimagegen.transport import Answer
    from nbimagegen.transport.network import Verify


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


async def exchange(message: wire.Message, route: Route, generation: str, part: int) -> Outcome:
    """Send one message and return what it brought.

    The answer is in the inbox before it is decoded, and stays there where a picture of it is missing.

    Raises:
        ImageGenError: Nothing came back, or no answer.
    """
    client = shared(route.base_url, route.verify)
    async with client.send(message.method, message.url, message.headers, message.body, route.key) as answer:
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own bounds
            raise wire.failure(answer.status, answer.headers, await answer.error_body(), message.url)
        events = await _spooled(answer, message.url, route.store, generation, part)
        headers = answer.headers
    outcome = await _gathered(events, headers, route)
    if outcome.error is None:
        route.store.clear_inbox(generation, part)
    elif route.key is not None:
        route.store.rewrite_inbox(generation, part, route.key.scrub_bytes)
    return outcome


async def _spooled(answer: Answer, url: str, store: Store, generation: str, part: int) -> list[wire.Event]:
    decoder = wire.Decoder(answer.headers, url)
    with store.open_inbox(generation, part) as inbox:
        async for each in answer.slices:
            inbox.write(each)
            decoder.feed(each)
    return await asyncio.to_thread(decoder.close)


async def _gathered(events: list[wire.Event], headers: Mapping[str, str], route: Route) -> Outcome:
    usages = [each.usage for each in events if isinstance(each, wire.Usage)]
    sources = [each for each in events if isinstance(each, wire.Image | wire.ImageUrl)]
    results = await asyncio.gather(*(_picture(each, route) for each in sources))
    pictures = tuple(each for each in results if isinstance(each, Received))
    errors = [each.error for each in events if isinstance(each, wire.Failure)]
    errors += [each for each in results if isinstance(each, ImageGenError)]
    if not pictures and not errors:
        errors.append(wire.without_picture(events, headers))
    return Outcome(
        pictures=pictures,
        text=route.scrub("\n".join(each.text for each in events if isinstance(each, wire.Text))),
        usage=json.loads(route.scrub(json.dumps(add_usage(*usages)))),
        error=errors[0] if errors else None,
    )


async def _picture(event: wire.Image | wire.ImageUrl, route: Route) -> Received | ImageGenError | None:
    """Return the picture, or what went wrong; None for a link that turned out to be none."""
    url = event.url if isinstance(event, wire.ImageUrl) else ""
    try:
        data = event.data if isinstance(event, wire.Image) else await _downloaded(url, route)
        probe, sha256 = await asyncio.to_thread(_examined, data)
        return Received(data, sha256, probe, route.scrub(event.revised_prompt))
    except ImageGenError as error:
        if isinstance(event, wire.ImageUrl) and not event.certain:
            return None
        error.url = url
        return error


def _examined(data: bytes) -> tuple[pixels.Probe, str]:
    return pixels.probe(data), hashlib.sha256(data).hexdigest()


async def _downloaded(url: str, route: Route) -> bytes:
    try:
        return await download(url, route.base_url, verify=route.verify)
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


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
