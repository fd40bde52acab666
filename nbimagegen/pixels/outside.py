"""What an edit did beyond its mask: how much of it, and the original put back there."""

from __future__ import annotations

import io
from functools import reduce
from typing import TYPE_CHECKING

from nbimagegen.errors import InputError
from nbimagegen.pixels.answers import decode

if TYPE_CHECKING:
    from PIL import Image

TOLERANCE = 8  # of 255 a channel: what encoding anew makes of the same picture
_SHAPE = 0.02  # how much two ratios of width and height may differ and still show the same
_WHITE = 255


def changed_outside(original: bytes, mask: bytes, result: bytes) -> float | None:
    """Return the share of the pixels outside the mask that are others now, from 0 to 1.

    Pictures of two sizes are compared at the smaller. None where nothing is outside, or where the result has
    another shape and so cannot be laid over the original.

    Args:
        original: The picture that was edited.
        mask: As it was sent: transparent where the model may paint.
        result: What came.

    Raises:
        AnswerError: One of them is no picture.
    """
    from PIL import ImageChops  # noqa: PLC0415 - slow to import, and not always needed

    before, after = decode(original), decode(result)
    if not _same_shape(before, after):
        return None
    size = min(before.size, after.size)
    beyond = _opaque(decode(mask)).resize(size, _box()).point([0] * _WHITE + [_WHITE])
    outside = beyond.histogram()[_WHITE]
    difference = ImageChops.difference(_plain(before, size), _plain(after, size))
    most = _lightest(difference).histogram(beyond)
    return sum(most[TOLERANCE + 1 :]) / outside if outside else None


def keep_outside(original: bytes, mask: bytes, result: bytes) -> bytes:
    """Return the result within the mask, and the very pixels of the original beyond it, as PNG.

    It has the original's size. Within the mask, along its edge, one melts into the other.

    Args:
        original: As `changed_outside`.
        mask: The same.
        result: The same.

    Raises:
        AnswerError: One of them is no picture.
        InputError: The result has another shape than the original.
    """
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    before, after = decode(original), decode(result)
    if not _same_shape(before, after):
        message = (
            f"The edit came back as {after.width}x{after.height}, another shape than the original's "
            f"{before.width}x{before.height}, so the original cannot be put back around it."
        )
        raise InputError(message)
    mode = "RGBA" if _has_alpha(before) or _has_alpha(after) else "RGB"
    inner = after.convert(mode).resize(before.size, Image.Resampling.LANCZOS)
    whole = Image.composite(inner, before.convert(mode), _soft(_opaque(decode(mask))))
    out = io.BytesIO()
    whole.save(out, "PNG", icc_profile=before.info.get("icc_profile"))
    return out.getvalue()


def _soft(opaque: Image.Image) -> Image.Image:
    """Return how much of the result counts: nothing beyond the mask, all of it two pixels within."""
    from PIL import ImageChops, ImageFilter  # noqa: PLC0415 - slow to import, and not always needed

    inside = ImageChops.invert(opaque)
    return ImageChops.darker(inside.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.BoxBlur(1)), inside)


def _opaque(mask: Image.Image) -> Image.Image:
    """Return the mask as it was sent in one channel: 255 where the picture must stay."""
    return mask.convert("RGBA").getchannel("A").point([0] + [_WHITE] * _WHITE)


def _plain(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture to compare: what cannot be seen is black, whatever its bytes say."""
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    seen = image.convert("RGBA")
    if _has_alpha(image):
        black = Image.new("RGBA", seen.size)
        seen = Image.composite(seen, black, seen.getchannel("A").point([0] + [_WHITE] * _WHITE))
    return seen if seen.size == size else seen.resize(size, _box())


def _lightest(difference: Image.Image) -> Image.Image:
    """Return the largest difference of any channel."""
    from PIL import ImageChops  # noqa: PLC0415 - slow to import, and not always needed

    return reduce(ImageChops.lighter, difference.split())


def _same_shape(one: Image.Image, other: Image.Image) -> bool:
    return abs(one.width * other.height / (one.height * other.width) - 1) <= _SHAPE


def _has_alpha(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _box() -> Image.Resampling:
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    return Image.Resampling.BOX
