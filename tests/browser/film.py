"""A page as an animation: what was seen, how long, and where the pointer was."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

WIDTH = 900
# An arrow, its tip first.
POINTER = ((0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12))
POINTER_SCALE = 1.3


class Film:
    """Takes pictures of a page, and moves its pointer as a hand does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.lengths: list[int] = []
        self.pointer = (600.0, 500.0)

    def shot(self, milliseconds: int) -> None:
        """Show what is seen for so long."""
        image = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self._draw_pointer(image)
        self.frames.append(
            image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
        )
        self.lengths.append(milliseconds)

    def go(self, x: float, y: float, steps: int = 2) -> None:
        """Move the pointer, and show how."""
        (before_x, before_y) = self.pointer
        for step in range(1, steps + 1):
            part = step / steps
            self.pointer = (before_x + (x - before_x) * part, before_y + (y - before_y) * part)
            self.page.mouse.move(*self.pointer)
            self.shot(70)

    def press(self, what: Locator, milliseconds: int = 500) -> None:
        """Go to something, click it, and show what comes of it."""
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box, "what is pressed must be seen"
        self.go(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.up()
        self.shot(milliseconds)

    def write(self, text: str, at_once: int = 6) -> None:
        """Type, some letters a picture."""
        for start in range(0, len(text), at_once):
            self.page.keyboard.type(text[start : start + at_once])
            self.shot(90)

    def save(self, path: Path) -> None:
        """Write it as an animated WebP, which goes round for ever."""
        first, *others = self.frames
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.lengths,
            loop=0,
            quality=55,
            method=3,
        )

    def _draw_pointer(self, image: Image.Image) -> None:
        (left, top) = self.pointer
        points = [(left + x * POINTER_SCALE, top + y * POINTER_SCALE) for x, y in POINTER]
        ImageDraw.Draw(image).polygon(points, fill="black", outline="white", width=1)
