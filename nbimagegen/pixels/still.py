"""Pictures → small still ones, a byte limit kept: one alone, or many in rows as on a contact sheet.

Knows nothing of what they show: numbers stand in for words, which other rooms write beside them.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from nbimagegen.pixels.answers import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image

STILL_EDGE = 384
_SMALLEST = 48
_SHRINK = 0.8
_QUALITIES = (85, 75, 65, 55, 45)  # below, a smaller picture looks better
_COLOURS = 128
_PAPER = (255, 255, 255)

# Of a sheet, in pixels.
_WIDTHS = {1: 480, 2: 640, 3: 840}
_WIDTH = 960
_IN_A_ROW = 4
_ROW_HEIGHT = 480
_GAP = 4
_BETWEEN = (128, 128, 128)  # on a light page and on a dark one
_BADGE = (24, 24, 27)


def still(data: bytes, max_bytes: int) -> tuple[str, bytes]:
    """Return a picture's small stand-in of at most `max_bytes`, and its type.

    A JPEG; a PNG where that keeps a transparent background.

    Raises:
        AnswerError: The bytes are no picture.
    """
    image = decode(data)
    image.thumbnail((STILL_EDGE, STILL_EDGE), reducing_gap=2.0)
    found = _transparent(image, max_bytes) if _is_transparent(image) else None
    return ("image/jpeg", _as_jpeg(_on_paper(image), max_bytes)) if found is None else ("image/png", found)


def mosaic(pictures: Sequence[bytes], max_bytes: int, *, numbered: bool = False) -> bytes:
    """Return one JPEG of several pictures, each whole, in rows of equal width.

    Args:
        pictures: Their bytes; best small ones, such as thumbnails.
        max_bytes: Of the result.
        numbered: Whether each bears its number, from 1 on.

    Raises:
        AnswerError: The bytes of one are no picture.
    """
    images = [_on_paper(decode(each)) for each in pictures]
    width = _WIDTHS.get(len(images), _WIDTH)
    rows = [_placed(row, width) for row in _rows(images)]
    size = (max(_row_width(row) for row in rows), sum(row[0].height + _GAP for row in rows) - _GAP)
    return _as_jpeg(_pasted(rows, size, numbered=numbered), max_bytes)


def _rows(images: Sequence[Image.Image]) -> Iterator[Sequence[Image.Image]]:
    """Share them out evenly: five make three and two, and no row is left with one."""
    count = math.ceil(len(images) / _IN_A_ROW)
    start = 0
    for row in range(count):
        end = start + math.ceil((len(images) - start) / (count - row))
        yield images[start:end]
        start = end


def _placed(row: Sequence[Image.Image], width: int) -> list[Image.Image]:
    """Give a row's pictures the height at which they fill the width together."""
    ratios = [each.width / each.height for each in row]
    height = min(_ROW_HEIGHT, (width - _GAP * (len(row) - 1)) / sum(ratios))
    sizes = [(max(1, round(height * ratio)), max(1, round(height))) for ratio in ratios]
    return [each.resize(size, reducing_gap=2.0) for each, size in zip(row, sizes, strict=True)]


def _row_width(row: Sequence[Image.Image]) -> int:
    return sum(each.width + _GAP for each in row) - _GAP


def _pasted(rows: Sequence[Sequence[Image.Image]], size: tuple[int, int], *, numbered: bool) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    sheet = Image.new("RGB", size, _BETWEEN)
    number, top = 0, 0
    for row in rows:
        left = 0
        for each in row:
            number += 1
            sheet.paste(each, (left, top))
            if numbered:
                _write(sheet, number, (left, top))
            left += each.width + _GAP
        top += row[0].height + _GAP
    return sheet


def _write(sheet: Image.Image, number: int, corner: tuple[int, int]) -> None:
    from PIL import ImageDraw, ImageFont  # noqa: PLC0415 - as above

    left, top = corner
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15)
    width = math.ceil(pen.textlength(str(number), font=font)) + 12
    pen.rounded_rectangle((left + 5, top + 5, left + 5 + width, top + 25), 6, fill=_BADGE)
    pen.text((left + 5 + width / 2, top + 15), str(number), fill="white", font=font, anchor="mm")


def _is_transparent(image: Image.Image) -> bool:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return False
    lowest, _ = image.convert("RGBA").getchannel("A").getextrema()
    return isinstance(lowest, int | float) and lowest < 255  # noqa: PLR2004 - uint8


def _on_paper(image: Image.Image) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    if not _is_transparent(image):
        return image.convert("RGB")
    whole = image.convert("RGBA")
    paper = Image.new("RGB", whole.size, _PAPER)
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


def _transparent(image: Image.Image, max_bytes: int) -> bytes | None:
    """Return a PNG of few colours; None where it would have to be too small to be of use."""
    for smaller in _smaller(image.convert("RGBA"), _SMALLEST * 3):
        out = io.BytesIO()
        smaller.quantize(_COLOURS).save(out, "PNG", optimize=True)
        if out.tell() <= max_bytes:
            return out.getvalue()
    return None


def _as_jpeg(image: Image.Image, max_bytes: int) -> bytes:
    data = b""
    for smaller in _smaller(image, _SMALLEST):
        for quality in _QUALITIES:
            out = io.BytesIO()
            smaller.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            data = out.getvalue()
            if len(data) <= max_bytes:
                return data
    return data


def _smaller(image: Image.Image, least: int) -> Iterator[Image.Image]:
    """Go from the picture itself to ever smaller ones."""
    yield image
    while max(image.size) * _SHRINK >= least:
        width, height = (max(1, round(side * _SHRINK)) for side in image.size)
        image = image.resize((width, height))
        yield image
