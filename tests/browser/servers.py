"""Servers of the hosts, as processes with nothing of the user's in them.

Every folder that they read or write is a throw-away one, so that no setting, extension, workspace or running
server of the user's plays a part.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


@contextmanager
def started(command: Sequence[str], home: Path) -> Iterator[Callable[[], bool]]:
    """Start a server whose every folder lies in `home`, and end it with all that it started.

    What it gives tells whether the server still runs, and fails with its log where it does not.
    """
    log = home / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=work(home), env=_environment(home), stdout=out, stderr=out, start_new_session=True
        )

    def is_running() -> bool:
        assert process.poll() is None, log.read_text()
        return True

    try:
        yield is_running
    finally:
        _end(process)


def work(home: Path) -> Path:
    """Return the folder that a server serves."""
    folder = home / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 90) -> Any:
    """Return the condition's first true value, asking again and again until the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.1)
    message = f"waited {seconds:.0f} s for {what}"
    raise AssertionError(message)


def _environment(home: Path) -> dict[str, str]:
    """Return the environment of a process whose every folder lies in `home`."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "NBIMAGEGEN"))
    }
    folders = {
        "HOME": "",
        "XDG_CACHE_HOME": ".cache",
        "XDG_CONFIG_HOME": ".config",
        "XDG_STATE_HOME": ".local/state",
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


def _end(process: subprocess.Popen[bytes]) -> None:
    # First by the front door, so that it ends its kernels, which have process groups of their own.
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
