"""How this process reaches the network: the proxy for an address, and whom TLS trusts."""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from nbimagegen.errors import NotSentError

if TYPE_CHECKING:
    from typing import TypeAlias

    Verify: TypeAlias = bool | str | Path | ssl.SSLContext

# To httpx every socks5 proxy resolves the names itself, as the h says.
_SCHEMES = {"http": "http", "https": "https", "socks": "socks5", "socks5": "socks5", "socks5h": "socks5"}


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment (or the system) names for this address.

    Raises:
        NotSentError: It names one that cannot be read.
    """
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return _readable(proxy, parts.scheme)


def _readable(proxy: str, scheme: str) -> str:
    address = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(address)
        kind, host, _ = _SCHEMES[parts.scheme.lower()], parts.hostname, parts.port
    except (KeyError, ValueError):
        host = kind = None
    if not host or not address.isprintable() or " " in address:
        message = (
            f"The proxy in {scheme.upper()}_PROXY or ALL_PROXY cannot be read; "
            "it should be like http://host:8080 or socks5://host:1080."
        )
        raise NotSentError(message)
    return f"{kind}://{address.partition('://')[2]}"


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
            raise NotSentError(message) from None
    return context


@cache
def _trusting_all() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
