"""What an edit with a mask did beyond it, and what it would be with the original put back there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from nbimagegen import pixels
from nbimagegen.errors import AnswerError, InputError

if TYPE_CHECKING:
    from pathlib import Path

    from nbimagegen.history.picture import Picture
    from nbimagegen.records import InputRecord


def inputs(picture: Picture) -> dict[str, InputRecord]:
    """Return the original and the mask of an edit, by role; nothing where there was no mask."""
    found = {each.role: each for each in reversed(picture.generation.record.request.inputs)}
    return {role: found[role] for role in ("image", "mask")} if "mask" in found else {}


def changed(picture: Picture) -> float | None:
    """Return how much of what is outside the mask is another picture now; see `Picture.changed_outside`."""
    known = inputs(picture)
    if not known:
        return None
    store = picture.generation.store
    try:
        return _share(store.input_path(known["image"]), store.input_path(known["mask"]), picture.path)
    except (OSError, AnswerError):  # gone from the history, or damaged: nobody can say any more
        return None


# Each time a picture is looked at; and what is under these names never becomes other bytes.
@lru_cache(maxsize=256)
def _share(original: Path, mask: Path, picture: Path) -> float | None:
    return pixels.changed_outside(original.read_bytes(), mask.read_bytes(), picture.read_bytes())


def kept(picture: Picture) -> bytes:
    """Return the picture with its original put back outside the mask, as PNG.

    Raises:
        InputError: It is no edit with a mask, or its original is gone or of another shape.
    """
    known = inputs(picture)
    if not known:
        message = f"The picture {picture.id} was made without a mask, so nothing of it lies outside of one."
        raise InputError(message)
    try:
        return pixels.keep_outside(*_read(picture, known), picture.bytes)
    except (OSError, AnswerError):
        message = f"What {picture.id} was made from can no longer be read from the history."
        raise InputError(message) from None


def _read(picture: Picture, known: dict[str, InputRecord]) -> tuple[bytes, bytes]:
    store = picture.generation.store
    return store.input_path(known["image"]).read_bytes(), store.input_path(known["mask"]).read_bytes()
