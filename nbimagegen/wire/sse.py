"""Server-sent events → the JSON that they carry. Comments and pings say nothing and are passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DONE = "[DONE]"


def payloads(text: str) -> Iterator[str]:
    """Yield the data of each event; a last event without its blank line counts too."""
    data: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []
    if data:
        yield "\n".join(data)


def looks_like(start: bytes) -> bool:
    """Return whether a body that begins so is an event stream."""
    return start.lstrip(b"\xef\xbb\xbf\r\n ").startswith((b"data:", b"event:", b"id:", b"retry:", b":"))
