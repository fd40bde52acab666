"""How this process reaches the network: the proxy for an address, and whom TLS trusts."""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from nbimagegen.errors import NotSentError

if TYPE_CHECKING:
    from typing import TypeAlias

    Verify: TypeAlias = bool | str | Path | ssl.SSLContext

_MAX_PORT = 65_535
# To httpcore every socks5 proxy resolves the names itself, as the h says.
_SCHEMES = {"http": "http", "https": "https", "socks": "socks5", "socks5": "socks5", "socks5h": "socks5"}


def proxy_for(url: str, given: str | None = None) -> str | None:
    """Return the proxy for this address: the one given, else what the environment or the system names.

    Args:
        url: The address to reach.
        given: `http://host:8080`, `http://user:password@host:8080`, `socks5://host:1080`;
            empty for none at all; None for the environment's.

    Raises:
        NotSentError: It cannot be read.
    """
    if given is not None:
        return _readable(given, "in proxy=") if given else None
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return _readable(proxy, f"in {parts.scheme.upper()}_PROXY or ALL_PROXY")


def _readable(proxy: str, where: str) -> str:
    scheme, is_url, rest = proxy.rpartition("://")
    address = f"{_SCHEMES.get(scheme.lower(), '')}://{rest}" if is_url else f"http://{proxy}"
    if not _is_proxy(address):
        # It may hold a password, so it is not shown.
        message = (
            f"The proxy {where} cannot be read; it should be like http://host:8080 or socks5://host:1080."
        )
        raise NotSentError(message, retry="for_good")
    return address


def _is_proxy(address: str) -> bool:
    try:
        url = httpx.Proxy(address).url
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return False
    return bool(url.host) and address.isprintable() and " " not in address and (url.port or 1) <= _MAX_PORT


def trust(verify: Verify = True) -> ssl.SSLContext:  # noqa: FBT002 - httpx's own name and meaning
    """Return whom TLS trusts: the operating system's store, then the usual variables, then `verify`."""
    if isinstance(verify, ssl.SSLContext):
        return verify
    if verify is False:
        return _trusting_all()
    bundles = tuple(os.environ.get(each, "") for each in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"))
    own = "" if verify is True else str(verify)
    return _trusting(*bundles, own)


@cache
def _trusting(*bundles: str) -> ssl.SSLContext:
    import truststore  # noqa: PLC0415 - only needed once something is sent

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for each in filter(None, bundles):
        place = {"capath" if Path(each).is_dir() else "cafile": each}
        try:
            context.load_verify_locations(**place)
        except (OSError, ssl.SSLError):
            message = (
                f"The certificates in {each} cannot be read; "
                "check SSL_CERT_FILE, REQUESTS_CA_BUNDLE or verify=."
            )
            raise NotSentError(message, retry="for_good") from None
    return context


@cache
def _trusting_all() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
