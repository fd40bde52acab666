"""Every state of the studio on the harness's page: accessible, within its width, and large enough to hit."""

from __future__ import annotations

from itertools import cycle, product

import pytest

import harness
from tests.proof import PROOF

WIDTHS = (320, 360, 720, 1280, 1600) if PROOF else (320, 720, 1600)
THEMES = ("jupyter-light", "jupyter-dark")
LARGE_ENOUGH = 24
AXE = (harness.JS / "node_modules/axe-core/axe.min.js").read_text("utf-8")
# A cell's output is no page: its landmarks are the notebook's business.
FOUND = """async () => {
    const { violations } = await axe.run("#output", { rules: { region: { enabled: false } } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) =>
        [id, html, [...any, ...all, ...none].map(({ message }) => message).join("; ")]));
}"""
SMALL = """(least) => {
    const targets = "button, select, summary, textarea, input, [role=option], [role=menuitem], a[href]";
    const shown = [...document.querySelectorAll(targets)].filter((each) => each.checkVisibility());
    // A box to tick is hit at its words as well.
    const whole = (each) => (each.type === "checkbox" && each.labels[0]) || each;
    return shown.map((each) => [each, whole(each).getBoundingClientRect()])
        .filter(([, { width, height }]) => width && height && (width < least || height < least))
        .map(([each, { width, height }]) => `${each.outerHTML.slice(0, 120)} ${width}x${height}`);
}"""
WIDER = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
}"""
STILL = "() => document.getAnimations().length"
FOCUSED = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const rings = [focused, focused.parentElement, focused.closest(".card")].filter(Boolean);
    const seen = rings.some((each) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
    });
    return [seen, focused.outerHTML.slice(0, 140)];
}"""


@pytest.fixture(scope="module")
def address():
    with harness.served() as address:
        yield address


@pytest.fixture(scope="module")
def shared_page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(AXE)
    yield page
    page.close()


@pytest.fixture
def page(shared_page):
    errors = []

    def note(error):
        errors.append(error)

    shared_page.on("pageerror", note)
    shared_page.set_viewport_size({"width": 1280, "height": 900})
    shared_page.emulate_media(reduced_motion="reduce")
    yield shared_page
    shared_page.remove_listener("pageerror", note)
    shared_page.emulate_media(forced_colors="none", contrast="no-preference", reduced_motion="no-preference")
    assert errors == []


def looks():
    """Return each state with each theme; a sample has each once, light and dark in turn."""
    return list(
        product(harness.STATES, THEMES) if PROOF else zip(harness.STATES, cycle(THEMES), strict=False)
    )


@pytest.mark.proof
@pytest.mark.parametrize(("state", "theme"), looks())
def test_axe_finds_nothing_and_all_fits_and_can_be_hit(state, theme, page, address):
    harness.go(page, address, state, theme=theme)
    assert page.evaluate(FOUND) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, page.evaluate(WIDER)) == (width, 0)
        assert (width, page.evaluate(SMALL, LARGE_ENOUGH)) == (width, [])


@pytest.mark.parametrize("state", ["first run without a key", "done otherwise than asked", "narrowed down"])
@pytest.mark.parametrize("colours", ["none", "active"])
def test_where_the_keyboard_is_is_always_seen(state, colours, page, address):
    page.emulate_media(forced_colors=colours)
    harness.go(page, address, state)
    seen = []
    while len(seen) < 60:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        seen.append(focused)
    assert len(seen) > 5
    assert [html for is_seen, html in seen if not is_seen] == []


@pytest.mark.parametrize("media", [{"contrast": "more"}, {"forced_colors": "active"}], ids=str)
@pytest.mark.parametrize("state", ["running", "several selected", "failed and cancelled"])
def test_more_contrast_and_the_systems_own_colours_are_read_as_well(state, media, page, address):
    page.emulate_media(**media)
    harness.go(page, address, state)
    assert page.evaluate(FOUND) == []


def test_nothing_moves_where_less_motion_is_wanted(page, address):
    harness.go(page, address, "running")
    assert page.evaluate(STILL) == 0


def test_a_prompt_is_written_from_the_side_where_its_script_begins(page, address):
    studio = harness.go(page, address, "right to left")
    for selector in (".prompt", ".said"):
        assert studio.locator(selector).evaluate("(each) => getComputedStyle(each).direction") == "rtl"


def test_the_page_speaks_chinese_where_it_is_asked_to(page, address):
    studio = harness.go(page, address, "first run in Chinese")
    assert studio.get_by_role("button", name="生成", exact=True).is_visible()
    assert studio.get_by_label("网关").is_visible()
