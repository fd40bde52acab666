"""Which session an unnamed one is: the notebook's own, where the host tells which notebook that is."""

from __future__ import annotations

import inspect
import os
import sys
import warnings
from pathlib import PurePath
from typing import TYPE_CHECKING

from nbimagegen.errors import UnnamedSessionWarning
from nbimagegen.lazily import rooms
from nbimagegen.session import marimo

if TYPE_CHECKING:
    from nbimagegen import store
else:
    (store,) = rooms("store")

# Voila sets these for each of its kernels: voila/handler.py and voila/voila_kernel_manager.py. Its other
# variables are settings, which every kernel of a Jupyter server may have inherited.
_OF_VOILA = ("VOILA_PREHEAT", "VOILA_REQUEST_URL", "VOILA_KERNEL_ID")
# A remote kernel that VS Code starts has a name that is new each time: name-jvsc-<random>.ipynb.
_MADE_UP = "-jvsc-"


def notebook_path() -> str | None:
    """Return the absolute path of the notebook that this kernel belongs to, where its host tells it."""
    told = _of_jupyter() or marimo.notebook()
    return os.path.abspath(told) if told else None  # noqa: PTH100 - resolving links would make one notebook two


def _of_jupyter() -> str | None:
    if not _is_kernel() or _is_voila() or _is_colab():  # a script that a notebook starts inherits variables
        return None
    editor = getattr(sys.modules.get("__main__"), "__vsc_ipynb_file__", None)
    told = editor or os.environ.get("JPY_SESSION_NAME") or ""
    is_file = bool(PurePath(told).suffix)  # a console is told too, as "Console 1"
    return told if is_file and _MADE_UP not in told else None


def is_in_jupyter() -> bool:
    """Return whether this is a kernel of JupyterLab or Notebook, whose page is its user's own."""
    told = os.environ.get("JPY_SESSION_NAME") and not hasattr(
        sys.modules.get("__main__"), "__vsc_ipynb_file__"
    )
    return bool(told) and _is_kernel() and not _is_voila() and not _is_colab()


def _is_kernel() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")


def _is_voila() -> bool:
    """Return whether this kernel serves a visitor, who shares a history with no other."""
    server = os.environ.get("SERVER_SOFTWARE", "")
    return server.startswith("voila") or any(name in os.environ for name in _OF_VOILA)


def _is_colab() -> bool:
    """Return whether this is Colab, whose machine is a new one each time, and whose paths are numbers."""
    return "google.colab" in sys.modules or "COLAB_RELEASE_TAG" in os.environ


_has_said_unnamed = False


def unnamed() -> str:
    """Return a name that no other session has, and say once how to name one."""
    global _has_said_unnamed  # noqa: PLW0603 - once a process
    if not _has_said_unnamed and not _is_voila():  # whose readers cannot name it
        _has_said_unnamed = True
        message = 'This session has no name, so a later kernel begins a new one; name it: Session("logo").'
        warnings.warn(message, UnnamedSessionWarning, stacklevel=users_level())
    return f"unnamed {store.new_id()}"


def users_level() -> int:
    """Return how far up the stack the user's own line is, for a warning that is to point there."""
    level, frame = 0, inspect.currentframe()
    while frame and str(frame.f_globals.get("__name__")).partition(".")[0] == "nbimagegen":
        level, frame = level + 1, frame.f_back
    return level
