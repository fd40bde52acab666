"""All sessions that there are: which, how large, since when; opened, renamed, put in the trash."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from nbimagegen.errors import NotFoundError, ParameterError
from nbimagegen.history.sequences import many
from nbimagegen.session import replay, settings
from nbimagegen.session.desk import closed_desk
from nbimagegen.session.session import Session
from nbimagegen.store import folder_name, home_folder
from nbimagegen.store import sessions as folders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nbimagegen.store.sessions import SessionFolder

HEADS = ("session", "generations", "pictures", "size", "created", "changed")
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class SessionInfo:
    """One session, as it was when it was listed.

    Attributes:
        name: What it is opened by.
        generations: How many there are.
        pictures: How many there are.
        bytes: How much its folder holds.
        created: When its first generation was asked for, in UTC; None while there is none.
        changed: When it was last written to, in UTC.
        folder: Where it is on disk.
    """

    name: str
    generations: int
    pictures: int
    bytes: int
    created: datetime | None
    changed: datetime
    folder: Path

    def open(self, **settings: Any) -> Session:
        """Open it; arguments as `Session`."""
        return Session(self.name, home=self.folder.parent, **settings)

    def rename(self, new: str) -> SessionInfo:
        """Give it another name, and return it under that one.

        Whoever holds it open in this kernel is told to open it by the new name.

        Raises:
            ParameterError: It is no name.
            StoreError: There is one of that name, generations are under way, or another kernel has it open.
        """
        home = self.folder.parent
        _check_name(new)
        if new == self.name:
            return self
        if home / folder_name(new) != self.folder:  # it is, where one that lost its name gets it back
            folders.check_free(home / folder_name(new), new)  # before anybody's session is closed for it
        with closed_desk(home, self.name, f"This session was renamed; go on with Session({new!r})."):
            replay.move_turns(self.folder, folders.rename(home, self.name, new))
        return sessions(home)[new]

    def delete(self) -> None:
        """Put it in the trash, which `nbimagegen trash` empties.

        Raises:
            StoreError: Generations are under way, or another kernel has it open.
        """
        home = self.folder.parent
        with closed_desk(home, self.name, f"This session was deleted; Session({self.name!r}) begins anew."):
            folders.delete(home, self.name)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        generations, pictures = many(self.generations, "generation"), many(self.pictures, "picture")
        return f"<SessionInfo {self.name!r} {generations} {pictures}>"


class Sessions(list[SessionInfo]):
    """Sessions, the one that was changed last first; `sessions["logo"]` is one of them by name."""

    @overload
    def __getitem__(self, index: SupportsIndex | str) -> SessionInfo: ...
    @overload
    def __getitem__(self, index: slice) -> Sessions: ...
    def __getitem__(self, index: SupportsIndex | str | slice) -> SessionInfo | Sessions:
        """Return one session by position or name, or several by slice."""
        if isinstance(index, str):
            return self._named(index)
        return (
            Sessions(super().__getitem__(index)) if isinstance(index, slice) else super().__getitem__(index)
        )

    def _named(self, name: str) -> SessionInfo:
        for each in self:
            if each.name == name:
                return each
        raise NotFoundError(
            f"There is no session {name!r}; nbimagegen.sessions() lists those that there are."
        )

    def __contains__(self, value: object) -> bool:
        """Look for a session, or for one of this name."""
        return (
            any(each.name == value for each in self)
            if isinstance(value, str)
            else super().__contains__(value)
        )

    def __repr__(self) -> str:
        """Show a table."""
        rows = [HEADS, *map(cells, self)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        rows = "".join(_row("td", cells(each)) for each in self)
        return f"<table><thead>{_row('th', HEADS)}</thead><tbody>{rows}</tbody></table>"


def sessions(home: str | Path | None = None) -> Sessions:
    """Return all sessions, the one that was changed last first.

    Args:
        home: Where histories are; else `NBIMAGEGEN_HOME`, else the platform's user data folder.
    """
    return Sessions(map(_info, folders.sessions(home_folder(home))))


def _info(folder: SessionFolder) -> SessionInfo:
    return SessionInfo(
        name=folder.name,
        generations=folder.generations,
        pictures=folder.pictures,
        bytes=folder.bytes,
        created=None if folder.created is None else _day(folder.created),
        changed=_day(folder.changed),
        folder=folder.folder,
    )


def _check_name(name: str) -> None:
    if not (settings.name(name) or "").strip():
        message = "A session's name is a text that is not empty; give one such as 'otters'."
        raise ParameterError(message, parameter="name")


def _day(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def cells(info: SessionInfo) -> tuple[str, ...]:
    """Return what a table shows of a session, in the order of `HEADS`; dates by the local clock."""
    days = (f"{each.astimezone():%Y-%m-%d %H:%M}" if each else "" for each in (info.created, info.changed))
    return (info.name, str(info.generations), str(info.pictures), size(info.bytes), *days)


def size(count: float) -> str:
    """Return a number of bytes as people read it."""
    step = min(int(math.log(max(count, 1), 1000)), len(_UNITS) - 1)
    return f"{count / 1000**step:.{1 if step else 0}f} {_UNITS[step]}"


def _row(tag: str, texts: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(each)}</{tag}>" for each in texts) + "</tr>"
