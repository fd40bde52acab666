"""Small, real picture files of any size: one colour each, with the picture's number on it.

What is made from another picture shows it, so that a test sees that the right one arrived.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageColor, ImageDraw, ImageOps

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = ("teal", "tomato", "gold", "orchid", "olive", "navy", "salmon", "indigo", "khaki", "gray")


@lru_cache(maxsize=64)
def paint(size: tuple[int, int] = (64, 64), number: int = 0, kind: str = "png") -> bytes:
    """Return one picture file; the same arguments give the same bytes."""
    return encoded(_canvas(size, number), kind)


def edited(  # noqa: PLR0913 - what an edit is made of, by name
    image: bytes,
    size: tuple[int, int],
    *,
    mask: bytes | None = None,
    references: Sequence[bytes] = (),
    number: int = 0,
    kind: str = "png",
) -> bytes:
    """Return `image` at `size`, painted over where `mask` is transparent; without one, its upper half.

    What is painted begins with the references, side by side, each an eighth of the height.
    """
    painted = _canvas(size, number)
    side = max(size[1] // 8, 1)
    for place, reference in enumerate(references):
        painted.paste(opened(reference).convert("RGB").resize((side, side)), (place * side, 0))
    kept = opened(image).convert("RGB").resize(size)
    kept.paste(painted, (0, 0), _where(mask, size))
    return encoded(kept, kind)


def varied(image: bytes, size: tuple[int, int], *, number: int = 0, kind: str = "png") -> bytes:
    """Return `image` at `size`, its left and right exchanged, under a stripe of the number's colour."""
    turned = ImageOps.mirror(opened(image).convert("RGB").resize(size))
    turned.paste(_canvas((size[0], max(size[1] // 8, 1)), number), (0, 0))
    return encoded(turned, kind)


def opened(file: bytes) -> Image.Image:
    """Return the picture in a file; OSError where there is none."""
    return Image.open(BytesIO(file))


def encoded(picture: Image.Image, kind: str) -> bytes:
    """Return a picture as a file: png, jpeg or webp."""
    file = BytesIO()
    # Level 1: the tests wait for this, and nobody keeps it.
    picture.save(file, kind, **({"compress_level": 1} if kind == "png" else {}))
    return file.getvalue()


def colour(number: int) -> tuple[int, ...]:
    """Return the colour that a picture of this number is painted with."""
    return ImageColor.getrgb(COLOURS[number % len(COLOURS)])


def _canvas(size: tuple[int, int], number: int) -> Image.Image:
    picture = Image.new("RGB", size, COLOURS[number % len(COLOURS)])
    ImageDraw.Draw(picture).text((8, 8), str(number), fill="white")
    return picture


def _where(mask: bytes | None, size: tuple[int, int]) -> Image.Image:
    if mask is None:
        upper = Image.new("L", size, 0)
        upper.paste(255, (0, 0, size[0], size[1] // 2))
        return upper
    alpha = opened(mask).getchannel("A").resize(size, Image.Resampling.NEAREST)
    return alpha.point([255] + [0] * 255)
