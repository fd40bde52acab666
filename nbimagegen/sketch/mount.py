"""How a painting is presented: as a print in a frame of paper, or, where that has no room, with a label."""

from dataclasses import dataclass

from PIL import Image

from nbimagegen.sketch.easel import Finish
from nbimagegen.sketch.label import labelled
from nbimagegen.sketch.layout import Box, planned
from nbimagegen.sketch.painter import framed
from nbimagegen.sketch.palettes import Palette
from nbimagegen.sketch.sizes import SMALLEST

_NARROWEST = 16  # times as long as wide


@dataclass(frozen=True, slots=True)
class Mount:
    """Where on the sheet the painting is seen, and what is put around it."""

    box: Box
    finish: Finish

    @property
    def width(self) -> int:
        """The width of what is seen."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """The height of what is seen."""
        return self.box[3] - self.box[1]


def mounted(words: str, width: int, height: int, palette: Palette) -> Mount:
    """The mount for a sheet of this size, with these words."""
    short, long = sorted((width, height))
    if short < SMALLEST or long > short * _NARROWEST:
        return _labelled(words, width, height, palette)
    layout = planned(words, width, height)
    return Mount(layout.window, lambda window: framed(window, palette, layout))


def _labelled(words: str, width: int, height: int, palette: Palette) -> Mount:
    def finish(picture: Image.Image) -> Image.Image:
        everywhere = Image.new("L", picture.size, 255)
        return labelled(picture, everywhere, words, palette)

    return Mount((0, 0, width, height), finish)
