"""Finds a Chromium for the browser tests, and installs one where there is none.

`python tests/browser/chromium.py` prints its path. The order: $CHROMIUM, the system's, Playwright's own
download, the system's package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The pages are local, so nothing of the browser's own needs a network; containers have a small /dev/shm.
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
NOT_FOUND = (
    "The browser tests need Chromium, and none could be found or installed. Install it (Debian, Ubuntu: "
    "apt-get install chromium) or set CHROMIUM=/path/to/chrome, then run this again."
)


def find() -> str | None:
    """Return the path of a Chromium that starts, or None."""
    return next((path for path in _candidates() if path and _starts(path)), None)


def flags() -> list[str]:
    """Return the arguments to start it with; as root, Chromium refuses to sandbox."""
    return [*FLAGS, "--no-sandbox"] if _is_root() else FLAGS


def install() -> None:
    """Try Playwright's own download, then the system's package."""
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    if not find() and shutil.which("apt-get"):
        become_root = [] if _is_root() else ["sudo", "-n"]
        _run([*become_root, "apt-get", "update"])
        _run([*become_root, "apt-get", "install", "--yes", "--no-install-recommends", "chromium"])


def _candidates() -> Iterator[str | None]:
    yield os.environ.get("CHROMIUM")
    yield from map(shutil.which, NAMES)
    yield _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and mostly not needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _starts(path: str) -> bool:
    return _run([path, "--version"])


def _run(command: list[str]) -> bool:
    # What it says goes to stderr: stdout is for the path alone. And nobody is there to answer a question.
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> None:
    """Print the path of a Chromium, installed first if need be."""
    found = find()
    if not found:
        install()
        found = find()
    print(found or sys.exit(NOT_FOUND))


if __name__ == "__main__":
    main()
