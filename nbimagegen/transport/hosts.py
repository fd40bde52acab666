"""Which hosts a picture may be fetched from, by their names: the first half of the guard.

What a name leads to is checked where it is dialled; see `dialing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.errors import DownloadError
from nbimagegen.transport.addresses import is_number, is_public, literal
from nbimagegen.transport.places import Place

if TYPE_CHECKING:
    from collections.abc import Collection

# Names that only lead inside. A proxy resolves them out of our sight, so they are refused by name.
_LOCAL = {
    *("corp", "home", "home.arpa", "internal", "intranet", "invalid"),
    *("lan", "local", "localdomain", "localhost", "onion", "private"),
}


def admit(url: str, home: str, allow_hosts: Collection[str] = ()) -> tuple[Place, bool]:
    """Return where to fetch a picture, and whether that host may be anywhere.

    Args:
        url: Where the answer says the picture is.
        home: The base URL; its own origin may serve pictures wherever it is.
        allow_hosts: Hosts that the user admitted: `cdn.example.com`, `*.example.com`.

    Raises:
        DownloadError: It is no http(s) address, or names something inside outright.
    """
    place = Place.of(url)
    if place is None:
        message = "The gateway's picture address is no http(s) address, so it was not opened."
        raise DownloadError(message, retry="for_good")
    own = Place.of(home)
    if (own and own.origin == place.origin) or is_allowed(place.host, allow_hosts):
        return place, True
    if _is_inside(place.host):
        message = (
            f"The gateway's picture address points at {place.host}, which is not on the public network, "
            "so it was not opened; the picture's URL is kept."
        )
        raise DownloadError(message, retry="for_good")
    return place, False


def is_allowed(host: str, allow_hosts: Collection[str]) -> bool:
    """Return whether the user admitted this host, by name or by a pattern such as `*.example.com`."""
    entries = [allow_hosts] if isinstance(allow_hosts, str) else allow_hosts
    return any(_matches(host, each.strip()) for each in entries)


def _matches(host: str, entry: str) -> bool:
    named = _plain(entry.removeprefix("*."))
    if entry.startswith("*."):
        return bool(named) and literal(host) is None and host.endswith(f".{named}")
    return host == named


def _plain(name: str) -> str:
    """Return a host as `Place` writes it; empty where it is none."""
    bracketed = f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name
    place = Place.of(f"http://{bracketed}/")
    return place.host if place else ""


def _is_inside(host: str) -> bool:
    if literal(host) is not None or is_number(host):
        return not is_public(host)
    labels = host.split(".")
    return len(labels) == 1 or labels[-1] in _LOCAL or ".".join(labels[-2:]) in _LOCAL
