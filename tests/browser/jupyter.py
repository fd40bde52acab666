"""One JupyterLab for the tests, which serves Notebook 7 as well, with nothing of the user's in it."""

from __future__ import annotations

import json
import secrets
import sys
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import servers
from servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = {
    # The page follows the browser's light or dark, so that a test chooses the theme with `color_scheme`.
    "@jupyterlab/apputils-extension/themes": {"adaptive-theme": True},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
SUBSHELLS_OFF = {"@jupyterlab/apputils-extension/kernels-settings": {"commsOverSubshells": "disabled"}}
# This one asks the network for news at every start.
DISABLED = {"@jupyterlab/apputils-extension:announcements": True}


@dataclass(frozen=True)
class Jupyter:
    """A running server."""

    url: str
    token: str
    folder: Path

    def sessions(self, name: str) -> list[dict[str, Any]]:
        """Return the sessions of a notebook: each has a kernel."""
        return [
            session for session in json.loads(self._ask("GET", "api/sessions")) if session["path"] == name
        ]

    def end_sessions(self, name: str) -> None:
        """End a notebook's kernels."""
        for session in self.sessions(name):
            self._ask("DELETE", f"api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}{path}", headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()


@contextmanager
def running(home: Path, settings: dict[str, Any] | None = None) -> Iterator[Jupyter]:
    """Start a server whose every folder lies in `home`, and end it with all that it started."""
    _write_settings(home, {**SETTINGS, **(settings or {})})
    token = secrets.token_hex(16)
    with servers.started(_command(token), home) as is_running:
        url = wait_for(lambda: is_running() and _address(home), "JupyterLab to start")
        yield Jupyter(url, token, servers.work(home))


def _command(token: str) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--IdentityProvider.token={token}"),
        # The commands that a test's preparation uses: `window.jupyterapp`.
        *("--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"),
    ]


def _write_settings(home: Path, settings: dict[str, Any]) -> None:
    for plugin, values in settings.items():
        _write(home / "settings" / f"{plugin}.jupyterlab-settings", values)
    _write(home / "config/labconfig/page_config.json", {"disabledExtensions": DISABLED})


def _write(path: Path, values: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def _address(home: Path) -> str | None:
    for path in (home / "runtime").glob("jpserver-*.json"):
        with suppress(ValueError):  # half written
            return str(json.loads(path.read_text())["url"])
    return None
