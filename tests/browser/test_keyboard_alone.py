"""A sitting by the keyboard alone: the focus is always somewhere, always seen, and Escape always returns."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import harness
from test_states import FOCUSED

NAME = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
ROLE = "document.activeElement.getAttribute('role')"
PAINTED = "Boolean(window.mask)"


@pytest.fixture
def page(browser):
    with harness.served() as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        harness.go(page, address, "comparison")
        page.keyboard.press("Escape")
        yield page
        page.close()


def pressed(page, *keys: str) -> None:
    """Press keys; after each, the focus is somewhere and can be seen."""
    for each in keys:
        page.keyboard.press(each)
        is_seen, html = page.evaluate(FOCUSED) or (False, f"nothing, after {each}")
        assert is_seen, html


def go_to(page, words: str, by: str = "Tab") -> None:
    for _ in range(60):
        if words in page.evaluate(NAME):
            return
        pressed(page, by)
    pytest.fail(f"{words} cannot be reached by {by}")


def to_the_strip(page) -> None:
    for _ in range(60):
        if page.evaluate(ROLE) == "option":
            return
        pressed(page, "Tab")
    pytest.fail("the strip cannot be reached")


def there_and_back(page, key: str, dialog: str, *keys: str) -> None:
    """Open a dialog by a key, press more keys in it, and return by Escape to where it was opened."""
    before = page.evaluate(NAME)
    page.keyboard.press(key)
    expect(page.locator(dialog)).to_be_visible()
    pressed(page, *keys, "Escape")
    expect(page.locator(dialog)).to_have_count(0)
    assert page.evaluate(NAME) == before


def test_from_a_prompt_to_a_masked_edit_and_to_the_trash_and_back(page):
    options = page.locator(".strip [role=option]")
    page.locator(".prompt").focus()
    page.keyboard.type("a fox by keys")
    pressed(page, "Control+Enter")
    expect(options.first).to_have_attribute("aria-setsize", "13", timeout=10_000)

    to_the_strip(page)
    there_and_back(page, "Enter", "dialog.viewer", "ArrowRight", "+", "i", "i")
    pressed(page, "Shift+ArrowRight")
    there_and_back(page, "c", "dialog.compare", "s", "b", "d")
    there_and_back(page, "t", "dialog[open]", "x", "Enter")
    there_and_back(page, "?", "dialog.shortcuts")
    there_and_back(page, "m", "[role=menu]", "ArrowDown", "End")
    pressed(page, "s", "4", "e")
    assert page.evaluate("document.activeElement.className") == "prompt"

    go_to(page, "Paint a mask", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.painter .window")).to_be_focused()
    pressed(page, "r", "ArrowRight", "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Space", "Enter")
    page.wait_for_function(PAINTED)
    go_to(page, "may change")
    page.keyboard.press("Tab")

    to_the_strip(page)
    pressed(page, "Home", "Delete")
    expect(options.first).to_have_attribute("aria-setsize", "12")
    assert page.evaluate(ROLE) == "option"
    pressed(page, "Control+z")
    kinds = page.evaluate("window.model.sent.map(({ kind }) => kind)")
    assert [
        kind for kind in kinds if kind in ("generate", "star", "tag", "rate", "paint", "delete", "undo")
    ] == [
        "generate",
        "tag",
        "star",
        "rate",
        "paint",
        "delete",
        "undo",
    ]
