"""A base URL as people paste it → the one that requests are built on."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from nbimagegen.errors import AddressError

_OPERATION = re.compile(r"/(images/(generations|edits|variations)|chat/completions|models)/*$", re.IGNORECASE)
_VERSION = re.compile(r"v\d", re.IGNORECASE)


def normalise(address: str) -> str:
    """Return `address` without a pasted operation path, with `/v1` where it has no version.

    Raises:
        AddressError: It is no http(s) address, or holds a user name, a password or a query.
    """
    parts = _split(address.strip())
    path = _OPERATION.sub("", parts.path.rstrip("/")).rstrip("/")
    if not any(_VERSION.match(segment) for segment in path.split("/")):
        path += "/v1"
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, "", ""))


def _split(address: str):  # noqa: ANN202 - SplitResult, whose generic form needs no name here
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    if parts.scheme.lower() not in {"http", "https"} or not host:
        message = "The base URL must be an address like https://host/v1, with http:// or https://."
        raise AddressError(message)
    if parts.username is not None or parts.query:
        message = "The base URL must hold no user, password or query; give the key as api_key=."
        raise AddressError(message)
    if any(ord(each) <= ord(" ") or each == "\x7f" for each in address):
        message = "The base URL holds a space or a control character; paste it again."
        raise AddressError(message)
    return parts
