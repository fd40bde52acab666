"""Painting a mask in the studio, as a person does with a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Pixels of a picture that is 256 of them wide and high: the first and the last that a rectangle holds.
LEFT, TOP, RIGHT, BOTTOM = 64, 32, 192, 160


def paint_a_rectangle(page: Page) -> None:
    """Draw it from corner to corner, and close the painter."""
    painter = page.locator("dialog.painter[open] .pane")
    painter.wait_for()  # until it is there, a key is not its own
    page.keyboard.press("r")
    pane = painter.bounding_box()
    scale = pane["width"] / 256
    page.mouse.move(pane["x"] + (LEFT + 0.5) * scale, pane["y"] + (TOP + 0.5) * scale)
    page.mouse.down()
    page.mouse.move(pane["x"] + (RIGHT + 0.5) * scale, pane["y"] + (BOTTOM + 0.5) * scale)
    page.mouse.up()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.locator("dialog[open]")).to_have_count(0)
