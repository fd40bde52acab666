"""Notebooks that tests use one after another: a page and a kernel take many seconds to start.

Each test finds it as if it were new: no cell, no output and no widget of another's, and an empty namespace.
What a test may leave behind all the same is in its process: modules, and what was changed in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from notebooks import Notebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser

    from jupyter import Jupyter


class Shared:
    """One notebook a host, opened when first asked for, and opened anew after a test that failed."""

    def __init__(self, server: Jupyter, browser: Browser) -> None:
        self.server = server
        self.browser = browser
        self.notebooks: dict[str, Notebook] = {}
        self.taken: dict[str, Notebook] = {}

    def take(self, host: str, cells: Sequence[str], **looks: object) -> Notebook:
        """Return the host's notebook with these cells alone."""
        notebook = self.notebooks.get(host)
        if notebook:
            notebook.renew(cells, **looks)
        else:
            notebook = self.notebooks[host] = Notebook(self.server, self.browser.new_page(), host)
            notebook.open(cells, **looks)
        self.taken[host] = notebook
        return notebook

    def give_back(self, *, spoilt: bool) -> list[str]:
        """Return what went wrong in the pages that were taken; those that are spoilt are closed."""
        errors = [error for notebook in self.taken.values() for error in notebook.errors]
        for host, notebook in self.taken.items():
            if spoilt or notebook.errors or not notebook.is_at_rest():
                self.notebooks.pop(host).close()
        self.taken.clear()
        return errors

    def close(self) -> None:
        """Close them all."""
        for notebook in self.notebooks.values():
            notebook.close()
