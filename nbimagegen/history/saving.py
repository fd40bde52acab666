"""A picture into a file of the user's choosing: as it came, or converted, with its facts or without."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from nbimagegen import pixels
from nbimagegen.errors import ParameterError
from nbimagegen.history.provenance import leaving

if TYPE_CHECKING:
    from nbimagegen.history.picture import Picture

_ENDINGS = {"jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"}}


def save(picture: Picture, path: str | Path, *, metadata: bool) -> Path:
    """Write a picture to `path`; see `Picture.save`."""
    target = Path(path).expanduser()
    if target.resolve().parent == picture.path.parent.resolve():
        message = f"{str(target)[:200]!r} is where the history keeps pictures as they came; save elsewhere."
        raise ParameterError(message, parameter="path")
    own = _ENDINGS.get(picture.format, {f".{picture.format}"}) | {""}
    converts = target.suffix.lower() not in own
    if converts:
        _convert(picture, target)
    if metadata:
        _write(picture, target, target.read_bytes() if converts else None)
    elif not converts:
        _copy(picture, target)
    return target


def _convert(picture: Picture, target: Path) -> None:
    try:
        pixels.convert(picture.bytes, target)
    except ValueError:
        message = f"No format of pictures ends in {target.suffix!r}; .png, .jpg, .webp, .gif and .tiff do."
        raise ParameterError(message, parameter="path") from None


def _write(picture: Picture, target: Path, data: bytes | None) -> None:
    left = leaving(picture, data)
    target.write_bytes(left.data)
    if left.sidecar is not None:
        target.with_name(target.name + ".json").write_bytes(left.sidecar)


def _copy(picture: Picture, target: Path) -> None:
    if picture.unsaved is not None:
        target.write_bytes(picture.unsaved)
    else:
        shutil.copyfile(picture.path, target)
