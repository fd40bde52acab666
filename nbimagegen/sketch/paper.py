"""The grain of the paper: faint, and mostly flat, because noise is what makes a PNG large."""

from functools import cache

import numpy as np
from PIL import Image

_SIDE = 256
_RARE = 1.1  # how far from the middle a grain lies that shows: about a quarter of them
MIDDLE = 128


def grain(size: tuple[int, int]) -> Image.Image:
    """An RGB image of about 128 everywhere, to be added to a sheet less that."""
    sheet = Image.new("RGB", size)
    tile = _tile()
    for top in range(0, size[1], _SIDE):
        for left in range(0, size[0], _SIDE):
            sheet.paste(tile, (left, top))
    return sheet


@cache
def _tile() -> Image.Image:
    noise = np.random.default_rng(11).standard_normal((_SIDE, _SIDE))
    steps = np.where(np.abs(noise) > _RARE, np.sign(noise) * 2, 0)
    return Image.fromarray((MIDDLE + steps).astype(np.uint8)).convert("RGB")
