"""A message's body with the files in it, read as they are sent."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from nbimagegen import wire
from nbimagegen.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from nbimagegen.store import Store
    from nbimagegen.transport import Body

_SLICE_BYTES = 3 * 2**16  # a multiple of three, so that slices of base64 need no padding between them


def body(message: wire.Message, store: Store) -> Body:
    """Return the body: the bytes where it holds no file, else what reads the files anew at each call."""
    if any(isinstance(each, wire.Upload) for each in message.body):
        return lambda: _parts(message, store)
    return b"".join(each for each in message.body if isinstance(each, bytes))


async def _parts(message: wire.Message, store: Store) -> AsyncIterator[bytes]:
    for each in message.body:
        for piece in [each] if isinstance(each, bytes) else _slices(each, store):
            yield piece


def _slices(upload: wire.Upload, store: Store) -> Iterator[bytes]:
    try:
        with store.input_path(upload.input).open("rb") as file:
            while data := file.read(_SLICE_BYTES):
                yield base64.b64encode(data) if upload.as_base64 else data
    except OSError as problem:
        message = f"A picture that was to be sent cannot be read from the history: {problem.strerror}."
        raise StoreError(message) from None
