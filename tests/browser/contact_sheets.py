"""`make screenshots`: every state of the studio, at three widths, light and dark, a contact sheet each.

They are looked at, and kept in `tests/screenshots/`, so that a change of looks is seen as one.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

import chromium
import harness

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"
THEMES = ("light", "dark")
MARGIN = 12
TITLE = 22
QUALITY = 60
WATCH = """globalThis.changed = 0;
new MutationObserver(() => { changed = performance.now(); })
    .observe(document, { subtree: true, childList: true, attributes: true });"""


class Sheet(NamedTuple):
    """Screens of one size, shrunk to be so wide, so many in a row."""

    width: int
    height: int
    shown: int
    columns: int


SHEETS = (Sheet(360, 900, 240, 9), Sheet(720, 900, 360, 6), Sheet(1280, 900, 520, 4))


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    with harness.served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.flags())
        for sheet in SHEETS:
            page = browser.new_page(viewport={"width": sheet.width, "height": sheet.height})
            page.emulate_media(reduced_motion="reduce")
            page.add_init_script(WATCH)
            for theme in THEMES:
                screens = {name: _screen(page, address, name, theme) for name in harness.STATES}
                path = FOLDER / f"{sheet.width}-{theme}.webp"
                _laid_out(screens, sheet).save(path, quality=QUALITY, method=6)
            page.close()
        browser.close()


def _screen(page: Page, address: str, name: str, theme: str) -> Image.Image:
    harness.go(page, address, name, theme=f"jupyter-{theme}")
    # Pictures come a little after what is around them.
    page.wait_for_function("performance.now() - changed > 400")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _laid_out(screens: dict[str, Image.Image], sheet: Sheet) -> Image.Image:
    height = round(sheet.height * sheet.shown / sheet.width)
    across, down = sheet.shown + MARGIN, height + TITLE + MARGIN
    rows = -(-len(screens) // sheet.columns)
    board = Image.new("RGB", (across * sheet.columns + MARGIN, down * rows + MARGIN), "#777")
    pen = ImageDraw.Draw(board)
    for at, (name, screen) in enumerate(screens.items()):
        row, column = divmod(at, sheet.columns)
        x, y = MARGIN + column * across, MARGIN + row * down
        pen.text((x, y), name, fill="white", font_size=14)
        board.paste(screen.resize((sheet.shown, height), Image.Resampling.LANCZOS), (x, y + TITLE))
    return board


if __name__ == "__main__":
    main()
