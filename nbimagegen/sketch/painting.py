"""From an order to files: each picture's previews, where they were asked for, then the picture."""

import io
from collections.abc import Iterator

from PIL import Image

from nbimagegen.sketch import editing, varying
from nbimagegen.sketch.asking import Order
from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.easel import Painting
from nbimagegen.sketch.mount import mounted
from nbimagegen.sketch.painter import chosen, painted
from nbimagegen.sketch.palettes import mix

_SOFTWARE = 0x0131  # Exif's name for what made a picture
_SAID = "nbimagegen sketch: offline, no model was asked"


def looks(order: Order, index: int) -> Iterator[bytes]:
    """The files of one picture of an order, the finished one last."""
    painting = _BEGUN[order.work](order, index)
    dice = Dice("previews", order.prompt, order.model, order.seed, order.inputs.digest, index)
    for preview in painting.previews(order.previews, dice):
        yield _encoded(preview, order.format)
    yield _encoded(painting.finished(), order.format)


def _new(order: Order, index: int) -> Painting:
    """A new picture on an empty sheet."""
    plan = chosen(order.prompt, order.model, order.seed, index)
    mount = mounted(order.prompt, order.width, order.height, plan.palette)
    picture = painted(plan, mount.width, mount.height)
    ground = Image.new("RGB", picture.size, mix(plan.palette.paper, plan.palette.tones[0], 0.3))
    return Painting(ground, picture, mount.finish)


_BEGUN = {"generation": _new, "edit": editing.begun, "variation": varying.begun}


def _encoded(sheet: Image.Image, kind: str) -> bytes:
    """The file, which says of itself what made it, for sheets with no room for words."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[_SOFTWARE] = _SAID
    if kind == "png":
        sheet.save(file, "PNG", compress_level=3, exif=exif)
    else:
        sheet.convert("RGB").save(file, kind.upper(), quality=90, exif=exif)
    return file.getvalue()
