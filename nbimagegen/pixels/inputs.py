"""Whatever a user calls a picture or a mask → the bytes that are sent, and what they are."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen.errors import AnswerError, InputError
from nbimagegen.pixels.answers import MAX_PIXELS, decode, probe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    Size: TypeAlias = tuple[int, int]

SENT = ("png", "jpeg", "webp")  # what gateways take; anything else is sent as PNG
_ORIENTATION = 0x0112  # of EXIF: how the camera was held
_FINE = {"quality": 95, "subsampling": 0}
_GREY = {"1", "L", "I", "F"}
_WITH_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}


@dataclass(frozen=True, slots=True)
class Input:
    """A picture or a mask, ready to be sent. `sha256` is of the bytes, or of mode, size and pixels."""

    data: bytes = field(repr=False)
    sha256: str
    format: str
    width: int
    height: int


def picture(source: Any) -> Input:
    """Return a picture from bytes, PIL or an array: H x W (grey), H x W x 3 or H x W x 4.

    Arrays hold uint8, booleans, or floats from 0 to 1. Bytes are sent as they are where gateways take
    their format.

    Raises:
        InputError: It is no picture, or too large.
    """
    if not isinstance(source, bytes):
        return _from_pil(_as_pil(source))
    try:
        found = probe(source)
        if found.format not in SENT:
            return _from_pil(decode(source))
    except AnswerError:
        message = f"The picture cannot be read: {len(source):,} bytes that are no PNG, JPEG, WebP or GIF."
        raise InputError(message) from None
    return Input(source, hashlib.sha256(source).hexdigest(), found.format, found.width, found.height)


def upright(data: bytes) -> bytes:
    """Return a picture as it is shown: one that a camera held askew is turned, and encoded anew.

    Pages and painters see it so, and not every gateway does.

    Raises:
        AnswerError: The bytes are no picture, or are damaged.
    """
    from PIL import ImageOps  # noqa: PLC0415 - slow to import, and not always needed

    image = decode(data)
    if image.getexif().get(_ORIENTATION, 1) not in range(2, 9):
        return data
    out = io.BytesIO()
    kind, quality = ("JPEG", _FINE) if image.format == "JPEG" else ("PNG", {"compress_level": 1})
    ImageOps.exif_transpose(image).save(out, kind, **quality)
    return out.getvalue()


def mask(source: Any, size: Size) -> Input:
    """Return the mask as a PNG whose alpha is 0 where the model may paint.

    Args:
        source: Bytes, PIL or an array. With one channel (or booleans): change where it is not 0. With an
            alpha channel: change where alpha is 0.
        size: Width and height of the picture that it belongs to, in pixels.

    Raises:
        InputError: It is of another size, selects nothing, or does not say which side is meant.
    """
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed
    from PIL import Image  # noqa: PLC0415 - the same

    change = selection(source, size)
    if not change.any():
        message = "The mask selects nothing; it must be non-zero (or transparent) where the model may paint."
        raise InputError(message, parameter="mask")
    rgba = np.zeros((*change.shape, 4), dtype=np.uint8)
    rgba[..., 3] = np.where(change, 0, 255)
    return _from_pil(Image.fromarray(rgba, "RGBA"))


def selection(source: Any, size: Size) -> npt.NDArray[np.bool_]:
    """Return where a mask lets a picture change, H x W; arguments as `mask`.

    Raises:
        InputError: It is of another size, or does not say which side is meant.
    """
    change = _plane(source) if hasattr(source, "__array__") else _selected(_decoded(source))
    height, width = change.shape
    if (width, height) != size:
        message = f"The mask has {width}x{height} pixels, the picture {size[0]}x{size[1]}; make them equal."
        raise InputError(message, parameter="mask")
    return change


def _plane(source: Any) -> npt.NDArray[np.bool_]:
    """Return what an array selects; of one channel any number but 0 counts, however small."""
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed

    array = np.asarray(source)
    if array.ndim == 3 and array.shape[2] == 1:  # noqa: PLR2004 - H x W x 1
        array = array[..., 0]
    return array != 0 if array.ndim == 2 else _selected(_as_pil(source))  # noqa: PLR2004 - H x W


def _decoded(source: Any) -> Image.Image:
    if not isinstance(source, bytes):
        return _as_pil(source)
    try:
        return decode(source)
    except AnswerError:
        message = f"The mask cannot be read: {len(source):,} bytes that are no PNG, JPEG, WebP or GIF."
        raise InputError(message, parameter="mask") from None


def _selected(image: Image.Image) -> npt.NDArray[np.bool_]:
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed

    if _is_grey(image):
        return np.asarray(image) != 0
    if _has_alpha(image):
        return np.asarray(image.convert("RGBA"))[..., 3] == 0
    rgb = np.asarray(image.convert("RGB"))
    if (rgb == rgb[..., :1]).all():
        return rgb[..., 0] != 0
    message = (
        "The mask is in colour and has no transparency, so it does not say what to change; give one channel "
        "(non-zero where the model may paint) or an alpha channel (0 there)."
    )
    raise InputError(message, parameter="mask")


def _as_pil(source: Any) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    if isinstance(source, Image.Image):
        return source
    if not hasattr(source, "__array__"):
        message = (
            f"A {type(source).__name__} is no picture; give a path, a URL, bytes, PIL, NumPy or a Picture."
        )
        raise InputError(message)
    return Image.fromarray(_as_bytes(source))


def _as_bytes(source: Any) -> npt.NDArray[np.uint8]:
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed

    array = np.asarray(source)
    if array.ndim == 3 and array.shape[2] == 1:  # noqa: PLR2004 - H x W x 1
        array = array[..., 0]
    if array.ndim != 2 and (array.ndim != 3 or array.shape[2] not in {3, 4}):  # noqa: PLR2004 - H x W [x C]
        message = (
            f"An array of shape {array.shape} is no picture; it should be H x W, H x W x 3 or H x W x 4."
        )
        raise InputError(message)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * 255
    if array.dtype.kind == "f" and array.size and array.min() >= 0 and array.max() <= 1:
        return np.rint(array * 255).astype(np.uint8)
    if array.dtype.kind in "iu" and array.size and array.min() >= 0 and array.max() <= 255:  # noqa: PLR2004 - uint8
        return array.astype(np.uint8)
    message = (
        f"An array of {array.dtype} is no picture here; give uint8 (0 to 255), booleans or floats (0 to 1)."
    )
    raise InputError(message)


def _from_pil(image: Image.Image) -> Input:
    if not 0 < image.width * image.height <= MAX_PIXELS:
        message = f"The picture has {image.width}x{image.height} pixels; 1 to {MAX_PIXELS:,} can be sent."
        raise InputError(message)
    plain = image if image.mode in {"L", "LA", "RGB", "RGBA"} else _plain(image)
    out = io.BytesIO()
    plain.save(out, "PNG", compress_level=1)
    head = f"{plain.mode} {plain.width}x{plain.height} ".encode()
    sha256 = hashlib.sha256(head + plain.tobytes()).hexdigest()
    return Input(out.getvalue(), sha256, "png", plain.width, plain.height)


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that every reader of PNG knows, with 8 bits a channel."""
    if image.mode == "La":
        return image.convert("LA")
    if _has_alpha(image):
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return _shallow(image) if _is_grey(image) else image.convert("RGB")


def _shallow(image: Image.Image) -> Image.Image:
    """Return a grey picture of 16 bits, or of floats, with 8: Pillow's own way cuts off what is over 255."""
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed
    from PIL import Image  # noqa: PLC0415 - the same

    grey = np.asarray(image)
    is_deep = grey.dtype.kind in "iu" and grey.max() > 255  # noqa: PLR2004 - uint8
    return Image.fromarray(_as_bytes(grey / 65_535 if is_deep else grey))


def _is_grey(image: Image.Image) -> bool:
    return image.mode in _GREY or image.mode.startswith("I;16")


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in _WITH_ALPHA or "transparency" in image.info
