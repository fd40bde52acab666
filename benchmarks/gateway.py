"""A gateway on the loopback that answers with canned bytes, in a process of its own.

What it answers stands in the path: /<form>-<size>-<milliseconds of waiting>-<MB/s>/v1/…, and when it did in
/sent.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from answers import HEADERS, answer
from pictures import tail

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_SENT = "/sent"
_PIECE = 64 * 2**10
_WAITING = 256  # connections, of which 64 come at once
_numbers = itertools.count(1)
_sent: list[float] = []  # when the last byte of each answer had gone


@dataclass(frozen=True)
class Gateway:
    """A running gateway."""

    port: int

    def base_url(self, form: str, size: str, waits: int = 0, pace: int = 0) -> str:
        """Return the address at which a picture is answered so.

        Args:
            form: As `answers.answer` says.
            size: Of the picture.
            waits: Milliseconds before the answer.
            pace: Of the link, in MB/s; 0 for all that the loopback gives.
        """
        return f"http://127.0.0.1:{self.port}/{form}-{size}-{waits}-{pace}/v1"

    def sent(self) -> list[float]:
        """Return when the last byte of each answer had gone, by the system's clock."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{_SENT}") as answer:
            return json.load(answer)


@contextlib.contextmanager
def playing() -> Generator[Gateway, None, None]:
    """Play a gateway while the block runs."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("a gateway that says no port")
            yield Gateway(int(process.stdout.readline()))
        finally:
            process.terminate()


def _serve() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=_WAITING) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_answer_all, args=(connection,), daemon=True).start()


def _answer_all(connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while path := _request(connection):
            if path == _SENT:
                connection.sendall(_with_head(json.dumps(_sent).encode(), "application/json"))
            else:
                _answer(connection, *path.split("/")[1].split("-"))


def _answer(connection: socket.socket, form: str, size: str, waits: str, pace: str) -> None:
    time.sleep(int(waits) / 1000)
    for each in _stamped(_whole(form, size)):
        _send(connection, each, int(pace) * 1e6)
    _sent.append(time.time())


def _request(connection: socket.socket) -> str:
    """Read one request and return its path; empty at the end."""
    got = b""
    while b"\r\n\r\n" not in got:
        data = connection.recv(_PIECE)
        if not data:
            return ""
        got += data
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next((int(each[15:]) for each in lines if each.startswith("content-length:")), 0)
    while len(body) < length:
        body += connection.recv(_PIECE)
    return head.decode("latin-1").split(" ")[1]


@cache
def _whole(form: str, size: str) -> bytes:
    return _with_head(answer(form, size), HEADERS[form])


def _with_head(body: bytes, kind: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _stamped(answer: bytes) -> Iterator[memoryview]:
    """Return an answer whose last picture is another than all before."""
    view, known = memoryview(answer), base64.b64encode(tail(0))
    place = answer.rindex(known)
    another = base64.b64encode(tail(next(_numbers)))
    return iter((view[:place], memoryview(another), view[place + len(known) :]))


def _send(connection: socket.socket, data: memoryview, pace: float) -> None:
    if not pace:
        connection.sendall(data)
        return
    began = time.perf_counter()
    for start in range(0, len(data), _PIECE):
        connection.sendall(data[start : start + _PIECE])
        due = began + (start + _PIECE) / pace
        time.sleep(max(0.0, due - time.perf_counter()))


if __name__ == "__main__":
    _serve()
