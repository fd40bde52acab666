"""Rooms that are entered once something of theirs is touched, so that importing `Session` is not felt.

To a type checker, and to whoever reads the code, they are the modules themselves.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Room:
    """A module that is imported when one of its names is first asked for.

    Args:
        name: The module's whole name.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Return what the module holds under that name."""
        return getattr(import_module(self._name), name)


def rooms(*names: str) -> tuple[Room, ...]:
    """Return rooms of this package by their names."""
    return tuple(Room(f"nbimagegen.{name}") for name in names)
