"""A notebook in a page, used as a person uses it: by keys, clicks and what can be seen."""

from __future__ import annotations

import json
import re
import uuid
from ast import literal_eval
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from playwright.sync_api import expect

from servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator, Page

    from jupyter import Jupyter

SCREENSHOTS = Path(__file__).parent / "screenshots"
# A JupyterLab workspace of its own: the default one opens the notebooks of earlier tests again.
ADDRESSES = {"lab": "lab/workspaces/{0}/tree/{0}.ipynb", "notebook": "notebooks/{0}.ipynb"}
# anywidget loads a widget's code from such an address, so that errors of ours have it in their stack.
OURS = ("blob:", "[anywidget]")


# A namespace as at the start, In and Out with it, and no widget of before.
FORGET = """\
from ipywidgets import Widget
Widget.close_all()
get_ipython().reset(new_session=False)
"""
# By the page's own connection, so after all that the page has told the kernel before.
RUN = """async ([code, user_expressions]) => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const request = { code, user_expressions, silent: !user_expressions, store_history: false };
    return (await kernel.requestExecute(request).done).content;
}"""
SOURCES = """() => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    return sharedModel.cells.map(cell => cell.getSource());
}"""
REPLACE_CELLS = """sources => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    const cells = sources.map(source => ({ cell_type: "code", source, metadata: {} }));
    sharedModel.transact(() => {
        sharedModel.deleteCellRange(0, sharedModel.cells.length);
        sharedModel.insertCells(0, cells);
    });
}"""


