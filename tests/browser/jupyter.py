"""One JupyterLab for the tests, which serves Notebook 7 as well, with nothing of the user's in it.

Every folder that Jupyter reads or writes is a throw-away one, so that no setting, extension, workspace or
running server of the user's plays a part.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
    work = home / "work"
    work.mkdir(parents=True)
    _write_settings(home, {**SETTINGS, **(settings or {})})
    token = secrets.token_hex(16)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            _command(token), cwd=work, env=_environment(home), stdout=log, stderr=log, start_new_session=True
        )
        try:
            url = wait_for(lambda: _address(home, process), "JupyterLab to start")
            yield Jupyter(url, token, work)
        finally:
            _end(process)


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 90) -> Any:
    """Return the condition's first true value, asking again and again until the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.1)
    message = f"waited {seconds:.0f} s for {what}"
    raise AssertionError(message)


def _command(token: str) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--IdentityProvider.token={token}"),
        # The commands that a test's preparation uses: `window.jupyterapp`.
        *("--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"),
    ]


def _environment(home: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "NBIMAGEGEN"))
    }
    folders = {
        "HOME": "",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "NBIMAGEGEN_HOME": "pictures",
    }
    return {
        **kept,
        **{name: str(home / folder) for name, folder in folders.items()},
        "NBIMAGEGEN_GATEWAY": "sketch",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


def _write_settings(home: Path, settings: dict[str, Any]) -> None:
    for plugin, values in settings.items():
        _write(home / "settings" / f"{plugin}.jupyterlab-settings", values)
    _write(home / "config/labconfig/page_config.json", {"disabledExtensions": DISABLED})


def _write(path: Path, values: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def _address(home: Path, process: subprocess.Popen[bytes]) -> str | None:
    assert process.poll() is None, (home / "server.log").read_text()
    for path in (home / "runtime").glob("jpserver-*.json"):
        with suppress(ValueError):  # half written
            return str(json.loads(path.read_text())["url"])
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    # First by the front door, so that it ends its kernels, which have process groups of their own.
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
