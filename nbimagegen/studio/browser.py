"""The browser's messages → session calls, and what it asked for → replies with binary buffers.

A handler checks, hands over and returns; pictures are read by a small pool.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen import catalog
from nbimagegen.errors import ImageGenError, ParameterError, RequestError, UnknownGatewayError
from nbimagegen.history import marks, settings_of
from nbimagegen.records import mended
from nbimagegen.session import Call, Session
from nbimagegen.studio import describe, filters, messages
from nbimagegen.studio.keyring import Keyring
from nbimagegen.studio.previews import Previews
from nbimagegen.studio.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbimagegen.catalog import Gateway
    from nbimagegen.history import Generation, Picture, Progress, Settings
    from nbimagegen.history.marks import Change
    from nbimagegen.history.views import Shown, View
    from nbimagegen.studio.notices import Board

    Table: TypeAlias = dict[str, Any]
    Send: TypeAlias = Callable[[Table, list[bytes] | None], None]
    Names: TypeAlias = Callable[[str, list[str]], list[str]]  # of models that a gateway lists

_LOG = logging.getLogger("nbimagegen")
FIRST_PAGE = 48
MAX_CLICKS = 1000
_DIALOGS = [Path(__file__).parent.parent / "static" / f"dialogs.{kind}" for kind in ("js", "css")]
MAX_LISTED = 500
MAX_NAMED = 200  # models and tags that the strip can be narrowed down to by a menu
UNEXPECTED = "Something unexpected happened ({}); please report it."


class Browser:
    """The views of one studio, all of them together: what is sent goes to each."""

    def __init__(
        self, session: Session, send: Send, board: Board, fill: Callable[[Settings, Names], str]
    ) -> None:
        self._session = session
        self._send = send
        self._board = board
        self._fill = fill  # puts what a picture's file tells into the controls, and says what it did
        self._filter: Table = {}
        self._uploads = Uploads()
        self._is_there = False
        self._clicks: OrderedDict[str, Table] = OrderedDict()
        self._clicks_lock = threading.Lock()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="nbimagegen-pictures")
        # A gateway may be slow to answer, and pictures are not to wait for it.
        self._errands = ThreadPoolExecutor(2, thread_name_prefix="nbimagegen-errands")
        self._previews = Previews(send, self._pool.submit)
        self._listed: dict[str, list[str]] = {}
        self._listing: set[str] = set()  # gateways that are being asked for their models
        self._to_open = ""  # a picture that was to be opened before any view was there
        self._keyring = Keyring(session, self._errands.submit, self._catalog)

    def receive(self, content: Any, buffers: Any = None) -> None:
        """Take one message; what is none is passed over.

        Nothing is raised: a host would print the frames, and a message may hold a key.
        """
        message = messages.read(content, buffers)
        try:
            if message is not None:
                getattr(self, f"_{message['kind']}")(message)
        except Exception as problem:  # noqa: BLE001 - whatever it is
            _LOG.error("a message of the page was not carried out: %s", type(problem).__name__)

    def narrow(self, held: Table) -> None:
        """Tell views of pictures that fit this filter alone."""
        self._filter = held

    def show(self, generation: Generation, *, is_new: bool) -> None:
        """Tell views that announced themselves of pictures that have just come, or whose marks are others."""
        if not self._is_there:
            return
        held = self._filter
        view = filters.view(self._session.history, held)
        shown = view.of(generation.id)
        fit = {each.picture.id for each in shown}
        ids = (f"{generation.id}-{each.index}" for each in generation.record.pictures)
        gone = [each for each in ids if each not in fit]
        kind = "arrived" if is_new else "changed"
        self._reply({"kind": kind, "gone": gone, **self._listed_pictures(held, view, shown)})
        with contextlib.suppress(RuntimeError):  # the interpreter is ending, and the pool has
            for each in shown if is_new else ():
                self._pool.submit(self._serve, each.picture.id, "thumbnail")

    def _listed_pictures(self, held: Table, view: View, shown: Iterable[Shown]) -> Table:
        return {
            "query": held,
            "pictures": [describe.shown(each) for each in shown],
            "total": view.count,
            "count": self._session.history.picture_count,
        }

    def open(self, picture: Picture) -> None:
        """Show one picture large in all views; where there is none yet, in the first."""
        self._to_open = "" if self._is_there else picture.id
        if self._is_there:
            self._reply({"kind": "show", "id": picture.id})

    def preview(self, progress: Progress) -> None:
        """Show an unfinished picture to views that announced themselves, until its job has ended."""
        if progress.kind == "done":
            self._previews.end(progress.generation.id)
        elif self._is_there:
            with contextlib.suppress(RuntimeError):  # the interpreter is ending, and the pool has
                self._previews.offer(progress)

    def seek_key(self, gateway: str) -> None:
        """Look into the system's keyring for the key of a gateway that was chosen."""
        with contextlib.suppress(RuntimeError):  # as above
            self._keyring.seek(gateway)

    def close(self) -> None:
        """Let go of the threads."""
        self._is_there = False
        self._pool.shutdown(wait=False)
        self._errands.shutdown(wait=False)

    # One handler a kind of message, named after it.

    def _hello(self, message: Table) -> None:
        del message
        is_first, self._is_there = not self._is_there, True
        self._catalog()
        self._page({"before": None, "limit": FIRST_PAGE, "query": self._filter})
        if is_first:
            self._keyring.open()
        if self._to_open:
            to_open, self._to_open = self._to_open, ""
            self._reply({"kind": "show", "id": to_open})

    def _generate(self, message: Table) -> None:
        self._once(message["click"], lambda: self._start(message))

    def _cancel(self, message: Table) -> None:
        self._once(message["click"], lambda: self._session.cancel(message["generation"]))

    def _retry(self, message: Table) -> None:
        self._once(message["click"], lambda: self._again(message["generation"]))

    def _download(self, message: Table) -> None:
        self._once(message["click"], lambda: self._errands.submit(self._fetch, message["generation"]))

    def _key(self, message: Table) -> None:
        secret = [message.pop("data").decode("utf-8", "replace")]
        save = message["save"]
        self._once(message["click"], lambda: self._use_key(message["gateway"], secret, save=save))
        self._catalog()

    def _models(self, message: Table) -> None:
        gateway = message["gateway"]
        known = {each.id for each in self._session.gateways()}
        if gateway in known - self._listing:  # else its answer is on the way to all views
            self._listing.add(gateway)
            self._errands.submit(self._list_models, gateway)

    def _failure(self, message: Table) -> None:
        self._pool.submit(self._tell_whole, message["generation"])

    def _dialogs(self, message: Table) -> None:
        self._pool.submit(self._reply, message, [each.read_bytes() for each in _DIALOGS])

    def _dismiss(self, message: Table) -> None:
        self._board.drop(message["notice"])

    def _page(self, message: Table) -> None:
        history, before = self._session.history, message["before"]
        try:
            held = filters.checked(message["query"])
        except ParameterError:
            return  # which no view asks for
        view = filters.view(history, held)
        page = self._listed_pictures(held, view, view.page(before, message["limit"]))
        if before is None:
            models, tags = history.known()
            page |= {"models": models[:MAX_NAMED], "tags": tags[:MAX_NAMED]}
        self._reply({"kind": "page", "before": before, **page})

    def _thumbnails(self, message: Table) -> None:
        for each in message["ids"]:
            self._pool.submit(self._serve, each, "thumbnail")

    def _original(self, message: Table) -> None:
        self._pool.submit(self._serve, message["id"], "original")

    def _details(self, message: Table) -> None:
        self._pool.submit(self._serve, message["id"], "details")

    def _file(self, message: Table) -> None:
        self._pool.submit(self._serve, message["id"], "file")

    def _star(self, message: Table) -> None:
        self._mark(message, marks.starring(on=message["on"]))

    def _rate(self, message: Table) -> None:
        self._mark(message, marks.rating(message["rating"]))

    def _delete(self, message: Table) -> None:
        self._once(message["click"], lambda: self._trash(message["ids"]))

    def _restore(self, message: Table) -> None:
        keeper = self._session.history.keeper
        self._once(message["click"], lambda: keeper.restore(self._keys(message["ids"])))

    def _undo(self, message: Table) -> None:
        self._once(message["click"], self._take_back)

    def _read(self, message: Table) -> None:
        self._once(message["click"], lambda: self._take_part(message))

    # What they do.

    def _once(self, click: str, action: Callable[[], object]) -> None:
        """Run a click once, however often it is delivered, and answer it each time."""
        with self._clicks_lock:  # a message may be delivered twice at once, on two threads
            is_new = click not in self._clicks
            reply = self._clicks.setdefault(click, {"kind": "acknowledged", "click": click})
            while len(self._clicks) > MAX_CLICKS:
                self._clicks.popitem(last=False)
        if is_new:
            try:
                action()
            except Exception as problem:  # noqa: BLE001 - every click is answered
                reply.update(kind="refused", message=_public(problem).message)
        self._reply(reply)

    def _start(self, message: Table) -> None:
        row = self._row(message["gateway"])
        call = Call(
            prompt=mended(message["prompt"]),
            gateway=row.id,
            model=message["model"] or None,
            n=message["n"],
            stream=message["parameters"].get("stream") is True or None,
            extra=message["extra"],
            parameters={**dict.fromkeys(self._session.parameters), **row.click, **message["parameters"]},
        )
        self._session.start(call, "click")

    def _again(self, generation: str) -> None:
        self._session.retry(self._session.history.generation(generation), "click")
        self._board.drop_all_of(generation)

    def _mark(self, message: Table, change: Change) -> None:
        keeper = self._session.history.keeper
        self._once(message["click"], lambda: keeper.mark(self._keys(message["ids"]), change))

    def _keys(self, ids: Iterable[str]) -> list[tuple[str, int]]:
        found = [self._session.history.picture(each) for each in ids]
        return list(dict.fromkeys((each.generation.id, each.index) for each in found))

    def _trash(self, ids: list[str]) -> None:
        keys = self._keys(ids)
        self._session.history.keeper.trash(keys)
        self._board.deleted([f"{generation}-{index}" for generation, index in keys])

    def _take_back(self) -> None:
        if not self._session.history.undo():
            message = "There is nothing to take back."
            raise RequestError(message)

    def _take_part(self, message: Table) -> None:
        data = self._uploads.take(message)
        if data is not None:
            self._pool.submit(self._tell_settings, message["upload"], data)

    def _tell_settings(self, upload: str, data: bytes) -> None:
        """Fill the controls with what a picture's file tells; nothing is ever made of it."""
        try:
            told = settings_of(data)
            reply = {"found": True, "message": self._fill(told, self._listed.get)}
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            reply = {"found": False, "message": _public(problem).message}
        finally:
            self._uploads.done()
        self._reply({"kind": "settings", "upload": upload, **reply})

    def _fetch(self, generation_id: str) -> None:
        """Fetch lost pictures; those that come, and what still went wrong, are events of the session."""
        try:
            generation = self._session.history.generation(generation_id)
        except ImageGenError:
            return
        try:
            generation.download_again()
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            self._board.met(generation, _public(problem))
        else:
            if not generation.lost:
                self._board.drop_all_of(generation_id)

    def _use_key(self, gateway: str, secret: list[str], *, save: bool) -> None:
        row = self._row(gateway)
        self._session.use_key(row.id, secret[0])
        self._listing.discard(row.id)  # it may open a list that is asked for in vain just now
        if save:
            self._keyring.save(row.id, secret, lambda problem: self._board.found_wrong(_public(problem)))

    def _list_models(self, gateway: str) -> None:
        try:
            names = self._session.models(self._row(gateway).id)
        except Exception as problem:  # noqa: BLE001 - a list is never required
            _LOG.debug("%s did not list its models: %s", gateway, type(problem).__name__)
            return
        finally:
            self._listing.discard(gateway)
        self._listed[gateway] = names[:MAX_LISTED]
        self._catalog()

    def _tell_whole(self, generation: str) -> None:
        with contextlib.suppress(ImageGenError):
            error = self._session.history.generation(generation).error
            if error is not None:
                told = {"message": error.message, "text": error.text}
                self._reply({"kind": "failure", "generation": generation, **told})

    def _row(self, gateway: str) -> Gateway:
        for row in self._session.gateways():
            if row.id == gateway:
                return row
        message = f"There is no gateway {gateway!r} here; choose one from the list."
        raise UnknownGatewayError(message)

    def _catalog(self) -> None:
        rows = [
            describe.gateway(each, ready=self._is_ready(each), listed=self._listed.get(each.id, ()))
            for each in self._session.gateways()
        ]
        general = [describe.model(each) for each in catalog.models().values()]
        facts = {"gateways": rows, "models": general, "keyring": self._keyring.is_there}
        self._reply({"kind": "catalog", "now": time.time(), **facts})

    def _is_ready(self, row: Gateway) -> bool:
        return self._keyring.holds(row.id) or self._session.has_key(row)

    def _serve(self, picture_id: str, what: str) -> None:
        try:
            self._reply(*_SERVED[what](self._session.history.picture(picture_id)))
        except (ImageGenError, OSError) as problem:
            reason = problem.message if isinstance(problem, ImageGenError) else "Its file cannot be read."
            self._reply({"kind": "missing", "id": picture_id, "what": what, "message": reason})

    def _reply(self, content: Table, buffers: list[bytes] | None = None) -> None:
        self._send(content, buffers)


def _public(problem: Exception) -> ImageGenError:
    if isinstance(problem, ImageGenError):
        return problem
    return ImageGenError(UNEXPECTED.format(type(problem).__name__))


def _thumbnail(picture: Picture) -> tuple[Table, list[bytes]]:
    return {"kind": "thumbnail", "id": picture.id, "type": "image/webp"}, [picture.preview()]


def _original(picture: Picture) -> tuple[Table, list[bytes]]:
    return {"kind": "original", "id": picture.id, "type": describe.MIME[picture.format]}, [picture.bytes]


def _details(picture: Picture) -> tuple[Table]:
    return ({"kind": "details", "details": describe.details(picture)},)


def _file(picture: Picture) -> tuple[Table, list[bytes]]:
    left = picture.leaving()
    content = {"kind": "file", "id": picture.id, "name": describe.file_name(picture)}
    beside = [] if left.sidecar is None else [left.sidecar]
    return {**content, "type": describe.MIME[picture.format]}, [left.data, *beside]


_SERVED: dict[str, Callable[[Picture], Any]] = {
    "thumbnail": _thumbnail,
    "original": _original,
    "details": _details,
    "file": _file,
}
