"""Runs an ASGI application on the loopback in a thread: up in milliseconds, down at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

Stop: TypeAlias = Callable[[], object]

PATIENCE = 30.0


class Protocol(H11Protocol):
    """Hands the transport to the application, so that a fault can reset the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport where the application finds it."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


@contextmanager
def listening(app: ASGIApp, port: int = 0) -> Generator[str, None, None]:
    """Serve `app` on 127.0.0.1 while the block lasts; gives its address."""
    started: Future[tuple[str, Stop]] = Future()
    thread = Thread(target=_run, args=(app, port, started), name="emulator", daemon=True)
    thread.start()
    address, stop = started.result(PATIENCE)
    try:
        yield address
    finally:
        stop()
        thread.join(PATIENCE)


def _run(app: ASGIApp, port: int, started: Future[tuple[str, Stop]]) -> None:
    try:
        asyncio.run(_serve(_server(app, port), started))
    except BaseException as problem:  # noqa: BLE001 - the thread that waits shall see it
        if not started.done():
            started.set_exception(problem)


def _server(app: ASGIApp, port: int) -> Server:
    config = Config(app, port=port, http=Protocol, lifespan="off", log_config=None, log_level="critical")
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    return server


async def _serve(server: Server, started: Future[tuple[str, Stop]]) -> None:
    # Not `Server.serve`: its loop and its shutdown wait in steps of a tenth of a second.
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    stop = partial(loop.call_soon_threadsafe, stopping.set)
    started.set_result((f"http://127.0.0.1:{port}", stop))
    await stopping.wait()
    server.servers[0].close()
    for connection in list(server.server_state.connections):
        connection.transport.abort()
