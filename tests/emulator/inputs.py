"""What a gateway refuses of the files of an edit or a variation."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from tests.emulator.complaints import Complaint
from tests.emulator.orders import MASK, PICTURES
from tests.emulator.pictures import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.emulator.profile import Inputs, Profile
    from tests.emulator.received import File, Received


def complaints(profile: Profile, inputs: Inputs, received: Received) -> Iterator[Complaint]:
    """Yield what is wrong with the files of a request."""
    images = [file for file in received.files if file.name in PICTURES]
    masks = [file for file in received.files if file.name == MASK]
    yield from _names(profile, received)
    yield from _count(inputs, len(images))
    for file in images:
        yield from _file(profile, inputs, file)
    for mask in masks:
        yield from _mask(profile, mask, images[0])


def _names(profile: Profile, received: Received) -> Iterator[Complaint]:
    names = [file.name for file in received.files]
    for name in set(names) - {*PICTURES, MASK}:
        yield _wrong(name, f"Unknown parameter: '{name}'.", "unknown_parameter")
    if set(PICTURES) <= set(names):
        message = "Cannot specify both 'image' and 'image[]'"
        yield Complaint(profile.both_names, message, param="image", code="invalid_value")
    for name in ("image", MASK):
        if names.count(name) > 1:
            message = f"Duplicate parameter: '{name}'. Use the array syntax instead, such as '{name}[]'."
            yield _wrong(name, message, "duplicate_parameter")


def _count(inputs: Inputs, count: int) -> Iterator[Complaint]:
    if not count:
        yield _wrong("image", "Missing required parameter: 'image'.", "missing_required_parameter")
    if count > inputs.most:
        yield _wrong("image", f"Invalid 'image': at most {inputs.most}, and {count} came.", "invalid_value")


def _file(profile: Profile, inputs: Inputs, file: File) -> Iterator[Complaint]:
    named = _type(profile, file)
    if named not in {f"image/{kind}" for kind in inputs.formats}:
        message = f"Invalid file '{file.name}': unsupported mimetype ('{named}')."
        yield _wrong(file.name, message, "unsupported_file_mimetype")
        return
    if len(file.data) >= inputs.largest:
        yield _wrong(file.name, f"Invalid file '{file.name}': too large.", "invalid_value")
    size, kind = _measured(file.data)
    if f"image/{kind}" != named:
        message = f"Invalid file '{file.name}': it says {named} and is '{kind}'."
        yield _wrong(file.name, message, "invalid_image_file")
    elif inputs.square and size[0] != size[1]:
        yield _wrong(file.name, f"Uploaded image must be square, and is {size}.", "invalid_value")


def _mask(profile: Profile, mask: File, image: File) -> Iterator[Complaint]:
    (size, kind), named = _measured(mask.data), _type(profile, mask)
    if kind != "png" or named != "image/png":
        yield _wrong(MASK, f"Invalid mask: it must be a PNG, and is '{kind}', '{named}'.", "invalid_mask")
    elif "A" not in opened(mask.data).getbands():
        yield _wrong(MASK, "Invalid mask: it has no alpha channel.", "invalid_mask_format")
    elif size != _measured(image.data)[0]:
        yield _wrong(MASK, "Invalid mask: its size is not the image's.", "invalid_mask_size")


def _type(profile: Profile, file: File) -> str:
    return mimetypes.guess_type(file.filename)[0] or "" if profile.type_by_name else file.content_type


def _measured(data: bytes) -> tuple[tuple[int, int], str]:
    try:
        picture = opened(data)
        picture.load()
    except OSError:
        return (0, 0), ""
    return picture.size, (picture.format or "").lower()


def _wrong(param: str, message: str, code: str) -> Complaint:
    return Complaint(400, message, param=param, code=code)
