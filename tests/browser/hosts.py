"""Hosts other than Jupyter's own, a server for each test: marimo, in both of its modes, and Voila.

What runs there is one notebook: a studio, and a field for questions to the kernel, which a test asks as a
reader of the notebook would.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import nbformat
from playwright.sync_api import expect

import servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Page

# Where marimo and anywidget load our code from, so that errors of ours have it in their stack.
OURS = ("blob:", "/@file/", "[anywidget]", "nbimagegen")
STUDIO = """\
from nbimagegen import ImageStudio
studio = ImageStudio("story", gateway="sketch", parameters={"latency": 0, "size": "256x256"})
studio"""

MARIMO = """\
import marimo

app = marimo.App()


@app.cell
def _():
    {studio}
    return (studio,)


@app.cell
def _():
    import html
    import json
    import marimo
    question = marimo.ui.text(label="Question")
    question
    return html, json, marimo, question


@app.cell
def _(html, json, marimo, question, studio):
    _value = eval(question.value or "None", {{"studio": studio}})
    marimo.Html(f"<pre class='answer'>{{html.escape(json.dumps([question.value, _value]))}}</pre>")
    return


if __name__ == "__main__":
    app.run()
"""
# As shipped, marimo runs no cell of a notebook that is opened before it is told to.
MARIMO_SETTINGS = "[runtime]\nauto_instantiate = true\n"

VOILA = """\
import html, json
from ipywidgets import HTML, Text, VBox

def tell(change):
    told = json.dumps([change.new, eval(change.new)])
    answer.value = f"<pre class='answer'>{html.escape(told)}</pre>"

question, answer = Text(description="Question", continuous_update=False), HTML()
question.observe(tell, "value")
VBox([question, answer])"""


class Host:
    """A notebook in a page of a host."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.errors: list[str] = []
        self._asked = 0
        page.on("pageerror", lambda error: self._note(error.stack or str(error)))
        page.goto(address)

    def evaluate(self, expression: str) -> Any:
        """Return a Python expression's value, by way of JSON, from the notebook's kernel."""
        self._asked += 1
        question = f"{expression}  # {self._asked}"
        field = self.page.get_by_label("Question")
        field.fill(question)
        field.press("Enter")
        answer = self.page.locator("pre.answer")
        expect(answer).to_contain_text(f"# {self._asked}", timeout=30_000)
        asked, value = json.loads(answer.inner_text())
        assert asked == question
        return value

    def tells(self, expression: str, value: Any) -> None:
        """Wait until a Python expression has this value: what the page says reaches the kernel by the way."""
        servers.wait_for(lambda: self.evaluate(expression) == value, f"{expression} == {value}")

    def _note(self, words: str) -> None:
        if any(sign in words for sign in OURS):
            self.errors.append(words)


@contextmanager
def marimo(home: Path, mode: str) -> Iterator[str]:
    """Serve the notebook by marimo, to "run" or to "edit", and yield its address."""
    _write(home / ".config/marimo/marimo.toml", MARIMO_SETTINGS)
    _write(servers.work(home) / "story.py", MARIMO.format(studio=STUDIO.replace("\n", "\n    ")))
    port = servers.free_port()
    command = [
        *(sys.executable, "-m", "marimo", "--yes", mode, "story.py"),
        *("--headless", "--host", "127.0.0.1", "--port", str(port), "--no-token"),
        *(["--skip-update-check"] if mode == "edit" else []),
    ]
    with _serving(command, home, f"http://127.0.0.1:{port}/", "health") as address:
        yield address


@contextmanager
def voila(home: Path) -> Iterator[str]:
    """Serve the notebook by Voila and yield its address."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    book.cells = [nbformat.v4.new_code_cell(code) for code in (STUDIO, VOILA)]
    nbformat.write(book, servers.work(home) / "story.ipynb")
    port = servers.free_port()
    command = [
        *(sys.executable, "-m", "voila", "story.ipynb", "--no-browser"),
        *("--Voila.ip=127.0.0.1", f"--port={port}", "--preheat_kernel=False"),
    ]
    # The page itself would start a kernel.
    with _serving(command, home, f"http://127.0.0.1:{port}/", "voila/static/voila.js") as address:
        yield address


@contextmanager
def _serving(command: Sequence[str], home: Path, address: str, sign: str) -> Iterator[str]:
    with servers.started(command, home) as is_running:
        servers.wait_for(lambda: is_running() and _answers(address + sign), f"{command[2]} to start")
        yield address


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
