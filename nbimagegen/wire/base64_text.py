"""Base64 as gateways write it → bytes: strict, once the harmless liberties are taken back."""

from __future__ import annotations

import base64
import binascii

_LIBERTIES = str.maketrans({"-": "+", "_": "/", "\n": None, "\r": None, " ": None, "\t": None})


def decode(text: str) -> bytes | None:
    """Return the bytes, or None where the text is no base64.

    Line breaks, URL-safe letters and missing padding are allowed; anything else is not.
    """
    plain = text.translate(_LIBERTIES) if any(each in text for each in "-_\n\r \t") else text
    plain = plain.rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def decode_data_uri(uri: str) -> bytes | None:
    """Return the bytes of a `data:…;base64,…` URI, or None where it is none."""
    head, comma, tail = uri.partition(",")
    if not comma or head[:5].lower() != "data:" or not head.lower().endswith(";base64"):
        return None
    return decode(tail)
