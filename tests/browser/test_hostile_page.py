"""Texts that would be scripts, in every place of the page that shows one; and doctored notebooks.

On the harness's page no policy forbids an inline script: whatever is read as markup would run.
"""

from __future__ import annotations

import json
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

import harness
from tests.hostile_texts import TEXTS
from tests.proof import counted, held

NOTEBOOKS = counted(6, 50)
TAKEN = counted(20, len(TEXTS))  # texts, in each state
STATES = (
    "typing",
    "running",
    "partial",
    "failed and cancelled",
    "done otherwise than asked",
    "narrowed down",
    "several selected",
    "editing with references",
    "template",
    "menu of a picture",
    "viewer",
    "comparison",
    "tags",
    "earlier prompts",
)
# Each text becomes whatever the kernel, a gateway or a stranger's file could say.
BARRAGE = """async ([texts, everything]) => {
    const { model } = window;
    const turn = () => new Promise((done) => setTimeout(done));
    const told = (text) => JSON.parse(JSON.stringify(everything).replaceAll('"TEXT"', JSON.stringify(text)
        .replaceAll("$", "$$$$")));
    for (const text of texts) {
        const { traits, replies } = told(text);
        for (const [name, value] of Object.entries(traits)) model.set(name, value);
        for (const reply of replies) model.reply(reply, new Uint8Array([1]), new Uint8Array([1]));
        await turn();
    }
    await new Promise((done) => setTimeout(done, 300));
}"""
FOREIGN = """() => [...document.querySelectorAll("#output *, dialog *")].filter((each) =>
    each.matches("script, iframe, object, embed, video, audio, marquee, form, meta, base, math, link")
    || [...each.attributes].some(({ name, value }) => /^on/i.test(name)
        || (/^(href|src|action|formaction|data)$/i.test(name) && !/^blob:/.test(value)))
).map((each) => each.outerHTML.slice(0, 200))"""
PAYING = ("generate", "vary", "again", "retry", "key", "download")

T = "TEXT"
PICTURE = {
    "id": "p1",
    "generation": T,
    "prompt": T,
    "model": T,
    "width": 9,
    "height": 9,
    "starred": True,
    "rating": 3,
    "tags": [T],
}
DETAILS = {
    **PICTURE,
    "gateway": T,
    "asked": T,
    "got": T,
    "seconds": 1,
    "created": T,
    "format": T,
    "bytes": 9,
    "revised_prompt": T,
    "parameters": {T: T},
    "extra": {T: [T]},
    "asked_count": 2,
    "got_count": 1,
    "differences": {"size": [T, T]},
    "cost": 0.1,
    "note": T,
    "operation": T,
    "changed_outside": 0.5,
    "usage": {T: T},
    "again": {"usd": 1, "priced": T},
    "parents": [{"id": "p2", "prompt": T}],
    "children": [{"id": T, "prompt": T}],
}
PARAMETER = {
    "name": "size",
    "label": T,
    "type": "choice",
    "choices": [T],
    "minimum": None,
    "maximum": None,
    "default": T,
    "help": T,
    "operations": [],
}
MODEL = {
    "id": "gpt-image-1.5",
    "operations": None,
    "max_inputs": 16,
    "takes_mask": True,
    "max_images": 10,
    "max_images_per_request": 1,
    "prompt_limit": 4000,
    "parameters": [PARAMETER, {**PARAMETER, "name": "style", "type": "text"}],
}
GATEWAY = {
    "id": "serevix",
    "label": T,
    "ready": False,
    "key_variable": T,
    "default_model": T,
    "operations": ["generate", "edit"],
    "takes_mask": True,
    "models": [MODEL, {**MODEL, "id": T}],
    "parameters": [PARAMETER],
    "listed": [T],
    "note": T,
}
NOTICE = {
    "id": "n1",
    "level": "error",
    "message": T,
    "prompt": T,
    "generation": "g1",
    "may_be_billed": True,
    "lost": 1,
    "status": 500,
    "request_id": T,
    "more": True,
    "select": [T],
    "restore": 1,
}
JOB = {
    "id": "j1",
    "prompt": T,
    "gateway": T,
    "model": T,
    "n": 1,
    "status": "running",
    "started": 1,
    "expected": 9,
}
LISTED = {"query": {}, "pictures": [PICTURE, {**PICTURE, "id": T}], "total": 2, "count": 2}
FILLS = {
    "prompts": 2,
    "names": [{"name": T, "count": 2, "values": T}],
    "unknown": [T],
    "message": T,
    "first": T,
}
TRAITS = {
    "prompt": T,
    "_notices": [NOTICE],
    "running": [JOB],
    "_running_count": 1,
    "_fills": FILLS,
    "_estimate": {"list_usd": 1, "priced": T},
    "_budget": {"images": {"spent": 1, "limit": 2}},
    "_mask": {"source": "p1", "revision": T, "share": 0.5},
    "parameters": {"size": T, T: T},
    "extra": {T: T},
    "references": [T, "p1"],
    "filter": {"text": T, "tag": T, "model": T, "gateway": T},
}
MISSING = {"kind": "missing", "message": T}
REPLIES = [
    {"kind": "catalog", "now": 1, "gateways": [GATEWAY], "models": [MODEL], "keyring": True},
    {"kind": "page", "offset": 0, "models": [T], "tags": [T], **LISTED},
    {"kind": "changed", "gone": [], **LISTED},
    {"kind": "details", "details": DETAILS},
    {"kind": "thumbnail", "id": "p1", "type": T},
    {"kind": "original", "id": "p1", "type": T},
    {"kind": "partial", "generation": "j1", "index": 1, "type": T},
    *({**MISSING, "id": "p2", "what": what} for what in ("thumbnail", "original", "details", "file")),
    {"kind": "failure", "generation": "g1", "message": T, "text": T},
    {"kind": "settings", "upload": T, "found": False, "message": T},
    {"kind": "uploaded", "upload": T, "id": "", "width": 0, "height": 0, "message": T},
    {"kind": "prompts", "text": "", "before": "", "prompts": [T], "next": ""},
    {"kind": "refused", "click": T, "message": T},
]


