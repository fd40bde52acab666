"""A picture's file that the page sends → what it tells of how it was made, put into the controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from nbimagegen.history import settings_of
from nbimagegen.studio.line import public
from nbimagegen.studio.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen.history import Settings
    from nbimagegen.studio.line import Handlers, Line, Table
    from nbimagegen.studio.offers import Offers

    Names: TypeAlias = Callable[[str, list[str]], list[str]]  # of models that a gateway lists


class Reading:
    """Reads settings from files; nothing is ever made of them."""

    def __init__(self, line: Line, offers: Offers, fill: Callable[[Settings, Names], str]) -> None:
        self._line = line
        self._offers = offers
        self._fill = fill  # puts what a file tells into the controls, and says what it did
        self._uploads = Uploads()
        self.handlers: Handlers = {"read": self._read}

    def _read(self, message: Table) -> None:
        self._line.once(message["click"], lambda: self._take_part(message))

    def _take_part(self, message: Table) -> None:
        parts = self._uploads.take(message)
        if parts is not None:
            self._line.pictures.submit(self._tell_settings, message["upload"], parts)

    def _tell_settings(self, upload: str, parts: list[bytes]) -> None:
        try:
            told = settings_of(b"".join(parts))
            reply = {"found": True, "message": self._fill(told, self._offers.listed.get)}
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            reply = {"found": False, "message": public(problem).message}
        finally:
            self._uploads.done()
        self._line.reply({"kind": "settings", "upload": upload, **reply})
