"""A server, a browser and notebooks for the browser tests, which run as a pytest process of their own.

How to write a test here, in a file of its own for each part of the studio:

    def test_a_click_selects(open_studio):
        studio = open_studio()
        studio.make("a fox")
        studio.options.first.click()
        expect(studio.selected).to_have_count(1)
        studio.notebook.tells("len(studio.selection)", 1)

* `open_studio()` shows a new studio in the first cell of a notebook that the tests share, page and kernel,
  since both take many seconds to start: each test finds a session of its own, an empty namespace, and a page
  without a cell of another's. One at a time: a second call makes the first one's page anew. It takes `host`,
  `width`, `height` and `theme`; all else goes to `ImageStudio`. Its sketches are small and come at once;
  `parameters={}` gives a user's own, of 1024 pixels after a second.
* `open_notebook(*cells)` is the same without a studio, or with several.
* `studio.root`, `studio.page` and `studio.notebook` are what a test works with: `root.get_by_role(...)`,
  `page.keyboard`, `notebook.evaluate("studio.image.size")`, `notebook.start(1, "studio.submit('slow')")`.
  Pictures that are only needed, rather than tested, are made in the kernel: `studio.have("a fox", "an owl")`.
* `open_studio_alone` and `open_notebook_alone` have a page and a kernel of the test's own, at ten times the
  cost: for what changes the process (a keyring, the environment), loads the page again, or ends the kernel.
* A gateway with moods is the `emulator` fixture: `open_studio(gateway="openai", base_url=emulator.base_url,
  api_key="sk-loopback")`.
* `looks.at(...)` is for how it looks: a sample of widths and themes for `make test`, all for `make proof`.
* Wait by `expect` or `wait_for`, never by the clock. Errors that our code throws in the page fail the test.

Playwright's loop for synchronous code stays running between tests, and pytest-asyncio needs that place.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

import chromium
import jupyter
from notebooks import Notebook
from sharing import Shared
from studios import PATIENCE, Studio, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from jupyter import Jupyter

# What holds at once costs nothing, however long it is waited for where the machine has much else to do.
expect.set_options(timeout=PATIENCE)

# Tells a test's end whether it went well.
FAILED = pytest.StashKey[bool]()
LOOKS = ("host", "width", "height", "theme")
QUICK = {"latency": 0, "size": "256x256"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Note that a test has failed: a page that it leaves behind is no place for another."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Jupyter]:
    with jupyter.running(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, chromium.NOT_FOUND
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.flags())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared(server, browser) -> Iterator[Shared]:
    with closing(Shared(server, browser)) as shared:
        yield shared


@pytest.fixture
def open_notebook(shared, request) -> Iterator[Callable[..., Notebook]]:
    """Open a notebook of the given cells, in the page and with the kernel that the tests share."""

    def open_one(*cells: str, host: str = "lab", **looks: object) -> Notebook:
        return shared.take(host, cells, **looks)

    yield open_one
    errors = shared.give_back(spoilt=request.node.stash.get(FAILED, False))
    assert not errors


@pytest.fixture
def open_notebook_alone(server, browser) -> Iterator[Callable[..., Notebook]]:
    """Open a notebook of the given cells in a page, and with a kernel, that are the test's alone."""
    opened: list[Notebook] = []

    def open_one(*cells: str, host: str = "lab", **looks: object) -> Notebook:
        opened.append(Notebook(server, browser.new_page(), host))
        opened[-1].open(cells, **looks)
        return opened[-1]

    yield open_one
    errors = [error for notebook in opened for error in notebook.errors]
    for notebook in opened:
        notebook.close()
    assert not errors


@pytest.fixture
def open_studio(open_notebook, request) -> Callable[..., Studio]:
    """Show a studio in the first cell of the notebook that the tests share."""
    return partial(_shown, open_notebook, session_of(request))


@pytest.fixture
def open_studio_alone(open_notebook_alone, request) -> Callable[..., Studio]:
    """Show a studio in a notebook that is the test's alone."""
    return partial(_shown, open_notebook_alone, session_of(request))


def session_of(request: pytest.FixtureRequest) -> str:
    """Return the name of a test's session, which is no other test's of any file."""
    return f"{request.path.stem} {request.node.name}"


def _shown(open_one: Callable[..., Notebook], session: str, **given: object) -> Studio:
    looks = {name: given.pop(name) for name in LOOKS if name in given}
    notebook = open_one(show(session, **{"gateway": "sketch", "parameters": QUICK, **given}), **looks)
    notebook.run(0)
    return Studio(notebook)
