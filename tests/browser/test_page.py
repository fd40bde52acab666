"""The studio and the page that it stands on: the network, the policy, the looks of the rest, the frame."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import harness

# Code comes from where the page does, or is made of what the kernel sent; the played one reads that as files.
POLICY = """default-src 'none'; script-src 'self' blob:; style-src 'self'; img-src blob:; connect-src 'self';
    require-trusted-types-for 'script'; trusted-types 'none'""".replace("\n", "")
BARE = """<!doctype html><html lang="en"><title>Strict</title><link rel="stylesheet" href="widget.css">
<body><div id="output"></div><script type="module" src="harness.js"></script></body></html>"""
WATCH = """window.violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
    violations.push([violatedDirective, blockedURI, sample].join(" ")));"""
LOOKED_AT = ("viewer", "comparison", "mask painter", "editing with references", "menu of a picture", "tags")
LOADED = {"harness.html", "widget.css", "harness.js", "dialogs.js", "dialogs.css"}

# One of each element of a notebook's, and all that is computed for it.
NOTEBOOK = """<main id="notebook"><h1>One</h1><h4>Two</h4><p class="note">Three</p><dialog open>Four</dialog>
<button class="button primary">Five</button><ul><li>Six</li></ul><textarea class="prompt">Seven</textarea>
<figure class="card"><img alt=""></figure><div class="menu row bar strip stage viewer">Eight</div></main>"""
STYLES = """() => [...document.querySelectorAll("#notebook, #notebook *, html, body")].map((each) => {
    const style = getComputedStyle(each);
    // The page is another time as high, and what follows from that is no style.
    const names = [...style].filter((name) => !/^--|size|width|height|origin/.test(name));
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
})"""

# A host that gives an output a frame as high as its content, in a page that shows a part of it.
HOST = """<!doctype html><title>Host</title><body style="margin: 0"><h1 style="height: 200px">Cells</h1>
<iframe style="width: 100%; height: 300px; border: 0"></iframe><div style="height: 2000px"></div>
<script>
    const frame = document.querySelector("iframe");
    frame.onload = () => {
        const fit = () => { frame.style.height = frame.contentDocument.body.offsetHeight + "px"; };
        new ResizeObserver(fit).observe(frame.contentDocument.body);
    };
    frame.src = "harness.html" + location.search;
</script>"""


@pytest.fixture(scope="module")
def address():
    with harness.served() as address:
        yield address


@pytest.fixture
def page(browser):
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield context.new_page()


@pytest.mark.parametrize("state", LOOKED_AT)
def test_it_needs_no_inline_script_no_eval_and_no_network(state, page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)
    page.route("**/harness.html*", answer_with(BARE, {"Content-Security-Policy": POLICY}))
    harness.go(page, address, state)
    assert page.evaluate("violations") == []
    root = address.removesuffix("harness.html")
    elsewhere = [url for url in asked if not url.startswith((root, f"blob:{root.rstrip('/')}"))]
    assert elsewhere == []
    assert {url.removeprefix(root).partition("?")[0] for url in asked if url.startswith(root)} <= LOADED


def test_nothing_around_it_looks_otherwise(page, address):
    page.add_init_script(f"""addEventListener("DOMContentLoaded", () => document.body.insertAdjacentHTML(
        "afterbegin", {NOTEBOOK!r}))""")
    page.route("**/widget.css", lambda route: route.fulfill(body="", content_type="text/css"))
    harness.go(page, address, "one picture")
    before = page.evaluate(STYLES)
    page.unroute_all()
    harness.go(page, address, "keys")
    assert page.evaluate(STYLES) == before


@pytest.mark.parametrize("state", ["viewer", "mask painter", "keys"])
def test_in_a_frame_as_high_as_its_content_a_dialog_is_in_sight_and_large_enough(state, page, address):
    page.route("**/host.html*", answer_with(HOST))
    page.goto(address.replace("harness.html", f"host.html?scene={harness.STATES[state].scene}"))
    frame = page.frame_locator("iframe")
    studio = frame.locator(".nbimagegen")
    expect(studio).to_be_visible()
    for selector, key in harness.STATES[state].steps:
        studio.locator(selector).press(key)
    dialog = studio.locator(harness.STATES[state].shows)
    expect(dialog).to_be_in_viewport(ratio=0.9)
    assert 400 <= dialog.bounding_box()["height"] <= 800
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def answer_with(html: str, headers: dict[str, str] | None = None):
    """Return what answers a request with a page."""
    return lambda route: route.fulfill(body=html, content_type="text/html", headers=headers or {})
