"""From a call to a running job: checked, inputs kept, money set aside, the intent written down."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from nbimagegen import catalog, wire
from nbimagegen.budget import Budget, Order, reserve
from nbimagegen.catalog import check
from nbimagegen.errors import AddressError, InputError, RequestError
from nbimagegen.history import Generation
from nbimagegen.jobs import Job, Plan, download_lost, fetched_bytes, run
from nbimagegen.records import ENDED, GenerationRecord
from nbimagegen.session import asking, inputs, settings, waiting
from nbimagegen.session.access import Access
from nbimagegen.session.asking import Defaults
from nbimagegen.session.call import Call
from nbimagegen.session.desk import Reporter
from nbimagegen.store import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.catalog import Gateway
    from nbimagegen.records import ImageRequest, Maker


class Launcher(Access):
    """Starts jobs, and starts again what failed.

    Attributes:
        model: The model of calls that name none.
        parameters: The parameters of calls that do not give them.
        budget: What may be spent, or None.
    """

    model: str | None = None
    parameters: Mapping[str, Any] = {}
    budget: Budget | None = None
    _timeout: float = settings.TIMEOUT
    _parallel: int = settings.PARALLEL

    def start(self, call: Call, made_by: Maker) -> Generation:
        """Check a call and set its job going.

        Raises:
            RequestError: Something was found wrong before sending; nothing was billed.
            StoreError: The history cannot be written; nothing was sent.
        """
        row = self.row(call.gateway)
        defaults = Defaults(self.default.id, self.model, self.parameters)
        name = asking.model_name(call, row, defaults)
        check.operation(row, name, call.operation)
        prepared = inputs.prepare(call, row, name, self._fetch)
        request = asking.request(call, row, name, defaults, tuple(each for each, _ in prepared))
        for record, data in prepared:
            self._desk.store.save_input(record, data)
        return self._launch(request, row, call, made_by)

    def retry(self, generation: Generation, made_by: Maker = "code") -> Generation:
        """Try again what failed, was cancelled or has no known outcome; see `Generation.retry`.

        Raises:
            RequestError: It cannot be tried again from here.
        """
        request = _what_failed(generation)
        row = self._row_of(request)
        missing = [each for each in request.inputs if not self._desk.store.input_path(each).exists()]
        if missing:
            message = f"The {missing[0].role} that it started from is no longer in the history; edit anew."
            raise InputError(message)
        return self._launch(request, row, Call(), made_by, retry_of=generation.id)

    def download_again(self, generation: Generation) -> Generation:
        """Fetch the pictures that were made and could not be fetched; see `Generation.download_again`.

        Raises:
            DownloadError: None of them could be fetched this time either.
            RequestError: There are none.
        """
        if not generation.lost:
            message = "All pictures of this generation that could be fetched are here."
            raise RequestError(message)
        route = self._route(self._row_of(generation.record.request), None)  # a download needs no key
        found = waiting.result(run(download_lost(generation.record, route, self._timeout)))
        self._desk.advance(generation, found, generation.unsaved)
        return generation

    def _row_of(self, request: ImageRequest) -> Gateway:
        """Return the row of a gateway that a record names, as long as it is where this session finds it."""
        row = self.row(request.gateway)
        if row.base_url != request.base_url or row.dialect != request.dialect:
            message = (
                f"It was made at {request.base_url}, and this session's {row.id} is at {row.base_url}; "
                f"make the session with gateway={row.id!r} and base_url={request.base_url!r} to go on there."
            )
            raise AddressError(message)
        return row

    def _launch(
        self, request: ImageRequest, row: Gateway, call: Call, made_by: Maker, retry_of: str = ""
    ) -> Generation:
        model = catalog.find_model(row, request.model)
        requests = wire.split(request.n, model.max_images_per_request if model else check.MAX_IMAGES_PER_CALL)
        route = self._route(row, self.key(row))
        orders = [_order(request, row, n) for n in requests]
        record = GenerationRecord(
            id=new_id(),
            request=request,
            status="queued",
            made_by=made_by,
            created=time.time(),
            parents=tuple(dict.fromkeys(each.picture for each in request.inputs if each.picture)),
            retry_of=retry_of,
            price=orders[0].price,
        )
        timeout = self._timeout if call.timeout is None else settings.seconds(call.timeout)
        plan = Plan(record, row, tuple(requests), route, timeout, tuple(reserve(self.budget, orders)))
        return self._set_going(plan, call)

    def _set_going(self, plan: Plan, call: Call) -> Generation:
        store = self._desk.store
        try:
            store.save(plan.record)
        except BaseException:
            for each in plan.reservations:
                each.settle(0)
            raise
        generation = Generation(plan.record, store, is_live=True, agent=self)
        job = Job(plan, self._desk.slots(self._parallel), Reporter(self._desk, generation))
        self._desk.take(generation, job, [call.on_partial] if call.on_partial else [])
        job.start()
        return generation

    def _fetch(self, url: str) -> bytes:
        network = self._network
        return waiting.result(run(fetched_bytes(url, network.verify, network.proxy, self._timeout)))


def _what_failed(generation: Generation) -> ImageRequest:
    """Return the request again; of one that brought some of its pictures, for those that it did not."""
    record = generation.record
    missing = record.request.n - len(record.pictures) - len(record.lost)
    if generation.status not in ENDED or (generation.status == "done" and missing <= 0):
        message = "Nothing of this generation failed, so there is nothing to try again; generate anew."
        raise RequestError(message)
    return replace(record.request, n=missing) if generation.status == "done" else record.request


def _order(request: ImageRequest, row: Gateway, n: int) -> Order:
    """Return what a request may cost, read from its body as it will be sent."""
    fields = wire.encode(request, row, n).fields
    model = fields.get("model")
    return Order(
        images=_count(fields.get("n", 1), n),
        price=catalog.price_of(row, model if isinstance(model, str) else "", fields, request.operation),
    )


def _count(told: object, asked: int) -> int:
    """Return how many pictures a body asks for: `extra` may hold a text, which a gateway may understand."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        return max(math.ceil(float(cast("float", told))), 1)
    return asked
