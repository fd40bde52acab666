"""A picture in the colours of a palette: dark becomes ink, light becomes paper, and it stays what it is."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from nbimagegen.sketch.palettes import Palette, mix

_KEPT = 0.25  # of the picture's own colours
_EXPOSED = 0.55  # of a second picture, where the first is quiet


def recoloured(picture: Image.Image, palette: Palette) -> Image.Image:
    """An RGB picture with its light and dark in the palette's colours."""
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    steps = sorted((palette.ink, *palette.tones, mix(palette.light, palette.paper, 0.4)), key=sum)
    mapped = Image.merge("RGB", [grey.point(_curve([step[band] for step in steps])) for band in range(3)])
    return Image.blend(mapped, picture, _KEPT)


def doubly_exposed(picture: Image.Image, other: Image.Image) -> Image.Image:
    """Two pictures on one sheet: the second shows where little happens in the first."""
    return Image.composite(other, picture, _quiet(picture).point([round(v * _EXPOSED) for v in range(256)]))


def _curve(levels: Sequence[int]) -> list[int]:
    """A table from 0 … 255 to levels that lie evenly along it."""
    parts = len(levels) - 1
    places = [value / 255 * parts for value in range(256)]
    lows = [min(int(place), parts - 1) for place in places]
    return [
        round(levels[k] + (levels[k + 1] - levels[k]) * (p - k)) for p, k in zip(places, lows, strict=True)
    ]


def _quiet(picture: Image.Image) -> Image.Image:
    """One channel: bright where a picture has no edges."""
    edges = picture.convert("L").filter(ImageFilter.FIND_EDGES)
    # The filter leaves the outermost pixels as they were, and they are no edges.
    ImageDraw.Draw(edges).rectangle((0, 0, edges.width - 1, edges.height - 1), outline=0)
    spread = _times(edges, 6).filter(ImageFilter.GaussianBlur(max(picture.size) / 40))
    return ImageChops.invert(_times(spread, 5))


def _times(image: Image.Image, factor: int) -> Image.Image:
    return image.point([min(255, value * factor) for value in range(256)])
