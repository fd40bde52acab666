"""From a call to a running job: checked, inputs kept, money set aside, the intent written down."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import (
    AddressError,
    InputError,
    NotFoundError,
    NotSentError,
    RequestError,
    StoreError,
)
from nbimagegen.lazily import rooms
from nbimagegen.records import ENDED, GenerationRecord
from nbimagegen.session import asking, inputs, replay, settings, waiting
from nbimagegen.session.asking import Defaults
from nbimagegen.session.call import Call
from nbimagegen.session.desk import Reporter
from nbimagegen.session.keeping import Keeping
from nbimagegen.session.orders import orders_of
from nbimagegen.session.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from concurrent.futures import Future
    from typing import TypeAlias

    from nbimagegen import budget, catalog, history, jobs, store, wire
    from nbimagegen.budget import Budget
    from nbimagegen.catalog import Gateway
    from nbimagegen.history import Generation
    from nbimagegen.jobs import Plan
    from nbimagegen.records import ImageRequest, Maker
    from nbimagegen.session.desk import Follower
    from nbimagegen.session.inputs import Prepared

    Fetch: TypeAlias = Callable[[Generation], Coroutine[Any, Any, GenerationRecord]]
else:
    budget, catalog, history, jobs, store, wire = rooms(
        "budget", "catalog", "history", "jobs", "store", "wire"
    )


_INTERRUPTED = "It was interrupted before it was sent; nothing was billed."


@dataclass(frozen=True, slots=True)
class Ready:
    """A call whose way is known, and whose pictures are read."""

    call: Call
    row: Gateway
    model: str
    prepared: Sequence[Prepared]


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be sent, who follows it, and the pictures that it starts from."""

    plan: Plan
    follower: Follower | None
    prepared: Sequence[Prepared]


