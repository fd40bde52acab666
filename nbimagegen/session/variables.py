"""The variables that a prompt may name: what the user has set, where the page is the user's own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nbimagegen.session.naming import is_in_jupyter

if TYPE_CHECKING:
    from collections.abc import Callable


def of_shell(shell: Any) -> dict[str, Any]:
    """Return what the user has set in an IPython shell, as `%who` lists it."""
    hidden = shell.user_ns_hidden
    nothing = object()
    return {
        name: value for name, value in dict(shell.user_ns).items() if hidden.get(name, nothing) is not value
    }


def of_notebook() -> dict[str, Any]:
    """Return what the user has set in this notebook; nothing in other hosts, and never in Voila."""
    shell = _shell()
    return {} if shell is None else of_shell(shell)


def after_each_cell(action: Callable[[], object]) -> Callable[[], None]:
    """Call `action()` whenever a cell of this notebook has run; returns what stops it."""
    shell = _shell()
    if shell is None:
        return lambda: None
    events = shell.events

    def ran(_result: object) -> None:
        action()

    events.register("post_run_cell", ran)
    return lambda: events.unregister("post_run_cell", ran)


def _shell() -> Any:
    """Return the notebook's shell; none elsewhere, as in a script that a notebook has started."""
    return sys.modules["IPython"].get_ipython() if is_in_jupyter() and "IPython" in sys.modules else None
