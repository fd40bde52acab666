"""The pictures and the mask that a call starts from → what is kept and sent."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen.errors import AnswerError, InputError
from nbimagegen.lazily import rooms
from nbimagegen.records import InputRecord, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen import catalog, history, pixels
    from nbimagegen.catalog import Gateway
    from nbimagegen.history import Picture, Reference
    from nbimagegen.history import picture as pictures
    from nbimagegen.pixels import Input
    from nbimagegen.session.call import Call
    from nbimagegen.store import Store, shelf

    Fetch: TypeAlias = Callable[[str], bytes]
    Prepared: TypeAlias = tuple[InputRecord, bytes]
else:
    catalog, history, pictures, pixels, shelf = rooms(
        "catalog", "history", "history.picture", "pixels", "store.shelf"
    )

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNREADABLE = (
    "The picture cannot be read: it is damaged, or no PNG, JPEG, WebP or GIF of at most {:,} pixels."
)
MAX_BYTES = 50 * 2**20  # of one picture, by OpenAI's API reference


def prepare(call: Call, gateway: Gateway, model: str, fetch: Fetch, store: Store) -> list[Prepared]:
    """Return the picture, the references and the mask of a call, in this order, with their bytes.

    Args:
        call: What is asked for.
        gateway: Where it goes.
        model: The model that is to start from them.
        fetch: An address that the user gave → the bytes there.
        store: Where what was sent before is kept.

    Raises:
        InputError: One is missing, cannot be read, or is more than the model takes.
    """
    _check_kinds(call)
    if call.operation == "generate":
        return _none(call)
    if call.image is None:
        message = f"To {call.operation} takes a picture: a path, a URL, bytes, PIL, NumPy or a Picture."
        raise InputError(message, parameter="image")
    catalog.check.inputs(gateway, model, 1 + len(call.references), mask=call.mask is not None)
    image = _picture(call.image, "image", fetch, store)
    found = [image, *(_picture(each, "reference", fetch, store) for each in call.references)]
    if call.mask is not None:
        found.append(_mask(call.mask, image[0], fetch))
    return found


def brought(source: Any, fetch: Fetch, store: Store) -> Prepared:
    """Return a picture that is to be kept, and started from later; as it is shown, where a camera turned it.

    Raises:
        InputError: It is no picture, or too large.
    """
    loaded = _loaded(source, fetch)
    if isinstance(loaded, bytes):
        try:
            loaded = pixels.upright(loaded)
        except AnswerError:
            raise InputError(_UNREADABLE.format(pixels.MAX_PIXELS)) from None
    return _picture(loaded, "reference", fetch, store)


def _check_kinds(call: Call) -> None:
    if not isinstance(call.references, list | tuple):
        message = f"references is a list of pictures; a {type(call.references).__name__} was given."
        raise InputError(message, parameter="references")
    if call.operation == "vary" and (call.mask is not None or call.references):
        message = "A variation starts from one picture alone; with a mask or references use edit()."
        raise InputError(message, parameter="image")


def _none(call: Call) -> list[Prepared]:
    if call.image is not None or call.mask is not None or len(call.references):
        message = 'generate starts from words alone; to start from a picture use edit(), or operation="edit".'
        raise InputError(message, parameter="image")
    return []


def _picture(source: Any, role: Role, fetch: Fetch, store: Store) -> Prepared:
    if isinstance(source, history.Reference):
        return replace(source.record, role=role), _read_again(source)
    loaded = _loaded(source, fetch)
    found = pixels.picture(loaded)
    found = replace(found, sha256=_kept_as(source, found, store) or found.sha256)
    return _record(
        found, role, source.id if isinstance(source, history.Picture) else _parent(loaded, found, store)
    )


def _parent(loaded: Any, found: Input, store: Store) -> str:
    """Return the id of the picture of this history that this is or was made from, as far as that shows."""
    known = [found.sha256, getattr(loaded, "info", {}).get(pictures.PICTURE, "")]
    if isinstance(loaded, bytes):
        with contextlib.suppress(InputError):  # it tells nothing
            known.append(history.settings_of(loaded).sha256)
    return next((parent for each in known if (parent := store.picture_of(each))), "")


def _kept_as(source: Any, found: Input, store: Store) -> str:
    """Return by which hash a history keeps a file, which for a picture without one is that of its pixels."""
    path = Path(source) if isinstance(source, str | Path) else Path()
    names = shelf.file_names(path.stem, [found.format]) if _SHA256.fullmatch(path.stem) else []
    is_kept = path.name in names and not path.is_symlink() and path.parent == store.folder / "inputs"
    return path.stem if is_kept else ""


def _mask(source: Any, image: InputRecord, fetch: Fetch) -> Prepared:
    return _record(pixels.mask(_loaded(source, fetch), (image.width, image.height)), "mask", "")


def _record(found: Input, role: Role, picture: str) -> Prepared:
    if len(found.data) >= MAX_BYTES:
        raise InputError(_too_large(f"The {role}", len(found.data)), parameter=role)
    record = InputRecord(
        role=role,
        sha256=found.sha256,
        format=found.format,
        width=found.width,
        height=found.height,
        bytes=len(found.data),
        picture=picture,
    )
    return record, found.data


def _loaded(source: Any, fetch: Fetch) -> Any:
    """Return the bytes behind a picture of a history, an address or a path; anything else as it is."""
    if isinstance(source, history.Picture | history.Reference):
        return _read_again(source)
    if isinstance(source, bytearray):
        return bytes(source)
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return fetch(source)
    return _read(Path(source)) if isinstance(source, str | Path) else source


def _read_again(picture: Picture | Reference) -> bytes:
    try:
        return picture.bytes
    except OSError as problem:
        message = f"The picture {picture.id} cannot be read from the history: {problem.strerror}."
        raise InputError(message, parameter="image") from None


def _read(path: Path) -> bytes:
    try:
        file = path.expanduser()
        size = file.stat().st_size
        data = file.read_bytes() if size < MAX_BYTES else b""
    except (OSError, ValueError, RuntimeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is no path"
        message = f"The picture {str(path)[:200]!r} cannot be read: {reason}."
        raise InputError(message) from None
    if not data:
        raise InputError(_too_large(f"The file {str(path)[:200]!r}", size) if size else f"{path} is empty.")
    return data


def _too_large(what: str, size: int) -> str:
    return f"{what} has {size / 2**20:.0f} MiB; under {MAX_BYTES // 2**20} can be sent."
