"""Pictures that are brought in to start from, or put together here: kept, and nothing is sent."""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import NotFoundError
from nbimagegen.lazily import rooms
from nbimagegen.records import GenerationRecord, PictureRecord
from nbimagegen.session import inputs, settings, waiting
from nbimagegen.session.listening import Listening

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbimagegen import history, jobs, pixels, store
    from nbimagegen.history import Picture, Reference, outside
    from nbimagegen.records import Maker
else:
    history, jobs, outside, pixels, store = rooms("history", "jobs", "history.outside", "pixels", "store")


class Keeping(Listening):
    """Takes pictures in."""

    _timeout: float = settings.TIMEOUT

    def reference(self, source: Any) -> Picture | Reference:
        """Return a picture that edits can start from, and keep it where it is none of this history.

        Args:
            source: A picture of this history or its id, or whatever `edit` takes as a picture.

        Raises:
            InputError: It is no picture, or too large.
            StoreError: The disk is full, read-only or broken.
        """
        if isinstance(source, str | history.Picture | history.Reference):
            with contextlib.suppress(NotFoundError):
                return self.input(source if isinstance(source, str) else source.id)
        store = self._desk.store
        record, data = inputs.brought(source, self._fetch, store)
        store.save_input(record, data)
        found = history.Reference(record, store)
        return self._desk.references.setdefault(found.id, found)

    def input(self, known: str) -> Picture | Reference:
        """Return a picture of this history, or one that `reference` took in, by its id.

        Raises:
            NotFoundError: There is none.
        """
        return self._desk.references.get(known) or self._desk.history.picture(known)

    def inputs(self, known: Iterable[str]) -> dict[str, Picture | Reference]:
        """Return those that there are, by their ids and in the order given; as `input`, but all at once."""
        ids = list(dict.fromkeys(known))
        brought = {each: self._desk.references.get(each) for each in ids}
        pictures = self._desk.history.present(each for each in ids if brought[each] is None)
        found = {**brought, **{each.id: each for each in pictures}}
        return {each: one for each, one in found.items() if one is not None}

    def keep_outside(self, picture: Picture, made_by: Maker = "code") -> Picture:
        """Put the original back outside the mask of an edit; see `Picture.keep_outside`.

        Raises:
            InputError: It was made without a mask, or its original is gone or of another shape.
            StoreError: The disk is full, read-only or broken.
        """
        data = outside.kept(picture)
        made = self._made_before(picture, hashlib.sha256(data).hexdigest())
        return made or self._taken_in(_composite(picture, data, made_by), data)

    def _made_before(self, picture: Picture, sha256: str) -> Picture | None:
        children = (self._desk.history.picture(each) for each in picture.children)
        same = (each for each in children if each.generation.operation == "composite")
        return next((each for each in same if each.sha256 == sha256), None)

    def _taken_in(self, record: GenerationRecord, data: bytes) -> Picture:
        store = self._desk.store
        spool = store.open_spool(record.id, 0, 0)
        spool.write(data)
        store.save_picture(record.pictures[0], spool)
        store.save(replace(record, kernel=store.kernel))
        generation = self._desk.history.generation(record.id)
        self._desk.come(generation)
        return generation.pictures[0]

    def _fetch(self, url: str) -> bytes:
        network = self._network
        return waiting.result(jobs.run(jobs.fetched_bytes(url, network.verify, network.proxy, self._timeout)))


def _composite(picture: Picture, data: bytes, made_by: Maker) -> GenerationRecord:
    """Return the record of a picture that was put together here, and cost nothing."""
    asked = picture.generation.record.request
    known = tuple(outside.inputs(picture).values())
    found = pixels.probe(data)
    own = PictureRecord(
        index=0,
        sha256=hashlib.sha256(data).hexdigest(),
        format=found.format,
        width=found.width,
        height=found.height,
        bytes=len(data),
    )
    return GenerationRecord(
        id=store.new_id(),
        request=replace(asked, operation="composite", n=1, parameters={}, extra={}, inputs=known),
        status="done",
        made_by=made_by,
        created=time.time(),
        pictures=(own,),
        parents=tuple(dict.fromkeys([picture.id, *(each.picture for each in known if each.picture)])),
        cost=0.0,
    )
