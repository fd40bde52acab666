"""A network that is none: names are resolved by a list, and a recorder stands where the network begins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import httpcore

from nbimagegen.transport import download

PICTURE = b"\x89PNG\r\n\x1a\n an otter"


def reply(status: int = 200, body: bytes = PICTURE, **headers: str) -> bytes:
    """Return an answer as it stands on the wire."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {status} .", *lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode("latin-1", "replace") + body


@dataclass(eq=False)
class Network(httpcore.AsyncNetworkBackend):
    """What was asked, dialled, named in TLS and written; and what is answered.

    Attributes:
        names: Host → its addresses, one list for each look-up; the last one stays.
        pages: Host header and path → the answer; without one, the picture.
        dead: Addresses where nobody answers.
    """

    names: dict[str, list[list[str]]] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=lambda: defaultdict(reply))
    dead: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    certified: list[str | None] = field(default_factory=list)
    written: list[bytes] = field(default_factory=list)

    async def resolve(self, host: str, port: int) -> list[str]:
        assert port
        self.asked.append(host)
        found = self.names.get(host, [[]])
        return found.pop(0) if len(found) > 1 else found[0]

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        del timeout, local_address, socket_options
        self.dialled.append((host, port))
        if host in self.dead:
            raise httpcore.ConnectError(host)
        return Stream(self)

    async def fetch(self, url: str, home: str = "https://api.test/v1", **options) -> bytes:
        """Download a picture over this network."""
        slices: list[bytes] = []
        await download(url, home, slices.append, resolver=self.resolve, dialer=self, **options)
        return b"".join(slices)


class Stream(httpcore.AsyncNetworkStream):
    """A connection that goes nowhere."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._coming = b""

    async def read(self, max_bytes, timeout=None) -> bytes:
        del timeout
        data, self._coming = self._coming[:max_bytes], self._coming[max_bytes:]
        return data

    async def write(self, buffer, timeout=None) -> None:
        del timeout
        self._network.written.append(bytes(buffer))
        head = bytes(buffer).decode("latin-1")
        if head.startswith("CONNECT "):
            self._coming = b"HTTP/1.1 200 .\r\n\r\n"
        elif head.startswith("GET "):
            self._coming = self._network.pages[address(head)]

    async def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        del ssl_context, timeout
        self._network.certified.append(server_hostname)
        return self

    async def aclose(self) -> None:
        self._coming = b""


def address(head: str) -> str:
    """Return what a request asks for: the Host header, and the path."""
    lines = head.split("\r\n")
    host = next(line[6:] for line in lines if line.lower().startswith("host: "))
    path = lines[0].split(" ")[1]
    return host + path.removeprefix(f"http://{host}")
