"""References as small paper prints laid onto a picture, so that one sees what went into it."""

from collections.abc import Sequence

from PIL import Image, ImageFilter, ImageOps

from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.palettes import Palette
from nbimagegen.sketch.room import room

_MOST = 4  # that are shown; all of them colour the picture
_SHARE = 0.17  # of the shorter side
_SHADOW = 90


def laid(
    picture: Image.Image,
    references: Sequence[Image.Image],
    region: Image.Image,
    palette: Palette,
    dice: Dice,
) -> Image.Image:
    """A copy of a picture with the references in the upper right of a region, as far as there is room."""
    sheet, free = picture.copy(), ImageOps.flip(ImageOps.mirror(region))
    box = region.getbbox() or (0, 0, 0, 0)
    side = round(_SHARE * min(box[2] - box[0], box[3] - box[1]))
    for reference in references[:_MOST] if side > _BORDERS else ():
        inset = _inset(reference, side, palette, dice.between(-7, 7))
        place = room(free, *inset.size)
        if place is None:
            break
        free.paste(0, (*place, place[0] + inset.width, place[1] + inset.height))
        left, top = (whole - at - own for whole, at, own in zip(sheet.size, place, inset.size, strict=True))
        sheet.paste(inset.convert(sheet.mode), (left, top), inset.getchannel("A"))
    return sheet


_BORDERS = 12  # pixels, below which an inset would be all border


def _inset(reference: Image.Image, side: int, palette: Palette, turn: float) -> Image.Image:
    """A small print with a border of paper and a soft shadow, a little turned; RGBA."""
    border = max(2, side // 14)
    small = ImageOps.fit(reference.convert("RGB"), (side, side))
    card = ImageOps.expand(small, border, palette.paper).convert("RGBA")
    card = ImageOps.expand(card, border * 2, (0, 0, 0, 0)).rotate(turn, Image.Resampling.BICUBIC, expand=True)
    shade = (
        card.getchannel("A")
        .filter(ImageFilter.GaussianBlur(border))
        .point([v * _SHADOW // 255 for v in range(256)])
    )
    shadow = Image.merge("RGBA", [Image.new("L", card.size, level) for level in palette.ink] + [shade])
    return Image.alpha_composite(shadow, card)
