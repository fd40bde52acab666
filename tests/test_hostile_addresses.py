"""Thousands of hostile picture addresses through the guard, and not one socket.

Each case is made from a seed: an address, what its names resolve to (each time anew), and where it
redirects. An oracle that shares nothing with the guard's own tables then judges what was dialled.
"""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest

from nbimagegen.errors import DownloadError
from tests.pretend_network import PICTURE, Network, reply
from tests.proof import counted, held

CASES = counted(2_000, 12_000)
HOME = "http://10.1.2.3:8000/v1"
ADMITTED = "admitted.test"
PROXY = ("proxy.test", 3128)

# The oracle: the library's own opinion, and what it does not know on every Python.

NOT_GLOBAL = ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "224.0.0.0/4", "2001::/23", "3fff::/20")


def is_outside(text: str) -> bool:
    ip = ipaddress.ip_address(text)
    if any(
        ip in ipaddress.ip_network(each)
        for each in NOT_GLOBAL
        if ipaddress.ip_network(each).version == ip.version
    ):
        return False
    if ip.version == 4:
        return ip.is_global
    first, tail = ip.exploded[:1], ip.exploded.split(":")[4:6]
    embeds = ip.ipv4_mapped or ip.sixtofour or ip.teredo or tail in (["0000", "5efe"], ["0200", "5efe"])
    return first in "23" and ip.is_global and not embeds and ip.scope_id is None


# The addresses.

NEAR_V4 = """
    0.0.0.0 9.255.255.255 10.0.0.0 10.255.255.255 11.0.0.0 100.63.255.255 100.64.0.0 100.100.100.200
    100.127.255.255 100.128.0.0 126.255.255.255 127.0.0.1 127.255.255.254 128.0.0.1 168.63.129.16
    169.253.255.255 169.254.169.254 169.254.170.2 169.255.0.0 172.15.255.255 172.16.0.1 172.31.255.255
    172.32.0.0 192.0.0.192 192.0.2.1 192.88.99.1 192.167.255.255 192.168.0.1 192.168.255.255 192.169.0.0
    198.17.255.255 198.18.0.1 198.19.255.255 198.20.0.0 198.51.100.7 203.0.113.7 223.255.255.255 224.0.0.1
    239.255.255.255 240.0.0.1 255.255.255.255 1.1.1.1 8.8.8.8 93.184.215.14
"""
PREFIXES_V6 = """
    :: ::ffff: 64:ff9b:: 64:ff9b:1:: 100:: 2001:: 2001:2:: 2001:10:: 2001:20:: 2001:db8:: 2001:4860:4860::
    2002:: 2400:cb00:: 2606:4700:: 2a00:1450:: 3fff:: 3ffe:: 4000:: 5f00:: fc00:: fd00:ec2::
    fdfe:dcba:9876:: fe80:: fec0:: ff02::
"""


def address_v4(dice: Random) -> str:
    anywhere = str(ipaddress.IPv4Address(dice.getrandbits(32)))
    return dice.choice([*NEAR_V4.split(), anywhere, anywhere])


def address_v6(dice: Random) -> str:
    if dice.random() < 0.2:
        return str(ipaddress.IPv6Address(dice.getrandbits(128)))
    inner = address_v4(dice)
    halves = f"{int(ipaddress.ip_address(inner)) >> 16:x}:{int(ipaddress.ip_address(inner)) & 0xFFFF:x}"
    prefix = dice.choice(PREFIXES_V6.split())
    tail = dice.choice([halves, inner, f"5efe:{halves}", f"200:5efe:{halves}", "1", "7f00:1"])
    if prefix == "2002::":
        return f"2002:{halves}::1"
    glue = prefix if prefix.endswith(":") else f"{prefix}:"
    return str(ipaddress.IPv6Address(f"{glue}{tail}"))


def odd_notation(dice: Random, address: str) -> str:
    """Write an IPv4 address as only a resolver, a browser or a proxy would read it."""
    number = int(ipaddress.ip_address(address))
    parts = [int(each) for each in address.split(".")]
    return dice.choice(
        [
            str(number),
            hex(number),
            f"0{number:o}",
            f"0x{number:08X}",
            ".".join(hex(each) for each in parts),
            ".".join(f"0{each:o}" for each in parts),
            ".".join(f"{each:03}" for each in parts) + ".",
            f"{parts[0]}.{number & 0xFFFFFF}",
            f"{parts[0]}.{parts[1]}.{number & 0xFFFF}",
            f"{parts[0]}.0x{number & 0xFFFFFF:x}",
            f"{address}.1",
            "".join(chr(0xFF10 + int(each)) if each.isdigit() else each for each in address),
            "".join(chr(0x2460 + int(each) - 1) if each in "123456789" else each for each in address),
            address.replace(".", "%2e"),
            "".join(f"%{ord(each):02x}" for each in address),
            f"[::ffff:{address}]",
            f"[0:0:0:0:0:ffff:{address}]",
            f"[::{address}]",
            f"[64:ff9b::{address}]",
            f"[{address}]",
        ]
    )


