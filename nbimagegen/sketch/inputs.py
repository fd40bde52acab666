"""Pictures and masks that a request brings: from bytes to checked Pillow images."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.sketch.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

MOST_IMAGES = 16
MOST_BYTES = 50_000_000  # of one file
MOST_PIXELS = 64_000_000
_REFERENCE_SIDE = 512

_DATA_URI = re.compile(r"data:image/(?:png|jpe?g|webp);base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a request starts from: the picture, then references, and what of the picture may change."""

    images: tuple[Image.Image, ...] = ()  # RGB, or RGBA where there is alpha; references are reduced
    selected: Image.Image | None = None  # 255 where it may change, 0 where not
    digest: str = ""  # of all bytes that were sent

    @property
    def references(self) -> tuple[Image.Image, ...]:
        """The pictures after the first."""
        return self.images[1:]


NOTHING = Inputs()


def checked(files: Sequence[bytes], mask: bytes | None, param: str) -> Inputs:
    """The pictures in some files, the first of which the mask belongs to.

    Args:
        files: PNG, JPEG or WebP, 1 to 16.
        mask: a PNG or WebP of the first picture's size, transparent where it may change.
        param: the name of the field that they came in.

    Raises:
        Refusal: there are none or too many, or one of them is no such picture or mask.
    """
    if not files:
        message = "There is no picture to start from."
        raise Refusal(message, param, "missing_required_parameter")
    if len(files) > MOST_IMAGES:
        message = f"There are {len(files)} pictures; at most {MOST_IMAGES} may be sent."
        raise Refusal(message, param, "too_many_images")
    picture = opened(files[0], param)
    references = (_reduced(opened(file, param)) for file in files[1:])
    selected = None if mask is None else selection(mask, picture.size)
    digest = hashlib.blake2b(b"".join((*files, mask or b"")), digest_size=16).hexdigest()
    return Inputs((picture, *references), selected, digest)


def opened(data: bytes, param: str) -> Image.Image:
    """A picture, decoded, in RGB, or in RGBA where it has alpha.

    Raises:
        Refusal: it is too large, or no PNG, JPEG or WebP.
    """
    if len(data) > MOST_BYTES:
        message = f"{param} has more than {MOST_BYTES // 1_000_000} MB."
        raise Refusal(message, param, "image_too_large")
    image = _decoded(data, param)
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def selection(data: bytes, size: tuple[int, int]) -> Image.Image:
    """What a mask lets change: an image of one channel, 255 where the mask is transparent.

    Raises:
        Refusal: it is no such mask, or not of the picture's size.
    """
    mask = opened(data, "mask")
    if mask.size != size:
        was, wanted = (f"{width}x{height}" for width, height in (mask.size, size))
        message = f"The mask is {was} and the picture {wanted}; they must be of one size."
        raise Refusal(message, "mask", "invalid_mask_size")
    if mask.mode != "RGBA":
        message = "The mask has no alpha channel; make transparent what should change."
        raise Refusal(message, "mask", "invalid_mask")
    return _inverted(mask.getchannel("A"))


def from_data_uri(uri: object) -> bytes:
    """The bytes in a data URI; nothing is ever fetched.

    Raises:
        Refusal: it is another address, or its base64 is broken.
    """
    match = _DATA_URI.match(uri) if isinstance(uri, str) else None
    if match is None:
        message = "image_url must be a data URI of a PNG, JPEG or WebP; the sketch gateway fetches nothing."
        raise Refusal(message, "messages", "invalid_image_url")
    try:
        return base64.b64decode(str(uri)[match.end() :], validate=True)
    except ValueError:
        message = "The base64 of image_url is broken."
        raise Refusal(message, "messages", "invalid_image_url") from None


def _reduced(image: Image.Image) -> Image.Image:
    """A reference as large as it will ever be shown, so that sixteen of them fit into memory."""
    image.thumbnail((_REFERENCE_SIDE, _REFERENCE_SIDE))
    return image


def _decoded(data: bytes, param: str) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - Pillow only when there is a picture

    try:
        image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
        if image.width * image.height <= MOST_PIXELS:
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(param) from None
    except (OSError, ValueError, SyntaxError):
        message = f"{param} is no PNG, JPEG or WebP that can be read."
        raise Refusal(message, param, "invalid_image") from None
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels(param)
    return image


def _too_many_pixels(param: str) -> Refusal:
    message = f"{param} has more than {MOST_PIXELS // 1_000_000} megapixels."
    return Refusal(message, param, "image_too_large")


def _inverted(alpha: Image.Image) -> Image.Image:
    from PIL import ImageOps  # noqa: PLC0415

    selected = ImageOps.invert(alpha)
    if selected.getbbox() is None:
        message = "The mask selects nothing; make transparent what should change."
        raise Refusal(message, "mask", "invalid_mask")
    return selected
