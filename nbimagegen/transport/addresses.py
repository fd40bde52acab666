"""Which addresses a picture may be fetched from: the guard against answers that point inwards."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from nbimagegen.errors import DownloadError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registry, but for what is globally reachable.
_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
# Teredo, 6to4, documentation, benchmarking, ORCHID: inside 2000::/3 and yet not the public network,
# or an IPv4 address in disguise.
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


def is_public(address: str) -> bool:
    """Return whether this literal IP address is one on the public network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in each for each in _REFUSED_V4)
    return ip in _GLOBAL_V6 and not any(ip in each for each in _REFUSED_V6)


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or {"https": 443}.get(scheme, 80)


async def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def check_url(url: str, home: str) -> None:
    """Refuse what is no http(s) address, or names a private one outright.

    Args:
        url: Where the answer says the picture is.
        home: The base URL; its own origin may serve pictures wherever it is.

    Raises:
        DownloadError: The address is refused.
    """
    try:
        scheme, host, _ = origin(url)
        user = urlsplit(url).username
    except ValueError:
        scheme, host, user = "", "", None
    if scheme not in {"http", "https"} or not host or user is not None:
        message = "The gateway's picture address is no http(s) address, so it was not opened."
        raise DownloadError(message, url=url)
    if origin(url) != origin(home) and _is_literal(host) and not is_public(host):
        raise refused(url, host)


async def dial(url: str, home: str, resolver: Resolver = resolve) -> str | None:
    """Return the IP address to connect to, checked; None where the host may be dialled by its name.

    Raises:
        DownloadError: The host has no address, or one that is not on the public network.
    """
    if origin(url) == origin(home):
        return None
    _, host, port = origin(url)
    try:
        found = await resolver(host, port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        message = f"The picture's host {host} has no address; the picture's URL is kept."
        raise DownloadError(message, url=url)
    if not all(is_public(each) for each in found):
        raise refused(url, host)
    return found[0]


def refused(url: str, host: str) -> DownloadError:
    """Return the error for a host that is not on the public network."""
    message = (
        f"The gateway's picture address points at {host}, which is not on the public network, so it was not "
        "opened; the picture's URL is kept."
    )
    return DownloadError(message, url=url)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # Numbers that the system's resolver reads as an address: 2130706433, 0x7f.1, 127.1.
        is_local = host.rstrip(".").rpartition(".")[2] == "localhost"
        return is_local or host.replace(".", "").isdigit() or host[:2] == "0x" or ".0x" in host
    return True
