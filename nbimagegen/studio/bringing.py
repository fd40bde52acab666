"""Pictures that the page uploads to start from, and masks that it paints: checked by their pixels, kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from nbimagegen.history import mask_painted
from nbimagegen.studio.line import public
from nbimagegen.studio.uploads import Uploads

if TYPE_CHECKING:
    from nbimagegen.studio.line import Handlers, Line, Table
    from nbimagegen.studio.masks import Masks

MAX_ANSWERS = 64  # that are kept, for a page that did not hear one


class Bringing:
    """Takes in what the page sends in parts; to read it takes a while, and is done apart."""

    def __init__(self, line: Line, held: Masks) -> None:
        self._line = line
        self._masks = held
        self._uploads = Uploads()
        self._paintings = Uploads()
        self._answers: OrderedDict[str, Table] = OrderedDict()  # what became of each upload
        self.handlers: Handlers = {
            "upload": lambda message: line.once(message["click"], lambda: self._take_picture(message)),
            "brought": self._tell_again,
            "paint": lambda message: line.once(message["click"], lambda: self._take_painting(message)),
            "unpaint": self._unpaint,
            "mask": lambda _: line.turns.submit(self._tell_mask),
        }

    def _take_picture(self, message: Table) -> None:
        parts = self._uploads.take(message)
        if parts is not None:
            self._line.pictures.submit(self._keep, message["upload"], parts)

    def _keep(self, upload: str, parts: list[bytes]) -> None:
        reply: Table = {"kind": "uploaded", "upload": upload, "id": "", "width": 0, "height": 0}
        try:
            kept = self._line.session.reference(b"".join(parts))
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            reply["message"] = public(problem).message
        else:
            reply |= {"id": kept.id, "width": kept.width, "height": kept.height, "message": ""}
        finally:
            self._uploads.done()
        self._answers[upload] = reply
        while len(self._answers) > MAX_ANSWERS:
            self._answers.popitem(last=False)
        self._line.reply(reply)

    def _tell_again(self, message: Table) -> None:
        """Say what became of an upload, if it has been read; a page asks where it heard nothing."""
        found = self._answers.get(message["upload"])
        if found is not None:
            self._line.reply(found)

    def _take_painting(self, message: Table) -> None:
        parts = self._paintings.take(message)
        if parts is not None:
            self._line.turns.submit(self._read, message["upload"], message["source"], parts)

    def _unpaint(self, message: Table) -> None:
        """Take a mask away behind those that are still read, so that the last press counts."""
        source = self._masks.current
        self._line.in_turn(message["click"], lambda: self._masks.paint(source, None))

    def _read(self, upload: str, source: str, parts: list[bytes]) -> None:
        try:
            picture = self._line.session.input(source)
            size = (picture.width, picture.height)
            self._masks.paint(picture.id, mask_painted(b"".join(parts), size, upload))
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            self._line.board.found_wrong(public(problem))
        finally:
            self._paintings.done()

    def _tell_mask(self) -> None:
        source = self._masks.current
        held = self._masks.of(source)
        if held is not None:
            self._line.reply({"kind": "mask", "source": source, "revision": held.revision}, [held.png()])
