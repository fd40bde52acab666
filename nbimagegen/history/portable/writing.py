"""What of a history leaves, and how it is written down. Never a key, never a path of this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from nbimagegen import pixels
from nbimagegen.errors import AnswerError, InputError, StoreError
from nbimagegen.history.picture import Picture, shortened
from nbimagegen.history.portable import layout, rows, targets
from nbimagegen.history.portable.sheet import Shown, page
from nbimagegen.history.portable.undo import recipe
from nbimagegen.history.provenance import leaving, without_secrets
from nbimagegen.history.views import key
from nbimagegen.records import ENDED, mended, to_json

if TYPE_CHECKING:
    from nbimagegen.history.generation import Generation
    from nbimagegen.history.history import History
    from nbimagegen.history.portable.targets import Target
    from nbimagegen.records import InputRecord

    What: TypeAlias = str | Picture | Iterable[Picture]

_EDGE = 192  # pixels, of the sheet's thumbnails


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds.

    Attributes:
        path: Where it is.
        generations: How many it holds, those without pictures included.
        pictures: How many it holds.
        missing: Ids of pictures whose files were not there.
    """

    path: Path
    generations: int
    pictures: int
    missing: tuple[str, ...] = ()


def export(history: History, target: str | Path, what: What, *, name: str, metadata: bool) -> Exported:
    """Write pictures and all that is known of them; see `History.export`."""
    path = Path(target).expanduser()
    chosen = _chosen(history, what)
    with targets.opened(path) as files:
        writer = _Writer(files, metadata=metadata)
        for generation, indexes in chosen:
            writer.add(generation, indexes)
        writer.finish(mended(name))
    return Exported(path, writer.generations, len(writer.shown), tuple(writer.missing))


class _Writer:
    """Writes generation after generation, and gathers what stands in the files about all."""

    def __init__(self, files: Target, *, metadata: bool) -> None:
        self.generations = 0
        self.shown: list[Shown] = []
        self.missing: list[str] = []
        self._files = files
        self._metadata = metadata
        self._lines: list[str] = []
        self._sent: set[str] = set()

    def add(self, generation: Generation, indexes: list[int]) -> None:
        """Write one generation, with these of its pictures."""
        kept: dict[str, Any] = {}
        for index in indexes:
            picture = Picture(generation, index)
            received = _received(picture)
            if received is None:
                self.missing.append(picture.id)
            else:
                kept[str(index)] = self._picture(picture, received)
        if indexes and not kept:
            return
        self._inputs(generation)
        plain = {"record": _record(generation), "pictures": kept}
        self._files.write(layout.generation(generation.id), _json(plain))
        self.generations += 1

    def _picture(self, picture: Picture, received: bytes) -> dict[str, Any]:
        """Write a picture, and return what its generation's file says of it."""
        name = layout.picture(picture.generation.id, picture.index, picture.format)
        left = leaving(picture) if self._metadata else None
        data = left.data if left else received
        self._files.write(name, data)
        if left and left.sidecar:
            self._files.write(f"{name}.json", left.sidecar)
        self._lines.append(rows.line(picture, name))
        self.shown.append(_shown(picture, name, received))
        own = picture.generation.keeper.marks(picture.generation.id, picture.index)
        marks = asdict(replace(own, trashed=None))
        return {"marks": marks, "received": None if data == received else recipe(received, data)}

    def _inputs(self, generation: Generation) -> None:
        for each in generation.record.request.inputs:
            name = layout.sent(each)
            data = None if name in self._sent else _sent(generation, each)
            if data is not None:
                self._sent.add(name)
                self._files.write(name, data)

    def finish(self, title: str) -> None:
        """Write what is about all of them."""
        if self._lines:
            self._files.write(layout.METADATA, ("\n".join(self._lines) + "\n").encode())
        self._files.write(layout.SHEET_PAGE, page(title, self.shown))
        small = [each.thumbnail for each in self.shown]
        captions = [f"{shortened(each.prompt, 200)}\n{each.details}" for each in self.shown]
        self._files.write(layout.SHEET_IMAGE, pixels.contact_sheet(small, captions))
        counts = {"generations": self.generations, "pictures": len(self.shown)}
        about = {"format": layout.FORMAT, "session": title, **counts, "metadata": self._metadata}
        self._files.write(layout.ABOUT, _json(about))


def _received(picture: Picture) -> bytes | None:
    """Return a picture's very bytes; None where its file is not there, or a link stands there."""
    try:
        return picture.bytes
    except (OSError, StoreError):
        return None


def _sent(generation: Generation, record: InputRecord) -> bytes | None:
    """Return the bytes of what a request started from, the same way."""
    try:
        return generation.store.input_path(record).read_bytes()
    except (OSError, StoreError):
        return None


def _chosen(history: History, what: What) -> list[tuple[Generation, list[int]]]:
    """Return the generations in their order, with those of their pictures that leave."""
    if what == "all":
        pictures = history.pictures.ids
        empty = [each.id for each in history if not each.record.pictures and each.status in ENDED]
    else:
        pictures, empty = _ids(history, what), []
    places: dict[str, set[int]] = {each: set() for each in empty}
    for generation, index in filter(None, map(key, pictures)):
        places.setdefault(generation, set()).add(index)
    found = [(history.generation(each), sorted(places[each])) for each in sorted(places)]
    return [(each, indexes) for each, indexes in found if each.status in ENDED]


def _ids(history: History, what: Any) -> list[str]:
    if what == "starred":
        return history.find(starred=True).ids
    given = [what] if isinstance(what, Picture) else what
    if not isinstance(given, Iterable) or isinstance(given, str):
        message = f"what is {what!r}; it is 'all', 'starred', or pictures such as history.find(text='otter')."
        raise InputError(message)
    pictures = list(cast("Iterable[object]", given))
    strangers = [each for each in pictures if not isinstance(each, Picture) or each not in history]
    if strangers:
        raise InputError(f"{strangers[0]!r} is no picture of this history.")
    return [cast("Picture", each).id for each in pictures]


def _record(generation: Generation) -> dict[str, Any]:
    """Return the record as it leaves: without what belongs to this machine alone."""
    plain = to_json(replace(generation.record, kernel=""))
    request = plain["request"]
    for name in ("parameters", "extra"):
        request[name] = without_secrets(request[name])
    if plain["error"]:
        plain["error"] = _without_places(plain["error"], generation.store.folder)
    return plain


def _without_places(error: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return an error that names no folder of this machine; what the disk refuses, it tells with its path."""
    here = [str(each) for each in (folder, folder.parent, Path.home()) if len(each.parts) > 1]
    places = re.compile("|".join(map(re.escape, here)) or "(?!)")
    return {name: places.sub("~", each) if isinstance(each, str) else each for name, each in error.items()}


def _shown(picture: Picture, name: str, received: bytes) -> Shown:
    generation = picture.generation
    details = f"{generation.model} · {generation.created:%Y-%m-%d} · {picture.width}x{picture.height}"
    try:
        thumbnail = pixels.thumbnail(received, _EDGE)
    except AnswerError:
        thumbnail = b""
    return Shown(name, mended(picture.prompt or picture.revised_prompt), details, thumbnail)


def _json(value: dict[str, Any]) -> bytes:
    return mended(json.dumps(value, ensure_ascii=False, indent=1)).encode()
