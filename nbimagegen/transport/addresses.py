"""Which IP addresses are on the public network: the table behind the guard. Pure: it resolves nothing."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registry, but for what is globally reachable, and one more.
# https://www.iana.org/assignments/iana-ipv4-special-registry
_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # in no registry: inside Azure it is the platform's own
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
# All else is refused unseen: IPv4-mapped, NAT64 (64:ff9b::/96), local, multicast, segment routing.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
# Teredo and ORCHID, documentation, 6to4, documentation: inside 2000::/3 and yet not the public network,
# or an IPv4 address in disguise. https://www.iana.org/assignments/iana-ipv6-special-registry
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# The upper half of an ISATAP interface's id, before the IPv4 address (RFC 5214, 6.1).
_ISATAP = {0x0000_5EFE, 0x0200_5EFE}
# What proxy tools (Clash, Surge, sing-box) answer for every name, to see the connection later.
_STAND_INS = tuple(
    ipaddress.ip_network(each) for each in ("198.18.0.0/15", "fc00::/18", "fdfe:dcba:9876::/48")
)


def literal(host: str) -> IPAddress | None:
    """Return the IP address that a host is, in its usual notation; None for a name or an odd notation."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_number(host: str) -> bool:
    """Return whether a host ends in a number, which makes it no name (2130706433, 0x7f.1, 127.1)."""
    last = host.rpartition(".")[2].lower()
    return last.isdigit() or last.startswith("0x")


def is_public(address: str) -> bool:
    """Return whether this literal IP address is one on the public network."""
    ip = literal(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in each for each in _REFUSED_V4)
    return ip is not None and _is_public_v6(ip)


def is_stand_in(address: str) -> bool:
    """Return whether this looks like the answer of a proxy tool that stands between names and addresses."""
    ip = literal(address)
    return ip is not None and any(ip in each for each in _STAND_INS if each.version == ip.version)


def _is_public_v6(ip: ipaddress.IPv6Address) -> bool:
    if ip.scope_id is not None or int(ip) >> 32 & 0xFFFF_FFFF in _ISATAP:
        return False
    return ip in _GLOBAL_V6 and not any(ip in each for each in _REFUSED_V6)
