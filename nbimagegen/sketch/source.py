"""The picture that an order starts from, in the size that was asked for, and scenes of any size for it."""

from PIL import Image, ImageOps

from nbimagegen.sketch.asking import Order
from nbimagegen.sketch.painter import Plan, painted
from nbimagegen.sketch.palettes import Colour

_LONGEST, _SHORTEST, _RATIO = (
    2048,
    64,
    4,
)  # pixels, pixels, and once to so many: what compositions are made for


def source(order: Order) -> Image.Image:
    """The picture, RGB or RGBA; cut where another shape was asked for."""
    picture, size = order.inputs.images[0], (order.width, order.height)
    return picture if picture.size == size else ImageOps.fit(picture, size)


def flattened(picture: Image.Image, paper: Colour) -> Image.Image:
    """An RGB picture, on paper where it is transparent."""
    if picture.mode == "RGB":
        return picture
    sheet = Image.new("RGB", picture.size, paper)
    sheet.paste(picture, mask=picture.getchannel("A"))
    return sheet


def scene(plan: Plan, size: tuple[int, int]) -> Image.Image:
    """A new picture of any size and shape."""
    share = min(1.0, _LONGEST / max(size))
    width, height = (max(_SHORTEST, round(side * share)) for side in size)
    width, height = min(width, height * _RATIO), min(height, width * _RATIO)
    return ImageOps.fit(painted(plan, width, height), size)
