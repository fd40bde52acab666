"""Small, real picture files of any size: one colour each, with the picture's number on it."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

COLOURS = ("teal", "tomato", "gold", "orchid", "olive", "navy", "salmon", "indigo", "khaki", "gray")


@lru_cache(maxsize=64)
def paint(size: tuple[int, int] = (64, 64), number: int = 0, kind: str = "png") -> bytes:
    """Return one picture file; the same arguments give the same bytes."""
    picture = Image.new("RGB", size, COLOURS[number % len(COLOURS)])
    ImageDraw.Draw(picture).text((8, 8), str(number), fill="white")
    file = BytesIO()
    picture.save(file, kind)
    return file.getvalue()
