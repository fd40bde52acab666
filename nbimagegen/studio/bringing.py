"""Pictures that the page uploads to start from, and masks that it paints: checked by their pixels, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.history import mask_painted
from nbimagegen.studio.line import public
from nbimagegen.studio.uploads import Uploads

if TYPE_CHECKING:
    from nbimagegen.studio.line import Handlers, Line, Table
    from nbimagegen.studio.masks import Masks


class Bringing:
    """Takes in what the page sends in parts; to read it takes a while, and is done apart."""

    def __init__(self, line: Line, held: Masks) -> None:
        self._line = line
        self._masks = held
        self._uploads = Uploads()
        self._paintings = Uploads()
        self.handlers: Handlers = {
            "upload": lambda message: line.once(message["click"], lambda: self._take_picture(message)),
            "paint": lambda message: line.once(message["click"], lambda: self._take_painting(message)),
            "unpaint": self._unpaint,
            "mask": lambda _: line.turns.submit(self._tell_mask),
        }

    def _take_picture(self, message: Table) -> None:
        data = self._uploads.take(message)
        if data is not None:
            self._line.pictures.submit(self._keep, message["upload"], data)

    def _keep(self, upload: str, data: bytes) -> None:
        reply: Table = {"kind": "uploaded", "upload": upload, "id": "", "width": 0, "height": 0}
        try:
            kept = self._line.session.reference(data)
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            reply["message"] = public(problem).message
        else:
            reply |= {"id": kept.id, "width": kept.width, "height": kept.height, "message": ""}
        finally:
            self._uploads.done()
        self._line.reply(reply)

    def _take_painting(self, message: Table) -> None:
        picture = self._line.session.input(message["source"])
        data = self._paintings.take(message)
        if data is not None:
            size = (picture.width, picture.height)
            self._line.turns.submit(self._read, message["upload"], picture.id, size, data)

    def _unpaint(self, message: Table) -> None:
        """Take a mask away behind those that are still read, so that the last press counts."""
        source = self._masks.current
        self._line.in_turn(message["click"], lambda: self._masks.paint(source, None))

    def _read(self, upload: str, source: str, size: tuple[int, int], data: bytes) -> None:
        try:
            self._masks.paint(source, mask_painted(data, size, upload))
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            self._line.board.found_wrong(public(problem))
        finally:
            self._paintings.done()

    def _tell_mask(self) -> None:
        source = self._masks.current
        held = self._masks.of(source)
        if held is not None:
            self._line.reply({"kind": "mask", "source": source, "revision": held.revision}, [held.png()])
