"""The ASGI application: records each request, then lets a fault or the honest gateway answer."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from tests.emulator.faults import Call, Fault
from tests.emulator.received import File, Received

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tests.emulator.answers import Answer


class Desk(Protocol):
    """What the application asks of the emulator."""

    def arrived(self, received: Received) -> Fault | None:
        """Note a request, and say how to answer it if not honestly."""
        ...

    def left(self, received: Received) -> None:
        """Note that a request has been answered, or given up."""
        ...

    def honest(self, received: Received) -> Answer:
        """Return the documented answer."""
        ...

    def accept(self, received: Received) -> None:
        """Note a request for which a picture was, or may have been, made."""
        ...

    def bill(self, pictures: int) -> None:
        """Count pictures that somebody pays for."""
        ...


def application(desk: Desk) -> ASGIApp:
    """Return the application; every method and path goes to the desk."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            received = await _received(Request(scope, receive))
        except ClientDisconnect:
            return
        fault = desk.arrived(received)
        call = Call(received, desk, send, scope["state"]["transport"])
        try:
            await _unless_hung_up((fault or call.honest()).play(call), receive, received)
        finally:
            desk.left(received)

    return serve


async def _received(request: Request) -> Received:
    body = await request.body()
    form = await _form(request)
    files = [
        File(name, value.filename or "", value.content_type or "", await value.read())
        for name, value in form.multi_items()
        if isinstance(value, UploadFile)
    ]
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    url, headers = request.url, dict(request.headers)
    return Received(request.method, url.path, headers, body, url.query, fields, tuple(files))


async def _form(request: Request) -> FormData:
    with suppress(MultiPartException):
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await request.form()
    return FormData()


async def _unless_hung_up(playing: Coroutine[None, None, None], receive: Receive, received: Received) -> None:
    play, watch = asyncio.create_task(playing), asyncio.ensure_future(receive())
    await asyncio.wait({play, watch}, return_when=asyncio.FIRST_COMPLETED)
    if play.done():
        watch.cancel()
        return await play
    received.hung_up.set()
    play.cancel()
    return None
