"""JupyterLab in Chromium, as the browser tests have them, for what is measured on a page.

The page is made ready by a debugger, which then lets go: what runs on it is not watched, and tells its result
by way of the kernel and a file.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from harness import ROOT

sys.path.insert(1, str(ROOT / "tests" / "browser"))  # before a `jupyter` of the host's own

import chromium
import jupyter
from notebooks import Notebook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser, BrowserType

_SCRIPT = Path(__file__).with_name("page.js")
_PATIENCE = 900.0  # seconds
_SIZE = "1280,900"
# A page that nobody looks at is not to be slowed down, and its memory is to be told as it is.
_FLAGS = (
    "--headless",
    "--remote-debugging-port=0",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--enable-precise-memory-info",
    "--js-flags=--expose-gc",
    f"--window-size={_SIZE}",
)
_FORGET = "from ipywidgets import Widget\nWidget.close_all()\nget_ipython().reset(new_session=False)"
_EMPTY = """async code => {
    lab.show("");
    await lab.run(code);
    gc();
}"""


class Lab:
    """A page with a notebook and its kernel."""

    def __init__(self, kind: BrowserType, address: str, folder: Path) -> None:
        self._kind = kind
        self._address = address
        self._told = folder / "told.json"

    def open(self, server: jupyter.Jupyter) -> None:
        """Open a new notebook in whose kernel this checkout can be imported."""
        with self._held() as browser:
            page = browser.contexts[0].pages[0]
            notebook = Notebook(server, page, "lab")
            notebook.open([f"import sys\nsys.path.insert(0, {str(ROOT)!r})"])
            notebook.run(0)
            page.mouse.move(0, 0)
            page.evaluate(_SCRIPT.read_text("utf-8"))

    def begin(self, opening: str) -> None:
        """Run some code in the kernel."""
        with self._held() as browser:
            browser.contexts[0].pages[0].evaluate("code => lab.run(code)", opening)

    def end(self) -> None:
        """Leave the notebook empty, so that it does nothing while others are measured."""
        with self._held() as browser:
            browser.contexts[0].pages[0].evaluate(_EMPTY, _FORGET)

    def measured(self, script: Path, **given: Any) -> Any:
        """Run a script of the page, `async (lab, given) => …`, while no debugger is there.

        Returns:
            What it returns.

        Raises:
            RuntimeError: It threw something, or did not end.
        """
        self._told.unlink(missing_ok=True)
        with self._held() as browser:
            page = browser.contexts[0].pages[0]
            work = script.read_text("utf-8").rstrip(";\n")
            start = f"given => lab.begin({work}, given, {json.dumps(str(self._told))})"
            page.evaluate(start, given)
        told = self._wait()
        if "problem" in told:
            raise RuntimeError(told["problem"])
        return told["value"]

    @contextlib.contextmanager
    def _held(self) -> Generator[Browser]:
        browser = self._kind.connect_over_cdp(self._address)
        try:
            yield browser
        finally:
            browser.close()  # which lets go of it, and does not end it

    def _wait(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self._told.exists():
                return json.loads(self._told.read_text("utf-8"))
            time.sleep(0.2)
        raise RuntimeError(f"the page told nothing for {_PATIENCE:.0f} s")


@contextlib.contextmanager
def opened(opening: str) -> Generator[Lab]:
    """Give a notebook in whose kernel this code has run.

    Raises:
        RuntimeError: There is no Chromium.
    """
    lab = _started()
    lab.begin(opening)
    try:
        yield lab
    finally:
        lab.end()


@functools.cache
def _started() -> Lab:
    """Start JupyterLab, Chromium and a kernel, which stay until this process ends: they take many seconds."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    folder = tempfile.TemporaryDirectory(prefix="nbimagegen-bench-", ignore_cleanup_errors=True)
    home = Path(stack.enter_context(folder))
    profile = stack.enter_context(_browsing(home / "browser"))
    server = stack.enter_context(jupyter.running(home))
    lab = Lab(stack.enter_context(sync_playwright()).chromium, _address(profile), server.folder)
    lab.open(server)
    return lab


@contextlib.contextmanager
def _browsing(profile: Path) -> Iterator[Path]:
    """Start Chromium, and yield the file that will say where it listens."""
    path = chromium.find()
    if path is None:
        raise RuntimeError(chromium.NOT_FOUND)
    command = [path, *chromium.flags(), *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield profile / "DevToolsActivePort"
        finally:
            process.terminate()


def _address(path: Path) -> str:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        if len(lines) > 1:
            return f"http://127.0.0.1:{lines[0]}"
        time.sleep(0.05)
    raise RuntimeError("Chromium does not start")