LOCAL = """
    localhost LOCALHOST. a.localhost printer metadata.google.internal nas.lan x.local router.home.arpa
    [::1] [::] [fe80::1%25eth0] [2606:4700::1%25lo] [v1.1] 0 127.1 0x7f.1
"""


def local_name(dice: Random) -> str:
    return dice.choice(
        [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer",
            "metadata.google.internal",
            "nas.lan",
            "x.local",
        ]
    )


# The cases.


@dataclass
class Case:
    """One address, its names, its redirects, and whether the picture must come."""

    url: str
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    proxied: bool = False
    must_come: bool | None = None  # None: the oracle alone judges


def named(dice: Random, number: int) -> Case:
    """Return a name that resolves anyhow, and elsewhere the next time."""
    make = dice.choice([address_v4, address_v6])
    found = [make(dice) for _ in range(dice.choice([0, 1, 1, 1, 2, 3]))]
    host = dice.choice(
        [f"a{number}.test", f"xn--bcher-kva{number}.test", f"_a.{number}b.test", f"A{number}.Test."]
    )
    plain = host.lower().removesuffix(".")
    again = [[dice.choice(["127.0.0.1", "169.254.169.254", "::1"])]]
    scheme, port = dice.choice([("http", ""), ("https", ""), ("https", ":8443"), ("http", ":1")])
    must_come = bool(found) and all(is_outside(each) for each in found)
    return Case(f"{scheme}://{host}{port}/otter.png", {plain: [found, *again]}, must_come=must_come)


def literal_v4(dice: Random, number: int) -> Case:
    del number
    address = address_v4(dice)
    return Case(f"http://{address}/otter.png", must_come=is_outside(address))


def literal_v6(dice: Random, number: int) -> Case:
    del number
    address = address_v6(dice)
    return Case(f"https://[{address}]/otter.png", must_come=is_outside(address))


def odd(dice: Random, number: int) -> Case:
    """Return an address in disguise; one that is public underneath may come or not."""
    del number
    address = address_v4(dice)
    url = f"http://{odd_notation(dice, address)}{dice.choice(['', ':80', ':8000'])}/otter.png"
    return Case(url, proxied=dice.random() < 0.5, must_come=None if is_outside(address) else False)


def local(dice: Random, number: int) -> Case:
    del number
    return Case(f"http://{local_name(dice)}/", proxied=dice.random() < 0.5, must_come=False)


def no_url(dice: Random, number: int) -> Case:
    """Return what is no plain http(s) address, though some reader takes it for one."""
    host = f"n{number}.test"
    inner = dice.choice(["127.0.0.1", "169.254.169.254", "[::1]"])
    url = dice.choice(
        [
            f"file://{inner}/etc/hostname",
            f"gopher://{inner}:6379/_INFO",
            f"ftp://{host}/",
            f"//{host}/",
            f"http:{host}",
            f"http:///{inner}/",
            f"http:/{inner}/",
            f"http://{host}@{inner}/",
            f"http://{inner}@{host}/",
            f"http://{inner}:80@{host}/",
            f"http://{inner}\\@{host}/",
            f"http://{host}\\@{inner}/",
            f"http://{inner}#@{host}\\/",
            f"http://{host}:0/",
            f"http://{host}:65616/",
            f"http://{host}:80:80/",
            f"http://{host}:+80/",
            f"http://{host}:8_0/",
            f"http://{host}:\uff18\uff10/",
            f"http://{host}: 80/",
            f"http://{host}\t.evil.test/",
            f"ht\ntp://{inner}/",
            f"http://{host}\r\nHost: {inner}/",
            f"\x00http://{inner}/",
            f" http://{inner}/",
            f"http://[{host}]/",
            f"http://[::1/{host}",
            f"http://{host}%00.evil.test/",
            f"http://{host}%23@{inner}/",
            f"http://{host} .evil.test/",
            "jar:http://127.0.0.1!/",
            "data:image/png;base64,iVBORw0KGgo=",
            "",
        ]
    )
    return Case(url, {host: [["1.1.1.1"]]}, proxied=dice.random() < 0.3, must_come=False)