class Launcher(Keeping):
    """Starts jobs, and starts again what failed.

    Attributes:
        model: The model of calls that name none.
        parameters: The parameters of calls that do not give them.
        budget: What may be spent, or None.
        replay: Whether calls from code are given back what the history holds.
        former: The session that the notebook had under another path, while its own is empty; else empty.
    """

    model: str | None = None
    parameters: Mapping[str, Any] = {}
    budget: Budget | None = None
    replay: bool = True
    former: str = ""
    _parallel: int = settings.PARALLEL

    def start(self, call: Call, made_by: Maker) -> Generation:
        """Check a call and set its job going, unless it is given what the history holds.

        Raises:
            RequestError: Something was found wrong before sending; nothing was billed.
            StoreError: The history cannot be written; nothing was sent.
        """
        return self._settled(self._found(self._read(call), made_by))

    def _read(self, call: Call) -> Ready:
        """Check where a call goes, and read or fetch the pictures that it starts from: that may be slow."""
        row = self.row(call.gateway)
        name = asking.model_name(call, row, self._defaults)
        catalog.check.operation(row, name, call.operation)
        return Ready(call, row, name, inputs.prepare(call, row, name, self._fetch, self._desk.store))

    @property
    def _defaults(self) -> Defaults:
        return Defaults(self.default.id, self.model, self.parameters)

    def _found(self, ready: Ready, made_by: Maker) -> Generation | Intent:
        """Return what the history holds for a call, or else what is to be sent, with its money set aside."""
        call = ready.call
        pictures = tuple(record for record, _ in ready.prepared)
        request = asking.request(call, ready.row, ready.model, self._defaults, pictures)
        known = self._replayed(request) if made_by == "code" and not call.fresh else None
        if known is not None:  # before the key is looked for, and before anything is set aside or written
            return self._given_back(known, call.on_partial)
        for record, data in ready.prepared:
            self._desk.store.save_input(record, data)
        return self._intent(request, ready.row, call, made_by, prepared=ready.prepared)

    def _settled(self, found: Generation | Intent) -> Generation:
        """Return what the history held, or set what is to be sent going."""
        return self._set_going(found) if isinstance(found, Intent) else found

    def _replayed(self, request: ImageRequest, retry_of: str = "") -> Replay | None:
        """Take the call's turn, and return what the history holds for it."""
        asked = store.fingerprint(request)
        kept = self._desk.store
        turn = replay.take_turn(kept.folder, f"{asked} {retry_of}" if retry_of else asked)
        results = replay.results(kept, asked, retry_of, at_least=turn) if self.replay else []
        if turn > len(results):
            return None
        generations = [self._desk.history.generation(each) for each in results]
        known = generations[turn - 1]
        keeper = self._desk.history.keeper  # so that what is done to it can be undone, and is shown
        found = history.Generation(known.record, kept, is_live=False, agent=self, keeper=keeper)
        found.unsaved, found.replayed = known.unsaved, (turn, len(results))
        told = Replay(found, tuple(picture.id for each in generations for picture in each.pictures))
        replay.say(told)
        return told

    def _given_back(self, known: Replay, follower: Follower | None) -> Generation:
        self._desk.give_back(known, follower)
        return known.generation

    def retry(self, generation: Generation, made_by: Maker = "code") -> Generation:
        """Try again what failed, was cancelled or has no known outcome; see `Generation.retry`.

        From code, run again in a later kernel, it is given back what it brought, as an equal call is.

        Raises:
            RequestError: It cannot be tried again from here.
        """
        return self._once_more(_what_failed(generation), generation, made_by)

    def again(self, generation: Generation, made_by: Maker = "code") -> Generation:
        """Make the same request once more; see `Generation.again`.

        Raises:
            RequestError: It cannot be made from here.
        """
        request = generation.record.request
        catalog.check.operation(self._row_of(request), request.model, request.operation)
        return self._once_more(request, generation, made_by)

    def _once_more(self, request: ImageRequest, generation: Generation, made_by: Maker) -> Generation:
        is_replayed = made_by == "code" and not generation.record.fresh
        known = self._replayed(request, retry_of=generation.id) if is_replayed else None
        if known is not None:
            return self._given_back(known, None)
        row = self._row_of(request)
        missing = [each for each in request.inputs if not self._desk.store.input_path(each).exists()]
        if missing:
            message = f"The {missing[0].role} that it started from is no longer in the history; edit anew."
            raise InputError(message)
        call = Call(fresh=generation.record.fresh)
        return self._set_going(self._intent(request, row, call, made_by, retry_of=generation.id))

    def download_again(self, generation: Generation) -> Generation:
        """Fetch the pictures that were made and could not be fetched; see `Generation.download_again`.

        Raises:
            DownloadError: None of them could be fetched this time either.
            RequestError: There are none.
        """
        if not generation.lost:
            message = "All pictures of this generation that could be fetched are here."
            raise RequestError(message)
        self._row_of(generation.record.request)
        generation.save()
        waiting.result(self._downloading(generation))
        return generation

    def save(self, generation: Generation) -> None:
        """Write down what the disk did not take; see `Generation.save`."""
        self._desk.save(generation)

    def _downloading(self, generation: Generation, fetch: Fetch | None = None) -> Future[GenerationRecord]:
        """Fetch lost pictures, unless somebody is at it already."""
        fetching = self._desk.fetching
        under_way = fetching.get(generation.id)
        if under_way is not None:
            return under_way
        fetching[generation.id] = future = jobs.run((fetch or self._downloaded)(generation))
        future.add_done_callback(lambda _: fetching.pop(generation.id, None))
        return future

    async def _downloaded(self, generation: Generation) -> GenerationRecord:
        route = self._route(self._row_of(generation.record.request), None)  # a download needs no key
        found = await jobs.download_lost(generation.record, route, self._timeout)
        self._desk.advance(generation, found, None)
        return found

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

    def _intent(  # noqa: PLR0913 - the last two are of an edit, and of a retry
        self,
        request: ImageRequest,
        row: Gateway,
        call: Call,
        made_by: Maker,
        *,
        prepared: Sequence[Prepared] = (),
        retry_of: str = "",
    ) -> Intent:
        model = catalog.find_model(row, request.model)
        requests = wire.split(
            request.n, model.max_images_per_request if model else catalog.check.MAX_IMAGES_PER_CALL
        )
        route = self._route(row, self.key(row))
        self._desk.store.check_writable()
        orders = orders_of(request, row, requests)
        record = GenerationRecord(
            id=store.new_id(),
            request=request,
            status="queued",
            made_by=made_by,
            created=time.time(),
            parents=tuple(dict.fromkeys(each.picture for each in request.inputs if each.picture)),
            retry_of=retry_of,
            price=orders[0].price,
            fresh=call.fresh,
            kernel=self._desk.store.kernel,
        )
        timeout = self._timeout if call.timeout is None else settings.seconds(call.timeout)
        plan = jobs.Plan(
            record, row, tuple(requests), route, timeout, tuple(budget.reserve(self.budget, orders))
        )
        return Intent(plan, call.on_partial, prepared)

    def cancelling(self) -> contextlib.AbstractContextManager[None]:
        """Cancel what is begun in the block, should that be interrupted, or end by any other exception."""
        return waiting.or_cancelled(self._desk.cancel)

    def _set_going(self, intent: Intent) -> Generation:
        """Write an intent down and set its job going; interrupted at any step, nothing stays under way."""
        with self.cancelling():
            return self._under_way(intent)

    def _under_way(self, intent: Intent) -> Generation:
        plan = intent.plan
        store, slots = self._desk.store, self._desk.slots(self._parallel)
        has_place = slots.enter()
        if has_place and plan.route.gate.is_open:
            plan = plan.leaving()  # its intent is written once, and says so
        generation = history.Generation(plan.record, store, is_live=True, agent=self)
        job = jobs.Job(plan, slots, Reporter(self._desk, generation))
        try:
            store.intend(plan.record)
            self._save_again(intent.prepared)
            self._desk.take(generation, job, [intent.follower] if intent.follower else [])
            waiting.note_begun(generation)
        except BaseException:
            slots.leave()
            self._give_up(plan, generation)
            raise
        job.start()
        return generation

    def _save_again(self, prepared: Sequence[Prepared]) -> None:
        """Save what whoever emptied the trash meanwhile took, as nothing claimed it until now."""
        with contextlib.suppress(StoreError):  # the job will say that it is not there
            for each in prepared:
                self._desk.store.save_input(*each)

    def _give_up(self, plan: Plan, generation: Generation) -> None:
        """Let go of what was set aside, and of an intent that was interrupted before anything was sent."""
        for each in plan.reservations:
            each.settle(0)
        error = NotSentError(_INTERRUPTED, retry="for_good").to_dict()
        ended = replace(plan.record, status="failed", started=None, error=error)
        if generation.id in self._desk.jobs:
            self._desk.advance(generation, ended, None)
        with contextlib.suppress(StoreError, NotFoundError):
            self._desk.store.record(ended.id)  # none where the disk did not take it
            self._desk.store.save(ended)


def _what_failed(generation: Generation) -> ImageRequest:
    """Return the request again; of one that brought some of its pictures, for those that it did not."""
    record = generation.record
    missing = record.request.n - len(record.pictures) - len(record.lost)
    whole = generation.status == "done" and missing <= 0
    if generation.status not in ENDED or whole or generation.operation == "composite":
        message = "Nothing of this generation failed, so there is nothing to try again; generate anew."
        raise RequestError(message)
    is_partly_here = generation.status in ("done", "unknown") and missing > 0
    return replace(record.request, n=missing) if is_partly_here else record.request
