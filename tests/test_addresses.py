"""The guard on picture URLs: an answer cannot make the kernel open an address inside the user's network.

No test here opens a socket: names are resolved by a list, and a recorder stands where the network begins.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

import httpcore
import pytest
from httpcore._backends.auto import AutoBackend

from nbimagegen.errors import DownloadError
from nbimagegen.transport import addresses, download

HOME = "https://api.test/v1"
PUBLIC, PUBLIC_V6, PRIVATE = "93.184.215.14", "2606:4700:4700::1111", "10.0.0.7"
PICTURE = b"\x89PNG\r\n\x1a\n an otter"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(PICTURE), PICTURE)
MOVED = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Network:
    """What was resolved, dialled, named in TLS and written."""

    answers: list[list[str]] = field(default_factory=list)
    bytes: bytes = ANSWER
    asked: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    written: bytes = b""

    async def resolve(self, host: str, port: int) -> list[str]:
        assert port
        self.asked.append(host)
        return self.answers.pop(0)

    async def fetch(self, url: str, home: str = HOME) -> bytes:
        return await download(url, home, resolver=self.resolve)


class Stream(httpcore.AsyncMockStream):
    """A connection that goes nowhere."""

    def __init__(self, network: Network) -> None:
        super().__init__([network.bytes])
        self._network = network

    async def write(self, buffer, timeout=None) -> None:
        del timeout
        self._network.written += buffer

    async def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        del ssl_context, timeout
        self._network.names.append(server_hostname)
        return self


@pytest.fixture
def network(monkeypatch) -> Network:
    """A network where nothing is real; a name that is looked up past it fails the test."""
    network = Network()

    async def connect(_backend, host, port, **_options):
        network.dialled.append((host, port))
        return Stream(network)

    monkeypatch.setattr(AutoBackend, "connect_tcp", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    return network


OUTSIDE = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2400:cb00::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "3ffe::1",
]
INSIDE = [
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "1fff::1",
    "2001::7f00:1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
NO_ADDRESSES = ["", "files.test", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "1.2.3.4.5", "[::1]"]


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_public_network_may_be_dialled(address):
    assert addresses.is_public(address)


@pytest.mark.parametrize("address", INSIDE + NO_ADDRESSES)
def test_any_other_address_may_not(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *(f"[{each}]" if ":" in each else each for each in INSIDE if "%" not in each),
        "localhost",
        "LOCALHOST",
        "localhost.",
        "otter.localhost",
        "2130706433",
        "127.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "127.0.0.1.",
        "\uff11\uff12\uff17.0.0.1",
    ],
)
async def test_a_private_address_in_the_url_is_refused_without_a_look_up(network, host):
    url = f"http://{host}:8000/otter.png"
    with pytest.raises(DownloadError, match="not on the public network") as caught:
        await network.fetch(url)
    assert caught.value.url == url
    assert (network.asked, network.dialled) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "otter.png",
        "/files/otter.png",
        "//files.test/otter.png",
        "file:///etc/hostname",
        "ftp://files.test/otter.png",
        "data:text/plain,otter",
        "javascript:alert(1)",
        "https://",
        "https:///otter.png",
        "http://[",
        "http://[::1",
        "https://files.test:port/",
        "https://user@files.test/otter.png",
        "https://user:password@files.test/otter.png",
        "https://127.0.0.1\\@files.test/otter.png",
    ],
)
async def test_a_url_that_is_no_plain_http_address_is_refused(network, url):
    with pytest.raises(DownloadError, match=r"no http\(s\) address") as caught:
        await network.fetch(url)
    assert caught.value.url == url
    assert (network.asked, network.dialled) == ([], [])


@pytest.mark.parametrize("url", ["https://files.test/otter\x7f.png", "https://-_\u2603-.test/"])
async def test_a_url_that_the_http_library_refuses_is_a_download_error(network, url):
    network.answers = [[PUBLIC]]
    with pytest.raises(DownloadError) as caught:
        await network.fetch(url)
    assert caught.value.url == url
    assert network.dialled == []


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_V6])
async def test_the_address_that_was_checked_is_the_one_that_is_dialled(network, address):
    network.answers = [[address, "1.1.1.1"], [PRIVATE]]  # a second look-up would be led inside
    assert await network.fetch("https://files.test:8443/otter.png?sig=a%2Fb") == PICTURE
    assert network.asked == ["files.test"]
    assert network.dialled == [(address, 8443)]


async def test_the_host_keeps_its_name_in_tls_and_in_the_request(network):
    network.answers = [[PUBLIC]]
    await network.fetch("https://files.test/otter.png?sig=a%2Fb")
    assert network.names == ["files.test"]
    assert network.written.startswith(b"GET /otter.png?sig=a%2Fb HTTP/1.1\r\n")
    assert b"\r\nhost: files.test\r\n" in network.written.lower()


async def test_a_picture_is_asked_for_without_key_or_cookie(network):
    network.answers = [[PUBLIC]]
    await network.fetch("http://files.test/otter.png")
    names = {line.partition(b":")[0].lower() for line in network.written.split(b"\r\n")[1:]}
    assert names & {b"authorization", b"cookie", b"api-key", b"proxy-authorization"} == set()


@pytest.mark.parametrize(
    "found", [[PRIVATE], [PUBLIC, PRIVATE], [PUBLIC, "::1"], ["169.254.169.254"], ["what"]]
)
async def test_a_name_that_leads_inside_is_not_dialled(network, found):
    network.answers = [found]
    with pytest.raises(DownloadError, match=r"files\.test, which is not on the public network"):
        await network.fetch("https://files.test/otter.png")
    assert network.dialled == []


@pytest.mark.parametrize("problem", [[], OSError("no such name"), UnicodeError("label too long")])
async def test_a_name_without_an_address_is_a_download_error(network, monkeypatch, problem):
    async def resolve(_host, _port):
        if isinstance(problem, Exception):
            raise problem
        return problem

    monkeypatch.setattr(network, "resolve", resolve)
    with pytest.raises(DownloadError, match="has no address"):
        await network.fetch("https://files.test/otter.png")
    assert network.dialled == []


@pytest.mark.parametrize(
    ("home", "url", "place"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/files/otter.png", ("127.0.0.1", 8000)),
        ("http://localhost:8000/v1", "http://LOCALHOST:8000/files/otter.png", ("localhost", 8000)),
        ("http://gateway.lan/v1", "http://gateway.lan:80/otter.png", ("gateway.lan", 80)),
        ("http://[::1]:8000/v1", "http://[::1]:8000/otter.png", ("::1", 8000)),
    ],
)
async def test_the_base_urls_own_origin_may_be_anywhere(network, home, url, place):
    assert await network.fetch(url, home) == PICTURE
    assert network.dialled == [place]
    assert network.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8001/otter.png",
        "https://127.0.0.1:8000/otter.png",
        "http://127.0.0.2:8000/otter.png",
    ],
)
async def test_another_port_scheme_or_host_is_another_origin(network, url):
    with pytest.raises(DownloadError, match="public network"):
        await network.fetch(url, "http://127.0.0.1:8000/v1")
    assert network.dialled == []


async def test_a_redirect_of_a_picture_is_not_followed(network):
    network.answers, network.bytes = [[PUBLIC]], MOVED
    with pytest.raises(DownloadError, match="redirects") as caught:
        await network.fetch("https://files.test/otter.png")
    assert caught.value.status == 302
    assert network.dialled == [(PUBLIC, 443)]


async def test_behind_a_proxy_the_proxy_resolves_and_literal_addresses_are_still_refused(
    network, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    assert await network.fetch("http://files.test/otter.png", "http://api.test/v1") == PICTURE
    assert network.dialled == [("proxy.test", 3128)]
    assert network.asked == []
    assert network.written.startswith(b"GET http://files.test/otter.png HTTP/1.1\r\n")
    with pytest.raises(DownloadError, match="public network"):
        await network.fetch("http://localhost/otter.png", "http://api.test/v1")
    assert len(network.dialled) == 1
