"""A picture's file → the settings that it was made with, as far as it tells them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import InputError
from nbimagegen.history import told
from nbimagegen.pixels import provenance

if TYPE_CHECKING:
    from nbimagegen.history.settings import Settings

MAX_BYTES = 256 * 2**20  # of a picture's file
_MAX_BESIDE = 64 * 2**20  # of the file beside it
_LOOKED_FOR = "nbimagegen's own, AUTOMATIC1111's and InvokeAI's"


def from_image(source: str | Path | bytes) -> Settings:
    """Return prompt and settings that a picture's file tells: one that left here, or other software's.

    Args:
        source: A path, or the file's bytes. Beside a path, `otter.png.json` is looked at too.

    Raises:
        InputError: The file cannot be read, or tells nothing.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return settings_of(bytes(source))
    path = _path(source)
    data = _read(path, MAX_BYTES)
    inside = told.found(provenance.read(data))
    settings = inside or _beside(path)
    if settings is None:
        raise InputError(_nothing(f"{path.name!r} tells", f"in it and in {path.name + '.json'!r} beside it"))
    return settings


def settings_of(data: bytes) -> Settings:
    """Return prompt and settings that the bytes of a picture's file tell.

    Raises:
        InputError: They are too many, or tell nothing.
    """
    if len(data) > MAX_BYTES:
        raise InputError(_too_large("The picture", len(data)))
    settings = told.found(provenance.read(data))
    if settings is None:
        raise InputError(_nothing("This picture tells", "in it"))
    return settings


def _beside(path: Path) -> Settings | None:
    beside = path.with_name(path.name + ".json")
    if not beside.is_file():
        return None
    text = _read(beside, _MAX_BESIDE).decode("utf-8", "replace")
    return told.found({provenance.OWN: text})


def _path(source: Any) -> Path:
    if not isinstance(source, str | Path):
        message = (
            f"A {type(source).__name__} holds no settings; give the path or the bytes of a picture's file."
        )
        raise InputError(message)
    return Path(source).expanduser()


def _read(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= most else None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it is no path"
        message = f"The picture {str(path)[:200]!r} cannot be read: {reason}."
        raise InputError(message) from None
    if data is None:
        raise InputError(_too_large(f"The file {str(path)[:200]!r}", size))
    return data


def _too_large(what: str, size: int) -> str:
    return f"{what} has {size / 2**20:.0f} MiB; up to {MAX_BYTES // 2**20} are read."


def _nothing(what: str, where: str) -> str:
    return (
        f"{what} no prompt: {_LOOKED_FOR} texts were looked for {where}; "
        "a copy that went through a chat or a web page has lost them."
    )