def proxied(dice: Random, number: int) -> Case:
    case = dice.choice([named, literal_v4, literal_v6])(dice, number)
    must_come = True if "test" in case.url.lower() else case.must_come
    return Case(case.url.replace("https:", "http:"), case.names, proxied=True, must_come=must_come)


def at_home(dice: Random, number: int) -> Case:
    del number
    hosts = [("10.1.2.3:8000", True), ("10.1.2.3:8001", False), ("10.1.2.3", False), ("10.1.2.4:8000", False)]
    host, must_come = dice.choice(hosts)
    return Case(f"http://{host}/otter.png", must_come=must_come)


def admitted(dice: Random, number: int) -> Case:
    host = dice.choice([ADMITTED, f"Any{number}.Admitted.TEST.", f"not{ADMITTED}", f"{ADMITTED}.evil.test"])
    plain = host.lower().removesuffix(".")
    return Case(
        f"http://{host}/",
        {plain: [["10.0.0.9"]]},
        must_come=plain.endswith((f".{ADMITTED}",)) or plain == ADMITTED,
    )


def redirected(dice: Random, number: int) -> Case:
    """Return a chain of addresses, each of which is good or bad for itself."""
    first = f"first{number}.test"
    case = Case(f"http://{first}/0", {first: [["1.1.1.1"], ["127.0.0.1"]]}, must_come=True)
    at = f"{first}/0"
    for _ in range(dice.randint(1, 5)):
        onward = dice.choice([named, named, literal_v4, literal_v6, odd, no_url, at_home, admitted, local])
        to = onward(dice, number)
        location = to.url.replace("\r", "").replace("\n", "").replace("\x00", "")
        case.pages[at] = reply(dice.choice([301, 302, 303, 307, 308]), b"", Location=location)
        case.names = {**to.names, **case.names}
        case.must_come = None
        at = location.partition("://")[2].lower()
    return case


MAKERS = [
    named,
    named,
    literal_v4,
    literal_v6,
    odd,
    odd,
    local,
    no_url,
    proxied,
    at_home,
    admitted,
    redirected,
    redirected,
]


def cases():
    dice = Random(20_251_121)  # noqa: S311 - the same cases each time
    return [(maker, maker(dice, number)) for number in range(CASES) for maker in [dice.choice(MAKERS)]]


# The proof.


@pytest.fixture
async def no_sockets(monkeypatch) -> None:
    def refuse(*_, **__):
        pytest.fail("a socket was opened, or a name looked up")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


async def outcome(network: Network, case: Case) -> bytes | DownloadError:
    proxy = f"http://{PROXY[0]}:{PROXY[1]}" if case.proxied else ""
    try:
        return await network.fetch(case.url, HOME, proxy=proxy, allow_hosts=(ADMITTED, f"*.{ADMITTED}"))
    except DownloadError as error:
        return error


def is_right_to_dial(case: Case, host: str, port: int) -> bool:
    if case.proxied:
        return (host, port) == PROXY
    if (host, port) == ("10.1.2.3", 8000) or host == ADMITTED or host.endswith(f".{ADMITTED}"):
        return True
    try:
        return is_outside(host)
    except ValueError:  # a name: it would be resolved once more, out of sight
        return False


@pytest.mark.proof
@pytest.mark.usefixtures("no_sockets")
async def test_no_hostile_address_is_dialled_and_no_honest_one_is_refused():
    network, seen = Network(), Counter[str]()
    for maker, case in cases():
        network.names, network.dialled = {**case.names}, []
        network.pages.clear()
        network.pages.update(case.pages)
        got = await outcome(network, case)
        wrong = [each for each in network.dialled if not is_right_to_dial(case, *each)]
        assert not wrong, (case, wrong)
        if isinstance(got, DownloadError):
            assert (got.url, bool(str(got))) == (case.url, True), case
            assert not case.must_come, (case, got)
        else:
            assert got == PICTURE
            assert case.must_come is not False, case
        seen[f"{maker.__name__}: {'fetched' if got == PICTURE else 'refused'}"] += 1
        held("hostile and honest addresses without a socket", "judged wrongly")
    assert sum(seen.values()) == CASES
    assert {name for name in seen if name.endswith("fetched")} >= {
        f"{each.__name__}: fetched" for each in MAKERS if each not in {odd, local, no_url}
    }
