"""Where histories are, what their folders are called, and ids that sort by time."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from pathlib import Path, PurePath

import platformdirs
from ulid import ULID

_UNSAFE = re.compile(r"[^a-z0-9]+")
_FOLDER = re.compile(r"[a-z0-9-]{1,40}-[0-9a-f]{10}")


def home_folder(given: str | Path | None = None) -> Path:
    """Return where histories are: as given, `$NBIMAGEGEN_HOME`, else the platform's user data folder."""
    named = given or os.environ.get("NBIMAGEGEN_HOME")
    return (
        Path(named).expanduser().absolute()
        if named
        else platformdirs.user_data_path("nbimagegen", appauthor=False)
    )


def folder_name(session: str) -> str:
    """Return a folder name that is safe everywhere, and differs for any two names."""
    slug = _UNSAFE.sub("-", Path(session).stem.lower() if os.sep in session else session.lower()).strip("-")[
        :40
    ]
    mark = hashlib.sha256(session.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{slug or 'session'}-{mark}"


def is_folder_name(text: str) -> bool:
    """Return whether a text may be what `folder_name` made."""
    return bool(_FOLDER.fullmatch(text))


def shown_name(session: str) -> str:
    """Return a name as anyone may see it: of a path, which tells whose computer it is, the file alone."""
    return PurePath(session).name if PurePath(session).is_absolute() else session


_last_id = 0
_id_lock = threading.Lock()


def new_id() -> str:
    """Return a ULID greater than any that this process has made, whatever the clock does."""
    global _last_id  # noqa: PLW0603 - one order for the whole process
    with _id_lock:
        _last_id = max(int(ULID()), _last_id + 1)
        return str(ULID.from_int(_last_id))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
