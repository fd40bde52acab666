"""This package as its users call it: a session that asks, and keeps the picture and its record."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen import Session


def session(url: str, **settings: Any) -> Session:
    """Open a session with a history of its own, which goes when the process ends."""
    from nbimagegen import Session  # noqa: PLC0415 - each process imports its own contender alone

    return Session("bench", base_url=url, model="any", home=_home.name, **settings)


def ours(url: str) -> Callable[[], None]:
    """Ask for one picture and wait until it is kept."""
    asking = session(url)

    def ask() -> None:
        generation = asking.generate("an otter", fresh=True)
        if len(generation.pictures) != 1:
            raise RuntimeError(generation.error)

    return ask


def warm(warming: str, url: str) -> Callable[[], None]:
    """The same, with all that is made once already made."""
    ours(warming)()
    return ours(url)


_home = tempfile.TemporaryDirectory(prefix="nbimagegen-bench-")
