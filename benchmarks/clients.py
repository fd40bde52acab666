"""Who asks for one picture and has its bytes at the end: this package's wire, its peers, and the floor.

Each function takes the address to ask, and returns what runs one round.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import BinaryIO

BODY = json.dumps({"model": "gpt-image-1", "prompt": "an otter"}).encode()
_HEADERS = {"Content-Type": "application/json"}
_KEY = "sk-nobody"  # of nobody; the gateway here asks for none
_SLICE = 256 * 2**10


def ours(url: str, path: str = "images/generations") -> Callable[[], None]:
    """Ask as a job does, down to where the bytes would go to the disk, and let go of them there."""
    loop = asyncio.new_event_loop()
    ask = asking(url, path)
    return lambda: loop.run_until_complete(ask())


def asking(url: str, path: str = "images/generations") -> Callable[[], Coroutine[None, None, None]]:
    """The same, on a loop that there is."""
    from nbimagegen import transport, wire  # noqa: PLC0415 - each process imports its own contender alone

    client = transport.shared(url)

    async def ask() -> None:
        async with client.send("POST", f"{url}/{path}", _HEADERS, BODY, None) as answer:
            decoder = wire.Decoder(answer.headers, url)
            pictures = 0
            async for each in answer.slices:
                pictures += _pictures(decoder.feed(each))
            pictures += _pictures(decoder.close())
        if pictures != 1:
            raise RuntimeError("there should be one picture")

    def _pictures(events: Iterable[object]) -> int:
        return sum(isinstance(each, wire.Image) for each in events)

    return ask


def openai_images(url: str) -> Callable[[], None]:
    """Ask by the SDK."""
    from openai import OpenAI  # noqa: PLC0415 - as above

    client = OpenAI(base_url=url, api_key=_KEY, max_retries=0)

    def ask() -> None:
        answer = client.images.generate(model="gpt-image-1", prompt="an otter")
        base64.b64decode(answer.data[0].b64_json)

    return ask


def openai_chat(url: str) -> Callable[[], None]:
    """Ask for a chat by the SDK."""
    from openai import OpenAI  # noqa: PLC0415 - as above

    client = OpenAI(base_url=url, api_key=_KEY, max_retries=0)

    def ask() -> None:
        answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "an otter"}])
        base64.b64decode(answer.choices[0].message.content.partition(";base64,")[2].rstrip(")"))

    return ask


def openai_stream(url: str) -> Callable[[], None]:
    """Ask for a stream by the SDK, and decode its previews too."""
    from openai import OpenAI  # noqa: PLC0415 - as above

    client = OpenAI(base_url=url, api_key=_KEY, max_retries=0)

    def ask() -> None:
        for event in client.images.generate(
            model="gpt-image-1", prompt="an otter", stream=True, partial_images=2
        ):
            base64.b64decode(event.b64_json)

    return ask


def httpx_json(url: str, path: str = "images/generations") -> Callable[[], None]:
    """Ask as one would write it: post, parse, decode."""
    import httpx  # noqa: PLC0415 - as above

    client = httpx.Client(timeout=60)

    def ask() -> None:
        answer = client.post(f"{url}/{path}", content=BODY, headers=_HEADERS).json()
        if "data" in answer:
            base64.b64decode(answer["data"][0]["b64_json"])
        else:
            content = answer["choices"][0]["message"]["content"]
            base64.b64decode(content.partition(";base64,")[2].rstrip(")"))

    return ask


def httpx_lines(url: str) -> Callable[[], None]:
    """Ask for a stream as one would write it: line by line."""
    import httpx  # noqa: PLC0415 - as above

    client = httpx.Client(timeout=60)

    def ask() -> None:
        with client.stream("POST", f"{url}/images/generations", content=BODY, headers=_HEADERS) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    base64.b64decode(json.loads(line[6:])["b64_json"])

    return ask


def warm(function: str, warming: str, url: str) -> Callable[[], None]:
    """Return one of the other contenders, with all that is made once already made."""
    make = globals()[function]
    make(warming)()
    return make(url)


def raw_socket(url: str) -> Callable[[], None]:
    """The floor: a socket, and SIMD base64 over each slice; it knows where the letters stand."""
    connection = _Raw(url)

    def ask() -> None:
        connection.ask()
        for _ in connection.pictures():
            pass

    return ask


def raw_socket_kept(url: str) -> Callable[[], None]:
    """The floor of all that is kept: the answer in a file, and the picture hashed and in another."""
    connection = _Raw(url)
    folder = tempfile.TemporaryDirectory(prefix="nbimagegen-bench-")

    def ask() -> None:
        inbox, final = Path(folder.name, "inbox"), Path(folder.name, "final")
        digest = hashlib.sha256()
        connection.ask()
        with inbox.open("wb") as answer, final.open("wb") as picture:
            for data in connection.pictures(answer):
                digest.update(data)
                picture.write(data)
            os.fsync(picture.fileno())
        final.replace(final.with_name(digest.hexdigest()))
        inbox.unlink()

    return ask


def received(url: str) -> Callable[[], None]:
    """Take in the bytes of an answer, and nothing else."""
    connection = _Raw(url)

    def ask() -> None:
        connection.ask()
        for _ in connection.slices():
            pass

    return ask


class _Raw:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        lines = (f"POST {parts.path}/images/generations HTTP/1.1", "Host: a", f"Content-Length: {len(BODY)}")
        self._request = "\r\n".join([*lines, "", ""]).encode() + BODY
        self._buffer = memoryview(bytearray(_SLICE))

    def ask(self) -> None:
        self._socket.sendall(self._request)

    def slices(self):  # noqa: ANN202 - an iterator of views, good until the next
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._socket.recv(_SLICE)
        head, _, first = head.partition(b"\r\n\r\n")
        left = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]) - len(first)
        yield memoryview(first)
        while left:
            size = self._socket.recv_into(self._buffer)
            left -= size
            yield self._buffer[:size]

    def pictures(self, copy: BinaryIO | None = None):  # noqa: ANN202 - an iterator of bytes
        import pybase64  # noqa: PLC0415 - as above

        held = b""
        is_inside = False
        for each in self.slices():
            if copy is not None:
                copy.write(each)
            data = held + bytes(each)
            while data:
                if not is_inside:
                    start = data.find(b"iVBORw0KGgo")
                    if start < 0:
                        break
                    is_inside, data = True, data[start:]
                quote = min((place for place in (data.find(b'"'), data.find(b")")) if place >= 0), default=-1)
                end = quote if quote >= 0 else len(data) // 4 * 4
                yield pybase64.b64decode(data[:end], validate=True)
                is_inside, data = quote < 0, data[end:]
                if is_inside:
                    break
            held = data
