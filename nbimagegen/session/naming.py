"""Which session an unnamed one is: the notebook's own, where the host tells which notebook that is."""

from __future__ import annotations

import inspect
import os
import sys
import warnings

from nbimagegen.errors import UnnamedSessionWarning
from nbimagegen.store import new_id


def notebook_path() -> str | None:
    """Return the absolute path of the notebook that this kernel belongs to, where its host tells it."""
    if not _is_kernel():  # a script that a notebook starts inherits its variables
        return None
    main = sys.modules.get("__main__")
    told = os.environ.get("JPY_SESSION_NAME") or getattr(main, "__vsc_ipynb_file__", None)
    return os.path.abspath(told) if told else None  # noqa: PTH100 - resolving links would make one notebook two


_has_said_unnamed = False


def _is_kernel() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")


def unnamed() -> str:
    """Return a name that no other session has, and say once how to name one."""
    global _has_said_unnamed  # noqa: PLW0603 - once a process
    if not _has_said_unnamed:
        _has_said_unnamed = True
        message = 'This session has no name, so a later kernel begins a new one; name it: Session("logo").'
        warnings.warn(message, UnnamedSessionWarning, stacklevel=users_level())
    return f"unnamed {new_id()}"


def users_level() -> int:
    """Return how far up the stack the user's own line is, for a warning that is to point there."""
    level, frame = 0, inspect.currentframe()
    while frame and str(frame.f_globals.get("__name__")).partition(".")[0] == "nbimagegen":
        level, frame = level + 1, frame.f_back
    return level
