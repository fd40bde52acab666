"""A server, a browser and notebooks for the browser tests, which run as a pytest process of their own.

Playwright's loop for synchronous code stays running between tests, and pytest-asyncio needs that place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

import chromium
import jupyter
from notebooks import Notebook
from studios import Studio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from jupyter import Jupyter

SHOW_STUDIO = """\
from nbimagegen import ImageStudio
studio = ImageStudio({!r}, gateway="sketch")
studio
"""


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


@pytest.fixture
def open_notebook(server, browser) -> Iterator[Callable[..., Notebook]]:
    """Open a notebook of the given cells in a new page; what went wrong in our code fails the test."""
    opened: list[Notebook] = []

    def open_one(
        *cells: str, host: str = "lab", width: int = 1280, height: int = 900, theme: str = "light"
    ) -> Notebook:
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
        opened.append(Notebook(server, page, cells, host))
        return opened[-1]

    yield open_one
    errors = [error for notebook in opened for error in notebook.errors]
    for notebook in opened:
        notebook.close()
    assert not errors


@pytest.fixture
def open_studio(open_notebook, request) -> Callable[..., Studio]:
    """Open a notebook with a studio shown in its first cell; the session is the test's own."""
    session = request.node.name

    def open_one(**page: object) -> Studio:
        notebook = open_notebook(SHOW_STUDIO.format(session), **page)
        notebook.run(0)
        return Studio(notebook)

    return open_one
