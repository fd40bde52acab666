"""The guard on picture URLs: an answer cannot make the kernel open an address inside the user's network.

No test here opens a socket: names are resolved by a list, and a recorder stands where the network begins.
"""

from __future__ import annotations

import socket

import pytest

from nbimagegen.errors import DownloadError
from nbimagegen.transport import addresses
from nbimagegen.transport.hosts import is_allowed
from nbimagegen.transport.places import Place
from tests.pretend_network import PICTURE, Network, reply

PUBLIC, PUBLIC_V6, PRIVATE, STAND_IN = "93.184.215.14", "2606:4700:4700::1111", "10.0.0.7", "198.18.0.5"
URL = "https://files.test/otter.png"


@pytest.fixture
async def network(monkeypatch) -> Network:
    """A network where nothing is real; a name or a socket past it fails the test."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was opened"))
    return Network(names={"files.test": [[PUBLIC]]})


# What is the public network.


OUTSIDE = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
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
    "168.63.129.16",
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
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:7f00:1",
    "2606:4700::1%eth0",
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


# What a URL may be.


@pytest.mark.parametrize(
    "host",
    [
        *(f"[{each}]" if ":" in each else each for each in INSIDE if "%" not in each),
        "localhost",
        "LOCALHOST",
        "localhost.",
        "otter.localhost",
        "printer",
        "printer.local",
        "metadata.google.internal",
        "router.home.arpa",
        "2130706433",
        "127.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "files.test.1",
        "files.0x7f",
    ],
)
async def test_a_private_host_in_the_url_is_refused_without_a_look_up(network, host):
    url = f"http://{host}:8000/otter.png"
    with pytest.raises(DownloadError, match="not on the public network") as caught:
        await network.fetch(url)
    assert (caught.value.url, caught.value.retry) == (url, "for_good")
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
        "http://[v1.fe80]/",
        "https://files.test:port/",
        "https://files.test:0/",
        "https://files.test:65536/",
        "https://files.test:-1/",
        "https://user@files.test/otter.png",
        "https://user:password@files.test/otter.png",
        "https://127.0.0.1\\@files.test/otter.png",
        "https://files.test\\.evil.test/otter.png",
        "https://files%2etest/otter.png",
        "https://127%2e0%2e0%2e1/otter.png",
        "https://files.test/otter\x7f.png",
        "https://files.test/\notter.png",
        " https://files.test/otter.png",
        "https://files test/otter.png",
        "https://-_\u2603-.test/",
        "https://.files.test/",
        "https://files..test/",
        "http://0177.0.0.1/",
        "http://127.0.0.256/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "https://" + "a" * 254 + "/",
        "https://files.test/" + "a" * 70_000,
    ],
)
async def test_a_url_that_is_no_plain_http_address_is_refused(network, url):
    with pytest.raises(DownloadError, match=r"no http\(s\) address") as caught:
        await network.fetch(url)
    assert (caught.value.url, caught.value.retry) == (url, "for_good")
    assert (network.asked, network.dialled) == ([], [])


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("HTTPS://Files.Test", ("https", "files.test", 443, b"/")),
        ("http://files.test.:8080/a?b#c", ("http", "files.test", 8080, b"/a?b")),
        ("https://b\u00fccher.test/\u00fc", ("https", "xn--bcher-kva.test", 443, b"/%C3%BC")),
        ("https://[2606:4700::1]:8443/a%2Fb", ("https", "2606:4700::1", 8443, b"/a%2Fb")),
        ("http://127\u30020\u30020\u30021/", ("http", "127.0.0.1", 80, b"/")),
    ],
)
def test_a_url_is_read_once_into_the_plain_words_of_the_wire(url, place):
    assert Place.of(url) == Place(*place)


# Where it is dialled.


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_V6])
async def test_the_address_that_was_checked_is_the_one_that_is_dialled(network, address):
    network.names["files.test"] = [[address, "1.1.1.1"], [PRIVATE]]  # a second look-up would be led inside
    assert await network.fetch("https://files.test:8443/otter.png?sig=a%2Fb") == PICTURE
    assert network.asked == ["files.test"]
    assert network.dialled == [(address, 8443)]


async def test_a_dead_address_makes_way_for_the_next(network):
    network.names["files.test"], network.dead = [[PUBLIC_V6, PUBLIC]], {PUBLIC_V6}
    assert await network.fetch(URL) == PICTURE
    assert network.dialled == [(PUBLIC_V6, 443), (PUBLIC, 443)]


async def test_a_public_literal_is_dialled_without_a_look_up(network):
    assert await network.fetch(f"https://[{PUBLIC_V6}]/otter.png") == PICTURE
    assert (network.asked, network.dialled) == ([], [(PUBLIC_V6, 443)])


async def test_the_host_keeps_its_name_in_tls_and_in_the_request(network):
    await network.fetch(f"{URL}?sig=a%2Fb")
    assert network.certified == ["files.test"]
    assert network.written[0].startswith(b"GET /otter.png?sig=a%2Fb HTTP/1.1\r\n")
    assert b"\r\nhost: files.test\r\n" in network.written[0].lower()


async def test_a_picture_is_asked_for_without_key_cookie_or_referer(network):
    network.pages["files.test/otter.png"] = reply(Set_Cookie="otter=1; Path=/")
    for _ in range(2):
        await network.fetch("http://files.test/otter.png")
    lines = b"".join(network.written).split(b"\r\n")
    names = {line.partition(b":")[0].lower() for line in lines if b":" in line}
    assert names == {b"host", b"accept", b"accept-encoding", b"user-agent"}


@pytest.mark.parametrize(
    "found", [[PRIVATE], [PUBLIC, PRIVATE], [PUBLIC, "::1"], ["169.254.169.254"], ["what"]]
)
async def test_a_name_that_leads_inside_is_not_dialled(network, found):
    network.names["files.test"] = [found]
    with pytest.raises(DownloadError, match=r"files\.test, which is not on the public network") as caught:
        await network.fetch(URL)
    assert 'allow_image_hosts=("files.test",)' in str(caught.value)
    assert caught.value.retry == "for_good"
    assert network.dialled == []


@pytest.mark.parametrize("problem", [[], OSError("no such name"), UnicodeError("label too long")])
async def test_a_name_without_an_address_is_a_download_error(network, monkeypatch, problem):
    async def resolve(_host, _port):
        if isinstance(problem, Exception):
            raise problem
        return problem

    monkeypatch.setattr(network, "resolve", resolve)
    with pytest.raises(DownloadError, match="has no address") as caught:
        await network.fetch(URL)
    assert caught.value.retry == "download"
    assert network.dialled == []


async def test_a_connection_that_was_let_through_is_never_used_by_a_guarded_request(network):
    network.names["files.test"] = [[PRIVATE]]
    url = "http://files.test/otter.png"
    assert await network.fetch(url, allow_hosts=["files.test"]) == PICTURE  # and the connection is kept
    with pytest.raises(DownloadError, match="public network"):
        await network.fetch(url)
    assert network.dialled == [("files.test", 80)]


# The base URL's own origin.


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


# Redirects.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["http://127.0.0.1/", "http://inside.test/", "file:///etc/hostname", "//[::1]/"]
)
async def test_a_redirect_inwards_is_refused(network, status, to):
    network.names["inside.test"] = [[PRIVATE]]
    network.pages["files.test/otter.png"] = reply(status, Location=to)
    with pytest.raises(DownloadError) as caught:
        await network.fetch(URL)
    assert (caught.value.url, caught.value.retry) == (URL, "for_good")
    assert network.dialled == [(PUBLIC, 443)]


async def test_each_hop_is_resolved_and_checked_anew(network):
    network.names["cdn.test"] = [["1.1.1.1"], ["1.0.0.1"]]
    network.pages["files.test/otter.png"] = reply(302, Location="https://cdn.test/a")
    network.pages["cdn.test/a"] = reply(302, Location="/b")
    assert await network.fetch(URL) == PICTURE
    assert network.dialled == [(PUBLIC, 443), ("1.1.1.1", 443), ("1.0.0.1", 443)]


async def test_a_redirect_to_the_base_urls_own_origin_is_followed(network):
    network.pages["files.test/otter.png"] = reply(302, Location="http://127.0.0.1:8000/otter.png")
    assert await network.fetch(URL, "http://127.0.0.1:8000/v1") == PICTURE
    assert network.dialled == [(PUBLIC, 443), ("127.0.0.1", 8000)]


# Proxies, and hosts that the user admits.


@pytest.mark.parametrize(
    ("options", "variables"),
    [
        ({}, {"HTTP_PROXY": "http://proxy.test:3128"}),
        ({"proxy": "http://proxy.test:3128"}, {}),
        ({"proxy": "http://proxy.test:3128"}, {"HTTP_PROXY": "http://other.test:1"}),
    ],
)
async def test_behind_a_proxy_the_proxy_resolves(network, monkeypatch, options, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert await network.fetch("http://files.test/otter.png", "http://api.test/v1", **options) == PICTURE
    assert network.dialled == [("proxy.test", 3128)]
    assert network.asked == []
    assert network.written[0].startswith(b"GET http://files.test/otter.png HTTP/1.1\r\n")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "printer", "2130706433", "[::1]", "a.internal"])
async def test_behind_a_proxy_literal_private_addresses_and_local_names_are_still_refused(network, host):
    with pytest.raises(DownloadError, match="public network"):
        await network.fetch(f"http://{host}/otter.png", proxy="http://proxy.test:3128")
    assert network.dialled == []


async def test_an_empty_proxy_is_none(network, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:3128")
    assert await network.fetch(URL, proxy="") == PICTURE
    assert network.dialled == [(PUBLIC, 443)]


@pytest.mark.parametrize("address", [STAND_IN, "198.19.255.255", "fc00::5", "fdfe:dcba:9876::3"])
async def test_the_answer_of_a_proxy_tool_is_recognised_and_the_way_out_is_named(network, address):
    network.names["files.test"] = [[address]]
    with pytest.raises(DownloadError, match="your proxy tool") as caught:
        await network.fetch(URL)
    assert address in str(caught.value)
    assert 'allow_image_hosts=("files.test",)' in str(caught.value)
    assert network.dialled == []


@pytest.mark.parametrize(
    "entry",
    ["files.test", "FILES.test.", " files.test ", "*.test", "b\u00fccher.test", "10.0.0.7", "::1", "[::1]"],
)
async def test_an_admitted_host_is_dialled_wherever_it_is(network, entry):
    hosts = {"b\u00fccher.test": "b\u00fccher.test", "10.0.0.7": "10.0.0.7", "::1": "[::1]", "[::1]": "[::1]"}
    host = hosts.get(entry, "files.test")
    assert await network.fetch(f"https://{host}/otter.png", allow_hosts=(entry,)) == PICTURE
    assert network.asked == []
    assert len(network.dialled) == 1


@pytest.mark.parametrize(
    ("host", "entry", "is_admitted"),
    [
        ("a.example.com", "*.example.com", True),
        ("a.b.example.com", "*.Example.COM.", True),
        ("xn--bcher-kva.test", "*.test", True),
        ("example.com", "*.example.com", False),
        ("badexample.com", "*.example.com", False),
        ("example.com.evil.test", "example.com", False),
        ("a.example.com", "example.com", False),
        ("a.test", "*", False),
        ("a.test", "*.", False),
        ("a.test", "", False),
        ("a.test", "https://a.test", False),
        ("a.test", "b@a.test", False),
        ("10.0.0.7", "*.0.0.7", False),
        ("10.0.0.7", "10.0.0.8", False),
    ],
)
def test_what_an_entry_admits(host, entry, is_admitted):
    assert is_allowed(host, [entry]) is is_admitted
    assert is_allowed(host, entry) is is_admitted  # a single one, where the brackets were forgotten


async def test_an_admitted_host_does_not_admit_where_it_redirects_to(network):
    network.pages["files.test/otter.png"] = reply(302, Location="http://10.0.0.7/")
    with pytest.raises(DownloadError, match="public network"):
        await network.fetch(URL, allow_hosts=["files.test", "*.0.0.7"])
    assert network.dialled == [("files.test", 443)]
