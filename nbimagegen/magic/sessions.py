"""Which session the magics make their pictures in: the notebook's own, or one by name."""

from __future__ import annotations

from nbimagegen.session import Session
from nbimagegen.session.naming import notebook_path

_held: dict[str, Session] = {}  # by name: what they share is kept open, so that nothing is read twice
_unnamed: list[str] = []  # the name of the one that stands in where no notebook is told


def session(name: str = "") -> Session:
    """Return a session, made as the environment is now: a key or a gateway set in a cell counts at once.

    Raises:
        RequestError: The environment names a gateway that there is not.
        StoreError: The history cannot be opened.
    """
    found = Session(name) if name else _own()
    _held[found.name] = found
    return found


def _own() -> Session:
    if notebook_path() or not _unnamed:
        found = Session()
        if not notebook_path():
            _unnamed.append(found.name)
        return found
    return Session(_unnamed[0])
