"""Films the studio in JupyterLab, with sketches, from a prompt to a PIL image in a cell: `make tour`."""

from __future__ import annotations

import io
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

import chromium
import jupyter
from film import Film
from notebooks import Notebook
from studios import PATIENCE, Studio, show

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SIZE = {"width": 1180, "height": 860}
CELLS = (
    'from nbimagegen import ImageStudio\n\nstudio = ImageStudio("tour", gateway="sketch")\nstudio',
    "studio.image",
)

SHOWN = (
    "a fox asleep under a red sun, ink",
    "constellations",
    "一只橙色小猫 on a roof",
    "a city at night, neon",
    "mountains at dawn, gouache",
)
# Of the picture's width and height: where the brush goes.
STROKE = ((0.2, 0.68), (0.5, 0.66), (0.8, 0.68), (0.5, 0.74))


def tour(film: Film, studio: Studio) -> None:
    """Go through it all once."""
    studio.notebook.run(0)
    expect(studio.prompt).to_be_visible(timeout=PATIENCE)
    to_top(studio)
    film.shot(700)
    make(film, studio, "two cats on a roof at night", 1)
    vary(film, studio)
    look(film, studio)
    mask(film, studio)
    make(film, studio, "a garden of red flowers", 3)
    compare(film, studio)
    fetch(film, studio)


def to_top(studio: Studio) -> None:
    """Scroll to the studio."""
    studio.root.evaluate("element => element.scrollIntoView({ block: 'start' })")


def make(film: Film, studio: Studio, prompt: str, pictures: int) -> None:
    """Type a prompt, press the button and see the picture come."""
    film.press(studio.prompt, 200)
    studio.prompt.press("Control+A")
    film.write(prompt)
    film.press(studio.root.locator(".primary").first, 500)
    film.page.wait_for_timeout(400)
    film.shot(400)
    studio.wait_for_pictures(pictures)
    settle(film)
    film.shot(800)


def vary(film: Film, studio: Studio) -> None:
    """Make a variation of the picture."""
    film.press(studio.options.first, 500)
    film.page.keyboard.press("v")
    film.shot(500)
    studio.wait_for_pictures(2)
    settle(film)
    film.shot(700)


def look(film: Film, studio: Studio) -> None:
    """Open the picture, and zoom in."""
    film.press(studio.options.first, 300)
    film.page.keyboard.press("Enter")
    expect(film.page.locator("dialog.viewer img").first).to_be_visible()
    settle(film)
    film.shot(800)
    film.go(420, 360)
    for _ in range(4):
        film.page.mouse.wheel(0, -120)
        film.shot(130)
    film.shot(500)
    film.page.keyboard.press("Escape")
    film.shot(400)


def mask(film: Film, studio: Studio) -> None:
    """Paint where the picture may change."""
    studio.options.first.press("e")
    film.shot(600)
    film.press(studio.root.get_by_role("button", name="Paint a mask"), 300)
    pane = film.page.locator("dialog.painter .pane")
    expect(pane).to_be_visible()
    settle(film)
    film.shot(600)
    box = pane.bounding_box()
    assert box
    for _ in range(6):
        film.page.keyboard.press("]")
    first, *others = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in STROKE]
    film.go(*first)
    film.page.mouse.down()
    for each in others:
        film.go(*each, steps=3)
    film.page.mouse.up()
    film.shot(700)
    film.press(film.page.get_by_role("button", name="Done", exact=True), 300)
    expect(film.page.locator("dialog[open]")).to_have_count(0)
    to_top(studio)
    film.shot(700)


def compare(film: Film, studio: Studio) -> None:
    """Set the edit against what it was made from."""
    film.press(studio.options.nth(1), 200)
    studio.options.first.click(modifiers=["Control"])
    film.page.keyboard.press("c")
    expect(film.page.locator("dialog.compare")).to_be_visible()
    settle(film)
    film.shot(500)
    film.page.keyboard.press("s")
    divider = film.page.get_by_role("slider", name="Where one picture ends")
    box = divider.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    film.go(x, y)
    film.page.mouse.down()
    for to in (x - 240, x + 240, x):
        film.go(to, y, steps=5)
    film.page.mouse.up()
    film.shot(500)
    film.page.keyboard.press("Escape")
    film.shot(300)


def fetch(film: Film, studio: Studio) -> None:
    """Have it in Python."""
    cell = studio.notebook.cells.nth(1)
    cell.scroll_into_view_if_needed()
    film.press(cell.locator(".jp-InputArea-editor"), 300)
    film.page.keyboard.press("Control+Enter")
    studio.notebook.wait_for_end(1)
    cell.evaluate("element => element.scrollIntoView({ block: 'start' })")
    settle(film)
    film.shot(1800)


def still(studio: Studio) -> None:
    """Take one picture of it, with a job under way."""
    studio.have(*SHOWN)
    studio.notebook.evaluate("studio.submit('a whale in the clouds', latency=60).status")
    studio.notebook.evaluate("studio.pictures[1].star().rating")
    studio.options.nth(2).click()
    expect(studio.selected.locator("img")).to_be_visible()
    studio.page.mouse.move(0, 0)
    studio.page.wait_for_timeout(1500)
    studio.page.set_viewport_size({**SIZE, "height": 1100})
    to_top(studio)
    image = Image.open(io.BytesIO(studio.root.screenshot()))
    image.save(NOTEBOOKS / "studio.webp", quality=82, method=6)


def settle(film: Film) -> None:
    """Let what moves come to rest."""
    film.page.wait_for_timeout(500)


def main() -> None:
    """Film it, and write it beside the notebooks."""
    path = chromium.find()
    assert path, chromium.NOT_FOUND
    with (
        tempfile.TemporaryDirectory() as home,
        jupyter.running(Path(home)) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=chromium.flags()) as browser,
        closing(Notebook(server, browser.new_page(), "lab", stem="tour")) as notebook,
    ):
        notebook.open(CELLS, **SIZE)
        film = Film(notebook.page)
        tour(film, Studio(notebook))
        film.save(NOTEBOOKS / "tour.webp")
        notebook.renew([show("still", gateway="sketch")], **SIZE)
        notebook.run(0)
        still(Studio(notebook))
    seconds, size = sum(film.lengths) / 1000, (NOTEBOOKS / "tour.webp").stat().st_size
    print(f"notebooks/tour.webp: {len(film.frames)} frames, {seconds:.0f} s, {size:,} bytes")


if __name__ == "__main__":
    main()
