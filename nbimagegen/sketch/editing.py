"""An edit: all of a picture in the colours and shapes of a prompt, or a new piece where a mask allows it."""

from dataclasses import replace

from PIL import Image, ImageChops, ImageFilter

from nbimagegen.sketch.asking import Order
from nbimagegen.sketch.colours import drawn_from
from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.easel import Painting
from nbimagegen.sketch.insets import laid
from nbimagegen.sketch.label import labelled
from nbimagegen.sketch.mount import mounted
from nbimagegen.sketch.painter import Plan, chosen
from nbimagegen.sketch.restyle import doubly_exposed, recoloured
from nbimagegen.sketch.source import flattened, scene, source

_RIM = 0.02  # of the shorter side of what changes: paper around the new piece
_INNER = (190, 235)  # of a blurred selection: where paper ends, and where paint is whole


def begun(order: Order, index: int) -> Painting:
    """One picture of an edit on the easel."""
    plan = chosen(order.prompt, order.model, order.seed, index)
    if order.inputs.references:
        plan = replace(plan, palette=drawn_from(order.inputs.references))
    if order.inputs.selected is None:
        return _restyled(order, plan)
    return _replaced(order, plan, order.inputs.selected.resize((order.width, order.height)))


def _restyled(order: Order, plan: Plan) -> Painting:
    """All of the picture, under the frame of a print."""
    palette = plan.palette
    mount = mounted(order.prompt, order.width, order.height, palette)
    picture = flattened(source(order), palette.paper).crop(mount.box)
    done = doubly_exposed(recoloured(picture, palette), scene(plan, picture.size))
    everywhere = Image.new("L", done.size, 255)
    return Painting(picture, _with_references(done, order, plan, everywhere), mount.finish)


def _replaced(order: Order, plan: Plan, selected: Image.Image) -> Painting:
    """A new piece within the selection, with a rim of paper; beyond it no pixel changes."""
    picture, box = source(order), selected.getbbox() or (0, 0, 1, 1)
    inner = _inner(selected.point([0] + [255] * 255), box)
    free = ImageChops.darker(inner, selected)
    piece = Image.new("RGB", picture.size, plan.palette.paper)
    view = scene(plan, (box[2] - box[0], box[3] - box[1]))
    piece.paste(view, box, inner.crop(box))
    piece = _with_references(piece, order, plan, free)

    def finish(sheet: Image.Image) -> Image.Image:
        sheet = labelled(sheet, free, order.prompt, plan.palette)
        return Image.composite(sheet.convert(picture.mode), picture, selected)

    return Painting(flattened(picture, plan.palette.paper), piece, finish)


def _with_references(picture: Image.Image, order: Order, plan: Plan, region: Image.Image) -> Image.Image:
    return laid(picture, order.inputs.references, region, plan.palette, Dice("insets", *plan.seed))


def _inner(selected: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """The selection without its rim."""
    rim = _RIM * min(box[2] - box[0], box[3] - box[1])
    paper, paint = _INNER
    curve = [max(0, min(255, round((v - paper) * 255 / (paint - paper)))) for v in range(256)]
    return selected.filter(ImageFilter.GaussianBlur(rim)).point(curve)
