"""Pictures that an answer names by their address: fetched, tried again freely, and checked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio

from nbimagegen import pixels
from nbimagegen.errors import DownloadError, ImageGenError, InputError
from nbimagegen.jobs.reception import Received
from nbimagegen.jobs.tries import again_by_itself
from nbimagegen.transport import download

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen.jobs.route import Route
    from nbimagegen.store import Spool
    from nbimagegen.transport.network import Verify


async def fetched(url: str, open_spool: Callable[[], Spool], route: Route, end: float) -> Spool:
    """Return the bytes at `url`; it pays nothing, so what passes by itself is tried again.

    Raises:
        DownloadError: It was refused, or did not come before `end` (by the monotonic clock).
    """
    try:
        with anyio.fail_after(max(0.0, end - time.monotonic())):
            async for attempt in again_by_itself({"download": 3}):
                with attempt:
                    return await _once(url, open_spool(), route)
    except TimeoutError:
        message = "The picture was made, and its address did not hand it over in time; its URL is kept."
        raise DownloadError(message, url=url) from None
    except DownloadError:
        raise
    except ImageGenError as error:  # the proxy or the certificates cannot be read
        raise DownloadError(error.message, url=url) from None
    raise AssertionError  # an attempt returns or raises


async def _once(url: str, spool: Spool, route: Route) -> Spool:
    try:
        await download(
            url,
            route.base_url,
            spool.write,
            verify=route.verify,
            proxy=route.proxy,
            allow_hosts=route.image_hosts,
        )
    except BaseException:
        spool.discard()
        raise
    return spool


async def fetched_bytes(url: str, verify: Verify, proxy: str | None, seconds: float) -> bytes:
    """Return the bytes at an address that the user gave, which may be anywhere.

    Raises:
        InputError: It does not hand them over within `seconds`.
    """
    slices: list[bytes] = []
    try:
        with anyio.fail_after(seconds):
            await download(url, url, slices.append, verify=verify, proxy=proxy)
    except (ImageGenError, TimeoutError):
        message = f"The picture at {url[:200]} could not be fetched; check the address, or give a file."
        raise InputError(message) from None
    return b"".join(slices)


def checked(spool: Spool, revised_prompt: str) -> Received:
    """Return the picture, once its own bytes say that it is one; that takes a thread.

    Raises:
        AnswerError: They do not; the bytes are let go of.
    """
    try:
        return Received(spool, probe(spool), revised_prompt)
    except BaseException:
        spool.discard()
        raise


def probe(spool: Spool) -> pixels.Probe:
    """Return what a picture's own bytes say of it.

    Raises:
        AnswerError: They are no picture.
    """
    with spool.open() as file:
        return pixels.probe(file)
