"""Whether a picture's bytes go on to its end, by its own format; its pixels are not looked at.

For answers that broke off: what comes behind the end does no harm.
"""

from __future__ import annotations

import struct

from nbimagegen.pixels import gif, jpeg, png, webp

_FORMATS = (png, jpeg, webp, gif)


def is_whole(data: bytes) -> bool:
    """Return whether a picture is there from its first byte to its last; False for what is no picture."""
    found = next((each for each in _FORMATS if data.startswith(each.SIGNATURE)), None)
    try:
        return found is not None and found.end(data) <= len(data)
    except (ValueError, IndexError, struct.error):  # it ends where its own numbers say that it goes on
        return False
