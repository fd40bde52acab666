"""`session.json`: the name that a folder's slug cannot hold, and the version of the folder's format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import StoreError
from nbimagegen.store.files import read_json, write
from nbimagegen.store.naming import folder_name, is_folder_name

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
_LARGEST = 2**20


def check_format(folder: Path) -> None:
    """See to it that this version may write here.

    Raises:
        StoreError: A later version has written here, in a way that this one does not know.
    """
    found = _facts(folder).get("format")
    if isinstance(found, int) and found > FORMAT:
        message = (
            f"The history in {folder} was written by a later version of nbimagegen (format {found}, and this "
            f"one knows {FORMAT}), and nothing of it was changed. Update: pip install -U nbimagegen."
        )
        raise StoreError(message)


def keep_name(folder: Path, name: str) -> None:
    """Write the name of the session down, unless it stands there."""
    if _facts(folder) != _about(name):
        write(folder / "session.json", _encoded(_about(name)))


def announce(folder: Path, name: str) -> None:
    """Write down which name a folder is about to have, beside the one that it still has."""
    write(folder / "session.json", _encoded({**_facts(folder), "renaming": name}))


def name_of(folder: Path, folder_as: str = "") -> str:
    """Return the name of the session that is in a folder.

    Args:
        folder: Where it is.
        folder_as: What its folder is called while it is in use, where that is another name.
    """
    facts = _facts(folder)
    told = [each for each in (facts.get("name"), facts.get("renaming")) if isinstance(each, str) and each]
    fitting = [each for each in told if folder_name(each) == (folder_as or folder.name)]
    return next(iter([*fitting, *told]), folder_as or folder.name)


def folder_of(home: Path, name: str) -> Path:
    """Return where a session is; one that has lost its name is called as its folder is."""
    folder, as_called = home / folder_name(name), home / name
    if is_folder_name(name) and not folder.exists() and is_session(as_called):
        return as_called if name_of(as_called) == name else folder
    return folder


def is_session(folder: Path) -> bool:
    """Return whether a folder holds a history."""
    return folder.is_dir() and not folder.is_symlink() and (folder / "session.json").exists()


def _about(name: str) -> dict[str, Any]:
    return {"format": FORMAT, "name": name}


def _facts(folder: Path) -> dict[str, Any]:
    try:
        return read_json(folder / "session.json", _LARGEST)
    except (OSError, ValueError):
        return {}


def _encoded(facts: dict[str, Any]) -> bytes:
    try:
        return json.dumps(facts, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can say
        return json.dumps(facts).encode()
