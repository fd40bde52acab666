"""A saved notebook is small, and shows its pictures to whoever opens it where no kernel runs."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

import looks
from notebooks import SCREENSHOTS, Notebook
from servers import wait_for

MOST_A_PICTURE = 12_000
PROMPTS = ("a fox in the snow <b>", "橙色小猫 by a lighthouse")
STRANGER = 900, 1000


class Saved:
    """A notebook on disk, and the sheet that a page shows of it."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.marks = notebook.page.locator("[data-nbimagegen-session]")
        self.captions = self.marks.locator("li")
        self.pictures = notebook.page.locator(".jp-OutputArea-child img[src^='data:image/jpeg']")

    def save_with(self, pictures: int) -> None:
        """Save once the sheet holds so many pictures."""
        expect(self.captions).to_have_count(pictures)
        expect(self.pictures).to_have_count(1)
        self.notebook.save()

    def size(self) -> int:
        return self.notebook.path.stat().st_size

    def outputs(self) -> list[dict[str, Any]]:
        return [output for cell in self.notebook.saved().cells for output in cell.outputs]


def distrust(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Make it the notebook of somebody else: what was signed is changed."""
    book.cells[-1].source = "# from a stranger"
    return book


@pytest.fixture
def shown(open_studio):
    """A studio with two pictures that were made by clicks, and its saved notebook."""

    def show(**looks: object) -> Saved:
        studio = open_studio(**looks)
        saved = Saved(studio.notebook)
        saved.notebook.save()
        saved.empty = saved.size()
        for prompt in PROMPTS:
            studio.make(prompt)
        saved.save_with(len(PROMPTS))
        return saved

    return show


@pytest.fixture
def open_without_a_kernel(server, browser):
    """Open a saved notebook, which never had a kernel, on a page that cannot start one."""
    opened: list[Notebook] = []

    def open_one(book: nbformat.NotebookNode, host: str = "lab", **looks: object) -> Saved:
        notebook = Notebook(server, browser.new_page(), host)
        opened.append(notebook)
        nbformat.write(book, notebook.path)
        notebook.page.route("**/api/sessions**", lambda route: route.abort())
        notebook.page.route("**/api/kernels**", lambda route: route.abort())
        notebook.look(**looks)
        notebook.page.goto(notebook.address)
        notebook.page.locator(".jp-Notebook .jp-Cell").first.wait_for(state="attached")
        # The host says in a dialog, again and again, that there is none.
        notebook.page.add_style_tag(content=".jp-Dialog { display: none !important }")
        return Saved(notebook)

    yield open_one
    errors = [error for notebook in opened for error in notebook.errors]
    for notebook in opened:
        notebook.close()
    assert not errors


@looks.in_hosts()
def test_without_a_kernel_the_pictures_stand_in_the_notebook(shown, open_without_a_kernel, host, theme):
    saved = shown(host=host, theme=theme)
    expect(saved.marks).to_be_hidden()
    expect(saved.pictures).to_be_hidden()
    read = open_without_a_kernel(saved.notebook.saved(), host=host, theme=theme)
    expect(read.pictures).to_be_visible()
    expect(read.captions).to_have_count(2)
    for prompt, line in zip(PROMPTS, reversed(read.captions.all()), strict=True):
        expect(line).to_be_visible()
        expect(line).to_contain_text(prompt)
    assert read.pictures.evaluate("image => image.naturalWidth") > 400
    read.notebook.screenshot(f"saved-{host}-{theme}")


def test_a_strangers_notebook_that_is_not_trusted_shows_them_too(shown, open_without_a_kernel):
    read = open_without_a_kernel(distrust(shown().notebook.saved()))
    expect(read.pictures).to_be_visible()
    # The mark is not left; the words are.
    expect(read.notebook.page.get_by_role("listitem").filter(has_text=PROMPTS[0])).to_be_visible()


def test_a_page_made_by_nbconvert_shows_them(shown, browser, tmp_path):
    saved = shown()
    page = tmp_path / "saved.html"
    page.write_text(HTMLExporter().from_notebook_node(saved.notebook.saved())[0], "utf-8")
    stranger = browser.new_page(viewport=dict(zip(("width", "height"), STRANGER, strict=True)))
    stranger.route("https://**", lambda route: route.abort())
    stranger.goto(page.as_uri())
    expect(stranger.locator("img[src^='data:image/jpeg']")).to_be_visible()
    expect(stranger.locator("[data-nbimagegen-session] li").last).to_contain_text(PROMPTS[0])
    stranger.locator("img").evaluate("image => image.scrollIntoView()")
    SCREENSHOTS.mkdir(exist_ok=True)
    stranger.screenshot(path=SCREENSHOTS / "saved-nbconvert.png")
    stranger.close()


def test_it_grows_by_little_a_picture_and_holds_no_original(shown):
    saved = shown()
    assert saved.size() - saved.empty <= MOST_A_PICTURE * len(PROMPTS)
    kinds = {kind for output in saved.outputs() for kind in output.get("data", {})}
    assert kinds <= {"application/vnd.jupyter.widget-view+json", "image/jpeg", "text/html", "text/plain"}
    text = json.dumps(saved.outputs())
    assert "iVBORw0KGgo" not in text
    assert str(saved.notebook.server.folder.parent) not in text


def test_a_studio_that_is_not_shown_leaves_nothing(open_notebook):
    notebook = open_notebook(
        "from nbimagegen import ImageStudio\nstudio = ImageStudio('unseen', gateway='sketch')\n"
        "quiet = studio.generate('a fox', latency=0)"
    )
    notebook.run(0)
    notebook.save()
    assert notebook.saved().cells[0].outputs == []


def test_the_sheet_follows_in_every_cell_that_shows_the_studio(open_studio):
    studio = open_studio()
    notebook = studio.notebook
    notebook.start(1, "display(studio)")
    notebook.wait_for_end(1)
    # From code, by a thread that ends after its cell.
    notebook.start(
        1,
        "display(studio)\nimport threading\n"
        "threading.Timer(2, lambda: studio.generate('from a thread', latency=0)).start()",
    )
    notebook.wait_for_end(1)
    marks = notebook.page.locator("[data-nbimagegen-session]")
    expect(marks).to_have_count(2)
    for mark in marks.all():
        expect(mark.locator("li")).to_have_text(["from a thread (sketch, 256x256)"], timeout=20_000)
        expect(mark).to_be_hidden()


def test_python_opens_a_picture_in_the_studio(open_studio):
    studio = open_studio()
    studio.have("one", "two")
    notebook = studio.notebook
    said = studio.root.get_by_role("note", name="Its prompt")
    expect(said).to_have_text("two")
    notebook.evaluate("studio.show(studio.history[0].pictures[0])")
    expect(said).to_have_text("one")
    expect(studio.selected).to_have_count(0)
    studio.options.first.click()
    expect(said).to_have_text("two")


def test_a_picture_shows_itself_small_in_a_cell_and_in_the_notebook(open_studio):
    studio = open_studio()
    studio.make("a fox")
    notebook = studio.notebook
    notebook.start(1, "studio.history[0].pictures[0]")
    notebook.wait_for_end(1)
    image = notebook.cells.nth(1).locator("img")
    expect(image).to_be_visible()
    wait_for(lambda: image.evaluate("image => image.naturalWidth") >= 200, "the picture")
    notebook.save()
    output = notebook.saved().cells[1].outputs[0]
    assert len(json.dumps(output)) <= MOST_A_PICTURE
    assert output.data["text/plain"].startswith("<Picture ")
