"""What a generation tells on its way: previews, and that it has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from nbimagegen import pixels

if TYPE_CHECKING:
    from PIL import Image

    from nbimagegen.history.generation import Generation


@dataclass(frozen=True)
class Progress:
    """One event of a generation.

    Attributes:
        kind: "partial" with a preview, or "done" at the end.
        generation: Whose it is.
        index: Which preview of its picture this is, from 0.
        data: The preview's bytes, as the gateway gave them; empty at the end.
    """

    kind: Literal["partial", "done"]
    generation: Generation
    index: int = 0
    data: bytes = field(default=b"", repr=False)

    @property
    def image(self) -> Image.Image | None:
        """The preview as PIL; at the end the first picture."""
        return pixels.decode(self.data) if self.data else self.generation.image

    def thumbnail(self, px: int = pixels.THUMBNAIL_EDGE) -> bytes:
        """Return a small WebP of the preview, at most `px` pixels a side.

        Raises:
            AnswerError: The preview is no picture.
        """
        return pixels.thumbnail(self.data, px)