class Notebook:
    """A notebook in a page, with its kernel; its last cell is empty.

    Args:
        server: Where it is.
        page: An empty page.
        host: "lab" or "notebook".
        stem: Its file's name; by default one that no other has.
    """

    def __init__(self, server: Jupyter, page: Page, host: str, stem: str | None = None) -> None:
        self.server = server
        self.page = page
        stem = stem or uuid.uuid4().hex[:8]
        self.address = f"{server.url}{ADDRESSES[host].format(stem)}?token={server.token}"
        self.name = f"{stem}.ipynb"
        self.path = server.folder / self.name
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self._note(error.stack or str(error)))
        # anywidget prints what a widget's code threw; the rest of the console is the host's.
        page.on("console", lambda message: self._note(message.text))

    def open(self, cells: Sequence[str], **looks: Any) -> None:
        """Write the notebook, and load the page."""
        self._write([*cells, ""])
        self.look(**looks)
        self.load()

    def load(self) -> None:
        """Load the page, or load it again, and wait until the kernel can be used."""
        self.page.goto(self.address)
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for(state="attached")
        self._close_sidebar()
        self.wait_for_kernel()

    def renew(self, cells: Sequence[str], **looks: Any) -> None:
        """Make it as if these cells had just been opened: nothing is left of what was there, nor on disk."""
        self.page.unroute_all()
        self.page.context.clear_permissions()
        self.look(**looks)
        self.page.evaluate(REPLACE_CELLS, [*cells, ""])
        assert self.page.evaluate(RUN, [FORGET, None])["status"] == "ok"
        expect(self.cells).to_have_count(len(cells) + 1)
        expect(self.page.locator(".nbimagegen")).to_have_count(0)
        self._close_sidebar()
        self.save()

    def look(self, *, width: int = 1280, height: int = 900, theme: str = "light") -> None:
        """Set the page's size and theme, and whatever else a test may have set to what it was."""
        self.page.set_viewport_size({"width": width, "height": height})
        unset = dict.fromkeys(("media", "reduced_motion", "forced_colors", "contrast"), "null")
        self.page.emulate_media(**unset, color_scheme=theme)
        self.page.mouse.move(0, 0)

    def is_at_rest(self) -> bool:
        """Return whether its kernel is there and idle, and nothing covers the page."""
        return self._kernel_is_idle() and self.page.locator(".jp-Dialog, dialog[open]").count() == 0

    def wait_for_kernel(self) -> None:
        """Wait for the kernel, by the server's word: the page says "idle" before there is one."""
        wait_for(self._kernel_is_idle, "the kernel")
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(
            state="attached"
        )

    @property
    def cells(self) -> Locator:
        """All cells."""
        return self.page.locator(".jp-Notebook:visible .jp-Cell")

    def run(self, index: int) -> None:
        """Run a cell by its keys, and wait until it has ended."""
        self.start(index)
        self.wait_for_end(index)

    def start(self, index: int, code: str | None = None) -> None:
        """Run a cell by its keys, with new code if given, and do not wait."""
        cell = self.cells.nth(index)
        # After a restart the number may be the same again: only one that is written anew counts.
        cell.locator(".jp-InputPrompt").evaluate("node => { node.textContent = '' }")
        cell.locator(".jp-InputArea-editor").click()
        if code is not None:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")

    def wait_for_end(self, index: int) -> None:
        """Wait until a started cell has its number."""
        prompt = self.cells.nth(index).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=60_000)

    def run_number(self, index: int) -> int:
        """Return the number in a cell's brackets."""
        return int(re.sub(r"\D", "", self.cells.nth(index).locator(".jp-InputPrompt").inner_text()))

    def evaluate(self, expression: str) -> Any:
        """Return a Python expression's value in the kernel, by way of JSON; the page shows nothing of it."""
        asked = {"value": f"__import__('json').dumps({expression})"}
        value = self.page.evaluate(RUN, ["", asked])["user_expressions"]["value"]
        assert value["status"] == "ok", f"{expression}: {value['ename']}: {value['evalue']}"
        return json.loads(literal_eval(value["data"]["text/plain"]))

    def tells(self, expression: str, value: Any) -> None:
        """Wait until a Python expression has this value: what the page says reaches the kernel by the way."""
        with suppress(AssertionError):
            wait_for(lambda: self.evaluate(expression) == value, expression, seconds=15)
        assert self.evaluate(expression) == value

    def sources(self) -> list[str]:
        """Return the code of each cell, in order; what is out of sight is not in the page."""
        return self.page.evaluate(SOURCES)

    def output(self, index: int) -> str:
        """Return a cell's output as text, which the page may write after the cell's number."""
        output = self.cells.nth(index).locator(".jp-OutputArea-output").first
        expect(output).to_have_text(re.compile(r"\S"))
        return output.inner_text().strip()

    def command(self, name: str) -> None:
        """Begin a command of the host's, for what a test does not test."""
        self.page.evaluate("name => void window.jupyterapp.commands.execute(name)", name)

    def save(self) -> None:
        """Save the notebook, and wait until it is on disk."""
        before = self.path.stat().st_mtime_ns
        # To its end, beyond the writing: the host leaves out a save that comes while another is under way.
        self.page.evaluate("async () => void (await window.jupyterapp.commands.execute('docmanager:save'))")
        wait_for(lambda: self.path.stat().st_mtime_ns != before, "the notebook to be saved")
        self.saved()

    def restart(self) -> None:
        """Restart the kernel."""
        self.command("notebook:restart-kernel")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")
        self.wait_for_kernel()

    def saved(self) -> nbformat.NotebookNode:
        """Return the notebook as it is on disk."""
        return wait_for(self._read, "the notebook to be whole")

    def screenshot(self, name: str) -> None:
        """Keep a picture of the page."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def close(self) -> None:
        """Close the page and end its kernel."""
        self.page.context.close()
        self.server.end_sessions(self.name)

    def _write(self, cells: Sequence[str]) -> None:
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
        book.cells = [nbformat.v4.new_code_cell(code) for code in cells]
        nbformat.write(book, self.path)

    def _read(self) -> nbformat.NotebookNode | None:
        # The server writes into the file that is there.
        with suppress(nbformat.reader.NotJSONError):
            return nbformat.read(self.path, as_version=4)
        return None

    def _close_sidebar(self) -> None:
        # On a narrow page JupyterLab's file browser leaves the notebook no room.
        if self.page.locator("#jp-left-stack").is_visible():
            self.command("application:toggle-left-area")

    def _kernel_is_idle(self) -> bool:
        kernels = [session["kernel"] for session in self.server.sessions(self.name)]
        return any(kernel["execution_state"] == "idle" and kernel["connections"] for kernel in kernels)

    def _note(self, words: str) -> None:
        # A host's own errors are not ours to judge: a bare Notebook 7 page throws one by itself.
        if any(sign in words for sign in OURS):
            self.errors.append(words)
