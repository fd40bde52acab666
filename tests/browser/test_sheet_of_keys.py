"""What the sheet of keys says of dialogs is true: each key is pressed where the sheet says that it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import harness

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Where each part of the sheet is tried, and on what.
PLACES = {
    "References": ("editing with references", ".tray [tabindex='0'] >> nth=0"),
    "One picture over the page": ("viewer", "dialog.viewer .window"),
    "Comparison": ("comparison", "dialog.compare"),
    "Mask": ("mask painter", "dialog.painter .window"),
}
NAMES = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown", "Ctrl": "Control"}
TOLD = """(sections) => sections.map((each) => [each.querySelector("h4").textContent,
    [...each.querySelectorAll("dt > span")].map((keys) =>
        [...keys.children].map((key) => key.textContent).join("+"))])"""
LISTEN = """() => window.addEventListener("keydown", (event) => { window.last = event; }, true)"""
TAKEN = "() => window.last.defaultPrevented"


@pytest.fixture(scope="module")
def address():
    with harness.served() as address:
        yield address


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(f"({LISTEN})()")
    yield page
    page.close()


@pytest.fixture(scope="module")
def told(page, address):
    sheet = harness.go(page, address, "keys").locator(".shortcuts section")
    return dict(sheet.evaluate_all(TOLD))


def test_the_sheet_tells_of_every_place(told):
    assert set(PLACES) < set(told)


@pytest.mark.parametrize("where", PLACES)
def test_each_key_does_something_where_the_sheet_says_so(where, told, page, address):
    state, on = PLACES[where]
    idle = []
    harness.go(page, address, state)
    for keys in told[where]:
        if not page.locator(on).is_visible():  # closed by the key before
            harness.go(page, address, state)
        if not does(page, on, keys):
            idle.append(keys)
    assert idle == []


def does(page: Page, on: str, keys: str) -> bool:
    """Press keys; return whether the studio took them, or a dialog was closed by the browser itself."""
    target = page.locator(on)
    target.press("+".join(NAMES.get(key, key) for key in (keys.split("+") if keys != "+" else ["+"])))
    return page.evaluate(TAKEN) or target.is_hidden()
