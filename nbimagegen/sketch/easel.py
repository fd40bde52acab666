"""A painting on the easel: looked at while it is made, then finished."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.strokes import brushed

Finish = Callable[[Image.Image], Image.Image]

_BRUSHES = (0.12, 0.05, 0.02)  # of the previews, one after the other, in shares of the shorter side


@dataclass(frozen=True, slots=True)
class Painting:
    """What one picture is made of.

    Args:
        ground: what stands there before the first stroke.
        picture: the painting when it is done, of the same size.
        finish: puts frame, words and mark around a painting, done or not.
    """

    ground: Image.Image
    picture: Image.Image
    finish: Finish

    def previews(self, count: int, dice: Dice) -> Iterator[Image.Image]:
        """Looks at it under way, each in finer strokes than the one before."""
        model, sheet, laid = self.picture.convert("RGB"), self.ground.convert("RGB"), 0
        for number in range(1, count + 1):
            upto = -(-number * len(_BRUSHES) // count)
            sheet = brushed(model, sheet, _BRUSHES[laid:upto], dice)
            laid = upto
            yield self.finish(sheet)

    def finished(self) -> Image.Image:
        """The whole sheet when it is done."""
        return self.finish(self.picture)
