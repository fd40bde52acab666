"""Fields and files → the pieces of a form (`multipart/form-data`, RFC 7578). Knows nothing of images' APIs.

Files are left as places in the body: whoever sends it fills them from disk.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbimagegen.wire.messages import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbimagegen.records import InputRecord

# As browsers write names: nothing in them can end the header that holds them.
_ESCAPED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
_EXTENSIONS = {"jpeg": "jpg"}


def form(
    fields: Mapping[str, Any], files: Sequence[tuple[str, InputRecord]], boundary: str
) -> tuple[bytes | Upload, ...]:
    """Return the pieces of a form: the fields as text, then the files, each under its name.

    Args:
        fields: By name; None is left out, objects and lists go as JSON.
        files: A field's name and the file, in order; a name may come again.
        boundary: What parts them; it must occur in none of them.
    """
    return tuple(_joined(_pieces(fields, files, boundary)))


def media_type(file: InputRecord) -> str:
    """Return what a file is, as a header says it."""
    return f"image/{file.format}"


def _pieces(
    fields: Mapping[str, Any], files: Sequence[tuple[str, InputRecord]], boundary: str
) -> Iterator[bytes | Upload]:
    for name, value in fields.items():
        if value is not None:
            yield f"{_opening(boundary, name)}\r\n\r\n{_text(value)}\r\n".encode()
    for place, (name, file) in enumerate(files, start=1):
        shown = _file_name(name, place, file)
        yield f'{_opening(boundary, name)}; filename="{shown}"\r\n'.encode()
        yield f"Content-Type: {media_type(file)}\r\n\r\n".encode()
        yield Upload(file)
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _opening(boundary: str, name: str) -> str:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_ESCAPED)}"'


def _file_name(name: str, place: int, file: InputRecord) -> str:
    """Return a name whose ending tells the file's type: some gateways read the type from it alone."""
    return f"{'mask' if name == 'mask' else f'image-{place}'}.{_EXTENSIONS.get(file.format, file.format)}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _joined(pieces: Iterator[bytes | Upload]) -> Iterator[bytes | Upload]:
    """Join neighbouring bytes."""
    text = b""
    for each in pieces:
        if isinstance(each, bytes):
            text += each
        else:
            yield text
            yield each
            text = b""
    yield text
