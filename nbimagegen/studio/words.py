"""The studio's words in other languages: a table each, from the English sentence to the other one.

The page asks for the table of its own language; what it draws in English needs none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbimagegen.studio.line import Handlers, Line, Table

_TABLES = Path(__file__).parent / "languages"


class Translations:
    """Sends the page the words of a language."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.handlers: Handlers = {"words": self._words}

    def _words(self, message: Table) -> None:
        send = self._line.reply
        self._line.pictures.submit(lambda: send({**message, "words": words(message["language"])}))


def words(language: str) -> dict[str, str]:
    """Return the sentences of a language by the English ones; empty where there is no table."""
    path = _TABLES / f"{language}.json"
    if path not in _TABLES.glob("*.json"):
        return {}
    return json.loads(path.read_text("utf-8"))
