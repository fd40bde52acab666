"""Pictures and what is known of them, asked for by id → replies with binary buffers, read by a small pool."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen.errors import ImageGenError
from nbimagegen.history import Reference
from nbimagegen.studio import describe
from nbimagegen.studio.kin import kin

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen.history import Picture
    from nbimagegen.session import Session
    from nbimagegen.studio.line import Handlers, Line, Table

_DIALOGS = [Path(__file__).parent.parent / "static" / f"dialogs.{kind}" for kind in ("js", "css")]


class Serving:
    """Serves what a view asks for."""

    def __init__(self, line: Line) -> None:
        self._line = line
        # Thumbnails on their way, and who asks for more in their wake: what is small is to be seen first.
        self._on_their_way: dict[str, list[Table]] = {}
        self._lock = threading.Lock()
        self.handlers: Handlers = {
            "thumbnails": self._thumbnails,
            "original": self._original,
            **dict.fromkeys(("details", "file"), self._one),
            "failure": self._failure,
            "dialogs": self._dialogs,
        }

    def push(self, picture_id: str) -> None:
        """Send a thumbnail to all views, unless it is on its way to them."""
        with self._lock:
            if picture_id in self._on_their_way:
                return
            self._on_their_way[picture_id] = []
        with contextlib.suppress(RuntimeError):  # the interpreter is ending, and the pool has
            self._line.pictures.submit(self._serve_thumbnail, picture_id)

    def _thumbnails(self, message: Table) -> None:
        for each in message["ids"]:
            self.push(each)

    def _serve_thumbnail(self, picture_id: str) -> None:
        try:
            self._serve(picture_id, "thumbnail")
        finally:
            with self._lock:
                waiting = self._on_their_way.pop(picture_id)
            for each in waiting:
                self._one(each)

    def _original(self, message: Table) -> None:
        with self._lock:
            waiting = self._on_their_way.get(message["id"])
            if waiting is not None:
                waiting.append(message)
                return
        self._one(message)

    def _one(self, message: Table) -> None:
        self._line.pictures.submit(self._serve, message["id"], message["kind"])

    def _failure(self, message: Table) -> None:
        self._line.pictures.submit(self._tell_whole, message["generation"])

    def _dialogs(self, message: Table) -> None:
        send = self._line.reply
        self._line.pictures.submit(lambda: send(message, [each.read_bytes() for each in _DIALOGS]))

    def _serve(self, picture_id: str, what: str) -> None:
        try:
            session = self._line.session
            picture = session.input(picture_id)
            serve = _BROUGHT if isinstance(picture, Reference) else _SERVED
            self._line.reply(*serve[what](picture, session))
        except (ImageGenError, OSError) as problem:
            reason = problem.message if isinstance(problem, ImageGenError) else "Its file cannot be read."
            self._line.reply({"kind": "missing", "id": picture_id, "what": what, "message": reason})

    def _tell_whole(self, generation: str) -> None:
        with contextlib.suppress(ImageGenError):
            error = self._line.session.history.generation(generation).error
            if error is not None:
                told = {"message": error.message, "text": error.text}
                self._line.reply({"kind": "failure", "generation": generation, **told})


def _thumbnail(picture: Picture | Reference, _session: Session) -> tuple[Table, list[bytes]]:
    return {"kind": "thumbnail", "id": picture.id, "type": "image/webp"}, [picture.preview()]


def _original(picture: Picture | Reference, _session: Session) -> tuple[Table, list[bytes]]:
    return {"kind": "original", "id": picture.id, "type": describe.MIME[picture.format]}, [picture.bytes]


def _details(picture: Picture, session: Session) -> tuple[Table]:
    again = describe.again(session, picture.generation)
    details = {**describe.details(picture), **kin(session.history, picture), "again": again}
    return ({"kind": "details", "details": details},)


def _file(picture: Picture, _session: Session) -> tuple[Table, list[bytes]]:
    left = picture.leaving()
    content = {"kind": "file", "id": picture.id, "name": describe.file_name(picture)}
    beside = [] if left.sidecar is None else [left.sidecar]
    return {**content, "type": describe.MIME[picture.format]}, [left.data, *beside]


def _brought(picture: Reference, _session: Session) -> tuple[Table]:
    return ({"kind": "details", "details": describe.brought(picture)},)


def _as_it_came(picture: Reference, _session: Session) -> tuple[Table, list[bytes]]:
    content = {"kind": "file", "id": picture.id, "name": picture.path.name}
    return {**content, "type": describe.MIME[picture.format]}, [picture.bytes]


_Serve: TypeAlias = "Callable[[Any, Session], Any]"
_SERVED: dict[str, _Serve] = {
    "thumbnail": _thumbnail,
    "original": _original,
    "details": _details,
    "file": _file,
}
_BROUGHT: dict[str, _Serve] = {
    "thumbnail": _thumbnail,
    "original": _original,
    "details": _brought,
    "file": _as_it_came,
}
