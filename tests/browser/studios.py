"""The studio in a page, by the names that a screen reader tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from notebooks import Notebook

# A sketch made by a click takes a second by itself; the rest is for a slow machine.
PATIENCE = 30_000
SHOW = """\
from nbimagegen import ImageStudio
studio = ImageStudio({})
studio
"""


def show(session: str, **settings: object) -> str:
    """Return the code of a cell that shows a studio, named `studio`."""
    return SHOW.format(", ".join([repr(session), *(f"{name}={value!r}" for name, value in settings.items())]))


class Studio:
    """A studio in a notebook's page, by default the first."""

    def __init__(self, notebook: Notebook, nth: int = 0) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.root = notebook.page.locator(".nbimagegen").nth(nth)
        self.prompt = self.root.get_by_role("textbox", name="Prompt", exact=True)
        self.generate = self.root.get_by_role("button", name="Generate", exact=True)
        self.cancel = self.root.get_by_role("button", name="Cancel", exact=True)
        self.images = self.root.get_by_role("listbox", name="Images", exact=True)
        self.options = self.images.get_by_role("option")
        self.selected = self.images.get_by_role("option", selected=True)

    def make(self, prompt: str) -> None:
        """Type a prompt, press the button and wait for the picture."""
        before = self.options.count()
        self.prompt.fill(prompt)
        self.generate.click()
        self.wait_for_pictures(before + 1)

    def have(self, *prompts: str, **parameters: object) -> None:
        """Make pictures in the kernel, one after another, for a test of what is done with them."""
        before = self.options.count()
        call = "".join(f", {name}={value!r}" for name, value in parameters.items())
        self.notebook.evaluate(f"[studio.generate(each{call}).status for each in {json.dumps(prompts)}]")
        self.wait_for_pictures(before + len(prompts))

    def wait_for_pictures(self, count: int) -> None:
        """Wait until the strip holds so many pictures, and all that are in sight are painted."""
        expect(self.options).to_have_count(count, timeout=PATIENCE)
        expect(self.cancel).to_have_count(0, timeout=PATIENCE)

    def screenshot(self, name: str) -> None:
        """Keep a picture of the page from the studio's top on."""
        self.root.evaluate("element => element.scrollIntoView({ block: 'start' })")
        self.notebook.screenshot(name)