@pytest.fixture(scope="module")
def address():
    with harness.served() as address:
        yield address


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def is_unharmed(page) -> None:
    assert page.evaluate("window.__hit") is None
    assert page.evaluate(FOREIGN) == []


@pytest.mark.proof
@pytest.mark.parametrize("state", STATES)
def test_no_text_is_ever_markup_wherever_it_stands(state, page, address):
    first = STATES.index(state) * TAKEN
    texts = [*islice(cycle(TEXTS), first, first + TAKEN)]
    harness.go(page, address, state)
    page.evaluate(BARRAGE, [texts, {"traits": TRAITS, "replies": REPLIES}])
    assert page.evaluate("document.body.textContent.includes('__hit')")
    is_unharmed(page)
    held("hostile texts, each in every place of a state", "executed", TAKEN)


def doctored(number: int) -> dict[str, object]:
    """Return the state of a saved notebook, changed by somebody who wants it to act by itself."""
    text = TEXTS[number * 11 % len(TEXTS)]
    whole = json.loads(json.dumps(TRAITS).replace('"TEXT"', json.dumps(text)))
    odd = [None, text, 7, [text], {text: text}, [[None]], {"length": 9}, True]
    names = [*whole, "gateway", "model", "n", "selected", "source", "_count", "_selected_count"]
    broken = {
        names[(number * 5 + at) % len(names)]: odd[(number + at) % len(odd)] for at in range(number % 6)
    }
    return {**whole, "_count": 3, "selected": [text], "source": text, **broken}


@pytest.mark.proof
@pytest.mark.parametrize("number", range(NOTEBOOKS))
def test_a_doctored_notebook_asks_for_nothing_and_runs_nothing(number, page, address):
    page.goto(f"{address}?{urlencode({'scene': 'one', 'traits': json.dumps(doctored(number))})}")
    expect(page.locator("#output")).not_to_be_empty()
    page.wait_for_function("window.model.sent.some(({ kind }) => kind === 'hello')")
    page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    sent = page.evaluate("window.model.sent.map(({ kind }) => kind)")
    assert [kind for kind in sent if kind in PAYING] == []
    is_unharmed(page)
    held("doctored notebooks", "asked for anything that costs, or ran a script")
