"""What an http(s) address names, read once: what is checked is then what is dialled."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpcore
import httpx

PORTS = {"http": 80, "https": 443}
# Stricter than the library, which reads ": 80" and ":+8_0" as a port, too.
_SHAPE = re.compile(r"https?://(\[[^\[\]/?#]+\]|[^\[\]:/?#]+)(:\d{0,5})?([/?#].*)?", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)
_ADDRESS_V6 = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*", re.ASCII)
_MAX_NAME = 253
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Place:
    """Scheme, host, port and path; all in the plain ASCII of the wire, and none of them surprising.

    Args:
        scheme: http or https.
        host: A name in lower case and Punycode, or a literal IP address without brackets.
        port: The port, the scheme's own where the address has none.
        path: Path and query.
    """

    scheme: str
    host: str
    port: int
    path: bytes

    @classmethod
    def of(cls, url: str) -> Place | None:
        """Return what `url` names; None where it is no plain http(s) address."""
        if not _SHAPE.fullmatch(url):
            return None
        try:
            parts = httpx.URL(url)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return None
        port = PORTS[parts.scheme] if parts.port is None else parts.port
        host = parts.raw_host.decode("ascii").lower().removesuffix(".")
        if parts.userinfo or not 0 < port <= _MAX_PORT or not _is_host(host):
            return None
        return cls(parts.scheme, host, port, parts.raw_path)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> httpcore.URL:
        """The same for the HTTP library, part by part, so that nothing is read a second time."""
        port = None if self.port == PORTS[self.scheme] else self.port
        return httpcore.URL(scheme=self.scheme, host=self.host, port=port, target=self.path)


def onward(url: str, location: str) -> str | None:
    """Return where a redirect leads; None where that cannot be read."""
    try:
        return str(httpx.URL(url).join(location))
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return None


def _is_host(host: str) -> bool:
    return len(host) <= _MAX_NAME and bool(_NAME.fullmatch(host) or _ADDRESS_V6.fullmatch(host))
