"""Received bytes → PIL, NumPy, thumbnails and files of another format."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    import numpy as np
    import numpy.typing as npt
    from PIL import Image

MAX_PIXELS = 64_000_000
THUMBNAIL_EDGE = 256
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True)
class Probe:
    """What a picture's bytes are."""

    format: str
    width: int
    height: int


def probe(data: bytes | BinaryIO) -> Probe:
    """Return format and size of a picture, without decoding it.

    Raises:
        AnswerError: The bytes are no PNG, JPEG, WebP or GIF, or have too many pixels.
    """
    image = _open(data)
    return Probe((image.format or "").lower(), image.width, image.height)


def decode(data: bytes) -> Image.Image:
    """Return the picture, decoded; the first frame where there are several.

    Raises:
        AnswerError: The bytes are no picture, or are damaged.
    """
    image = _open(data)
    try:
        image.load()
    except (OSError, ValueError, SyntaxError):
        message = "The picture's bytes are damaged and cannot be decoded; they are kept as they came."
        raise AnswerError(message) from None
    return image


def to_array(image: Image.Image) -> npt.NDArray[np.uint8]:
    """Return a fresh, writable array: H x W x 3 (RGB), or H x W x 4 (RGBA) where there is alpha; uint8."""
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed

    has_alpha = "A" in image.getbands() or "transparency" in image.info
    return np.array(image.convert("RGBA" if has_alpha else "RGB"), dtype=np.uint8)


def thumbnail(data: bytes, edge: int = THUMBNAIL_EDGE) -> bytes:
    """Return a WebP of at most `edge` pixels a side.

    Raises:
        AnswerError: The bytes are no picture.
    """
    image = _open(data)
    image.draft("RGB", (edge * 2, edge * 2))
    try:
        image.thumbnail((edge, edge), reducing_gap=2.0)
        image.load()  # a small picture has not been decoded yet
    except (OSError, ValueError, SyntaxError):
        message = "The picture's bytes are damaged; it has no thumbnail."
        raise AnswerError(message) from None
    out = io.BytesIO()
    image.save(out, "WEBP", quality=75, method=0)
    return out.getvalue()


def convert(data: bytes, path: Path) -> None:
    """Write the picture to `path` in the format of its ending.

    Raises:
        ValueError: No format is known by this ending.
    """
    image = decode(data)
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    if path.suffix.lower() in {".jpg", ".jpeg", ".bmp"} and (has_alpha or image.mode == "P"):
        image = image.convert("RGB")
    image.save(path)


def _open(data: bytes | BinaryIO) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    with warnings.catch_warnings():
        # Our own limit, below, is stricter than the one that Pillow warns about.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data) if isinstance(data, bytes) else data, formats=_FORMATS)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            message = "What came is no picture: no PNG, JPEG, WebP or GIF. Try again; this one may be billed."
            raise AnswerError(message) from None
    if image.width * image.height > MAX_PIXELS:
        raise AnswerError(
            f"The picture has {image.width} x {image.height} pixels, over the limit of {MAX_PIXELS:,}; "
            "its bytes are kept in the history's inbox."
        )
    return image
