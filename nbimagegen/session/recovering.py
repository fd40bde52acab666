"""What kernels that are gone left under way is ended when a session is opened; nothing is sent for it."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from nbimagegen import keys
from nbimagegen.errors import DownloadError, ImageGenError, StoreError
from nbimagegen.lazily import rooms
from nbimagegen.session.launcher import Launcher

if TYPE_CHECKING:
    from nbimagegen import history, jobs
    from nbimagegen.catalog import Gateway
    from nbimagegen.history import Generation
    from nbimagegen.jobs import Route
    from nbimagegen.keys import Key
    from nbimagegen.records import GenerationRecord, ImageRequest
else:
    history, jobs = rooms("history", "jobs")

_LOG = logging.getLogger("nbimagegen")


class Recovering(Launcher):
    """Ends what others have left."""

    def recover(self) -> None:
        """End what was left, and go on with pictures whose fetching was left too."""
        self.end_left()
        try:
            self._fetch_left()
        except StoreError as problem:
            _LOG.warning("%s", problem)

    def end_left(self) -> None:
        """End each generation whose kernel is gone, with what had come of its answer.

        Pictures that the answer only names are fetched meanwhile, which needs no key and pays nothing.
        """
        store = self._desk.store
        try:
            left = store.left_behind()
        except StoreError as problem:
            _LOG.warning("%s", problem)
            return
        for each in left:
            try:
                self._recover(each.id)
            except (StoreError, ValueError) as problem:  # a full disk, or a damaged record: it stays as it is
                _LOG.warning("%s could not be ended: %s", each.id, problem)

    def _recover(self, generation_id: str) -> None:
        desk = self._desk
        record = desk.store.adopt(generation_id)
        if record is None:  # another kernel was faster
            return
        row = self._row_named(record.request)
        is_reached = self._reaches(record.request)
        final, unsaved = jobs.recover(record, self._way(row, record.request), row if is_reached else None)
        generation = history.Generation(record, desk.store, is_live=True, agent=self)
        desk.history.add(generation)
        desk.advance(generation, final, unsaved)
        if is_reached and final.lost and unsaved is None:
            self._fetch_meanwhile(generation)

    def _fetch_left(self) -> None:
        store = self._desk.store
        for each in store.records(sorted(store.in_inbox())):
            is_due = each.lost and (each.error or {}).get("code") == jobs.NOT_FETCHED
            if is_due and not store.is_alive(each.kernel) and self._reaches(each.request):
                record = replace(each, kernel=store.kernel)  # so that each kernel asks once
                store.save(record)
                generation = history.Generation(each, store, is_live=True, agent=self)
                self._desk.history.add(generation)
                self._desk.advance(generation, record, None)
                self._fetch_meanwhile(generation)

    def _fetch_meanwhile(self, generation: Generation) -> None:
        if generation.id not in self._desk.fetching:
            self._downloading(generation, self._downloaded_or_told)

    async def _downloaded_or_told(self, generation: Generation) -> GenerationRecord:
        """Fetch lost pictures, or put down why they cannot be, in place of that they are not yet."""
        try:
            return await self._downloaded(generation)
        except DownloadError as problem:
            error = generation.record.error or {}
            told = problem.to_dict() if error.get("url") else {**error, "code": ""}
            record = replace(generation.record, error=told)
            import asyncio  # noqa: PLC0415 - slow to import, and running here already

            await asyncio.to_thread(self._desk.store.save, record)
            self._desk.advance(generation, record, None)
            raise

    def _reaches(self, request: ImageRequest) -> bool:
        row = self._row_named(request)
        return row is not None and _is_at(row, request)

    def _row_named(self, request: ImageRequest) -> Gateway | None:
        with contextlib.suppress(ImageGenError):
            return self.row(request.gateway)
        return None

    def _way(self, row: Gateway | None, request: ImageRequest) -> Route:
        """Return how the request travelled, as far as it is known here."""
        if row is None:
            return jobs.Route(request.base_url, None, True, self._desk.store)  # noqa: FBT003 - httpx's own meaning
        return self._route(row, self._own_key(row))

    def _own_key(self, row: Gateway) -> Key | None:
        """Return the key, to take it out of what is kept; without one, nothing is looked for."""
        with contextlib.suppress(Exception):  # a callable of the user's may raise anything
            return keys.find_key(row, self._given_key(row), named=False)
        return None


def _is_at(row: Gateway, request: ImageRequest) -> bool:
    return (row.base_url, row.dialect) == (request.base_url, request.dialect)
