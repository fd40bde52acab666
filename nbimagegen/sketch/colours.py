"""A palette taken from pictures, for prints that are made from them."""

import colorsys
from collections.abc import Sequence

from PIL import Image

from nbimagegen.sketch.palettes import Colour, Palette, mix

_SIDE = 96  # pixels of each picture that have a say
_COLOURS = 16
_BLACK, _CREAM = (16, 14, 20), (250, 247, 240)


def drawn_from(pictures: Sequence[Image.Image]) -> Palette:
    """The palette of some RGB pictures: tones by their light, accents by how vivid they are."""
    found = sorted(_colours(pictures), key=_light)
    tones = tuple(found[round((len(found) - 1) * share)] for share in (0.9, 0.7, 0.5, 0.3, 0.12))
    vivid = sorted(found, key=_vividness, reverse=True)
    return Palette(
        name="drawn",
        paper=mix(found[-1], _CREAM, 0.85),
        ink=mix(found[0], _BLACK, 0.6),
        high=tones[1],
        low=tones[0],
        light=mix(found[-1], _CREAM, 0.5),
        tones=tones,
        accents=(vivid[0], vivid[len(vivid) // 6], vivid[len(vivid) // 3]),
        moods=frozenset(),
    )


def _colours(pictures: Sequence[Image.Image]) -> list[Colour]:
    strip = Image.new("RGB", (_SIDE * len(pictures), _SIDE))
    for number, picture in enumerate(pictures):
        strip.paste(picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX), (_SIDE * number, 0))
    flat = strip.quantize(_COLOURS).getpalette("RGB") or [0, 0, 0]
    return [(flat[place], flat[place + 1], flat[place + 2]) for place in range(0, len(flat) - 2, 3)]


def _light(colour: Colour) -> float:
    red, green, blue = colour
    return 0.3 * red + 0.59 * green + 0.11 * blue


def _vividness(colour: Colour) -> float:
    _, saturation, value = colorsys.rgb_to_hsv(*(level / 255 for level in colour))
    return saturation * value
