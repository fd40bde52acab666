"""What bytes are, by their own first bytes: whatever a header or a name says."""

from __future__ import annotations

import re

_MAGIC = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "gif": re.compile(rb"GIF8[79]a"),
}


def kind_of(data: bytes) -> str | None:
    """Return "png", "jpeg", "webp" or "gif"; None for anything else."""
    return next((kind for kind, magic in _MAGIC.items() if magic.match(data)), None)
