"""A variation: the same picture painted once more by another hand, in colours a little off."""

from PIL import Image, ImageOps

from nbimagegen.sketch.asking import Order
from nbimagegen.sketch.colours import drawn_from
from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.easel import Painting
from nbimagegen.sketch.mount import mounted
from nbimagegen.sketch.source import flattened, source
from nbimagegen.sketch.strokes import brushed

_HANDS = (
    (0.03, 0.012, 0.006),
    (0.045, 0.018, 0.008),
    (0.024, 0.009),
)  # brushes, in shares of the shorter side
_WHITE = (255, 255, 255)


def begun(order: Order, index: int) -> Painting:
    """One picture of variations on the easel."""
    dice = Dice("variation", order.inputs.digest, order.model, order.seed, index)
    whole = _tinted(flattened(source(order), _WHITE), dice, -1 if index % 2 else 1)
    mount = mounted(f"Variation {index + 1}", order.width, order.height, drawn_from([whole]))
    picture = _nearer(whole.crop(mount.box), dice)
    done = brushed(picture, picture, dice.pick(_HANDS), dice)
    return Painting(picture, done, mount.finish)


def _tinted(picture: Image.Image, dice: Dice, way: int) -> Image.Image:
    """The picture in hues a little further one way or the other, stronger or paler."""
    turn = round(dice.between(6, 20)) * way
    strength = dice.between(0.85, 1.25)
    hue, saturation, value = picture.convert("HSV").split()
    hue = hue.point([(level + turn) % 256 for level in range(256)])
    saturation = saturation.point([min(255, round(level * strength)) for level in range(256)])
    return Image.merge("HSV", (hue, saturation, value)).convert("RGB")


def _nearer(picture: Image.Image, dice: Dice) -> Image.Image:
    """The picture from a step nearer."""
    zoom = dice.between(0.0, 0.08)
    centre = (dice.between(0.3, 0.7), dice.between(0.3, 0.7))
    return ImageOps.fit(picture, picture.size, bleed=zoom / 2, centering=centre)
