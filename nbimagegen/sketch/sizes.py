"""How large a picture is to be: from `size`, or from `aspect_ratio` and `image_size`, to pixels."""

import math
import re

from nbimagegen.sketch.refusal import Refusal

SMALLEST, LARGEST = 256, 4096
DEFAULT = (1024, 1024)

# The pixel sizes that Gemini 2.5 documents for its ratios, about one megapixel each.
ONE_K = {
    "1:1": (1024, 1024),
    "2:3": (832, 1248),
    "3:2": (1248, 832),
    "3:4": (864, 1184),
    "4:3": (1184, 864),
    "4:5": (896, 1152),
    "5:4": (1152, 896),
    "9:16": (768, 1344),
    "16:9": (1344, 768),
    "21:9": (1536, 672),
}
SCALES = {"512": 0.5, "1K": 1.0, "2K": 2.0, "4K": 4.0}

_SIZE = re.compile(r"(\d{1,5})\s*[xX×]\s*(\d{1,5})")  # noqa: RUF001 - the sign of multiplication, too
_RATIO = re.compile(r"(\d{1,5}(?:\.\d{1,5})?)\s*:\s*(\d{1,5}(?:\.\d{1,5})?)")


def chosen(size: str | None, aspect_ratio: str | None, image_size: str | None) -> tuple[int, int]:
    """Width and height in pixels; `aspect_ratio` wins over `size`.

    Raises:
        Refusal: a value is not understood, or a side leaves 256 to 4096 pixels.
    """
    scale = _scale(image_size)
    if aspect_ratio is not None and aspect_ratio != "auto":
        return _from_ratio(aspect_ratio, scale)
    if size is not None and size != "auto":
        return _from_size(size)
    width, height = DEFAULT
    return round(width * scale), round(height * scale)


def _scale(image_size: str | None) -> float:
    scale = SCALES.get((image_size or "1K").strip().upper())
    if scale is None:
        message = f"image_size {image_size!r} is not known; use 512, 1K, 2K or 4K."
        raise Refusal(message, "image_size")
    return scale


def _from_size(size: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(size.strip())
    if match is None:
        message = f'size {size!r} is not understood; write it like "1024x1024", or "auto".'
        raise Refusal(message, "size")
    width, height = int(match[1]), int(match[2])
    if min(width, height) < SMALLEST or max(width, height) > LARGEST:
        message = f"size {size!r} is out of range; each side may be {SMALLEST} to {LARGEST} pixels."
        raise Refusal(message, "size")
    return width, height


def _from_ratio(ratio: str, scale: float) -> tuple[int, int]:
    ratio = ratio.strip()
    width, height = ONE_K.get(ratio) or _one_megapixel(ratio)
    return _within_limits(width * scale, height * scale)


def _one_megapixel(ratio: str) -> tuple[float, float]:
    match = _RATIO.fullmatch(ratio)
    across, down = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    if not across or not down:
        message = f'aspect_ratio {ratio!r} is not understood; write it like "16:9".'
        raise Refusal(message, "aspect_ratio")
    if max(across / down, down / across) > LARGEST / SMALLEST:
        message = f"aspect_ratio {ratio!r} is too narrow; at most 16:1 or 1:16."
        raise Refusal(message, "aspect_ratio")
    return 1024 * math.sqrt(across / down), 1024 * math.sqrt(down / across)


def _within_limits(width: float, height: float) -> tuple[int, int]:
    """Keep the ratio and come as near the wanted size as the limits allow, in multiples of 16."""
    shrink = min(1.0, LARGEST / max(width, height))
    grow = max(1.0, SMALLEST / min(width, height))
    sides = (side * shrink * grow for side in (width, height))
    across, down = (min(LARGEST, max(SMALLEST, round(side / 16) * 16)) for side in sides)
    return across, down
