"""One generation as users hold it: running, or in the history."""

from __future__ import annotations

import asyncio
import contextlib
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Protocol

from nbimagegen import errors
from nbimagegen.errors import NotFoundError, OutcomeUnknownError, RequestError
from nbimagegen.history import code
from nbimagegen.history.differences import differences
from nbimagegen.history.keeper import Keeper
from nbimagegen.history.picture import Picture, shortened
from nbimagegen.history.sequences import many
from nbimagegen.records import ENDED, GenerationRecord, LostPicture, Operation, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from PIL import Image

    from nbimagegen.store import Store, Unsaved

_SLICE_SECONDS = 0.1  # a wait in one piece cannot be interrupted on Windows


class Agent(Protocol):
    """Whoever can carry on with a generation: a session."""

    def retry(self, generation: Generation) -> Generation:
        """Try again what failed."""
        ...

    def again(self, generation: Generation) -> Generation:
        """Make the same request once more."""
        ...

    def download_again(self, generation: Generation) -> Generation:
        """Fetch the pictures whose addresses did not hand them over."""
        ...

    def save(self, generation: Generation) -> None:
        """Write down what the disk did not take."""
        ...

    def keep_outside(self, picture: Picture) -> Picture:
        """Put the original back outside the mask of an edit."""
        ...


class Generation:
    """One generation: running, or in the history. Await it, or `wait()` for it.

    Attributes:
        replayed: Which of how many results of the history a call was given, as (1, 3); else None.
        unsaved: What of it the disk did not take, and is held in memory until it does; else None.
        waiting_until: While a gateway that is too busy makes it wait: until when, in seconds since 1970.
    """

    def __init__(
        self,
        record: GenerationRecord,
        store: Store,
        *,
        is_live: bool,
        agent: Agent | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._record = record
        self.store = store
        self.keeper = keeper or Keeper(store)
        self.unsaved: Unsaved | None = None
        self.replayed: tuple[int, int] | None = None
        self.waiting_until: float | None = None
        self._agent = agent
        self._finished: Future[None] = Future()
        self._is_live = is_live
        if not is_live:
            self._finished.set_result(None)

    @property
    def record(self) -> GenerationRecord:
        """What is known of it; while another kernel has it under way, as it is now."""
        if not self._is_live and self._record.status not in ENDED:
            with contextlib.suppress(NotFoundError):  # deleted meanwhile
                self._record = self.store.record(self.id)
        return self._record

    @property
    def id(self) -> str:
        """A ULID: ids sort by time."""
        return self._record.id

    @property
    def status(self) -> Status:
        """One of queued, running, done, failed, cancelled, unknown."""
        record = self.record
        if self._is_live or record.status in ENDED or self.store.is_alive(record.kernel):
            return record.status
        # What a kernel that is gone left under way has an outcome that nobody knows, unless it ended it last.
        return status if (status := self.record.status) in ENDED else "unknown"

    @property
    def prompt(self) -> str:
        """What was asked."""
        return self.record.request.prompt

    @property
    def model(self) -> str:
        """The model's name, as it was sent."""
        return self.record.request.model

    @property
    def gateway(self) -> str:
        """The gateway's id in the catalogue."""
        return self.record.request.gateway

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that were set."""
        return dict(self.record.request.parameters)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that have come, less those that were deleted for ever."""
        gone = self.store.gone(self.id)
        return tuple(Picture(self, each.index) for each in self.record.pictures if each.index not in gone)

    @property
    def images(self) -> list[Image.Image]:
        """The pictures as PIL."""
        return [each.image for each in self.pictures]

    @property
    def image(self) -> Image.Image | None:
        """The first picture as PIL; None where there is none."""
        return next((each.image for each in self.pictures), None)

    @property
    def usage(self) -> dict[str, Any] | None:
        """The gateway's own count of what was used; None where it does not say."""
        return None if self.record.usage is None else dict(self.record.usage)

    @property
    def seconds(self) -> float | None:
        """From setting out until all was here and checked, before it was saved; None while it runs."""
        return self.record.seconds

    @property
    def created(self) -> datetime:
        """When it was asked for, in UTC."""
        return datetime.fromtimestamp(self.record.created, tz=timezone.utc)

    @property
    def operation(self) -> Operation:
        """What was done: generate, edit, vary, or composite (an original put back outside a mask)."""
        return self.record.request.operation

    @property
    def retry_of(self) -> str:
        """The id of the generation that this one tries again; empty where it is none."""
        return self.record.retry_of

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Where the pictures and the mask are that it was made from."""
        return tuple(self.store.input_path(each) for each in self.record.request.inputs)

    @property
    def lost(self) -> tuple[LostPicture, ...]:
        """Pictures that were made and could not be fetched; see `download_again`."""
        return self.record.lost

    @property
    def cost(self) -> float | None:
        """US$ in all: what the gateway says, else by its usage or price; None where it is not known."""
        record = self.record
        came = len(record.pictures) + len(record.lost)
        # Records from before the cost was kept, and those under way.
        by_price = record.price * came if record.price is not None and came else None
        return by_price if record.cost is None else record.cost

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """What came otherwise than it was asked for, in any of its pictures: name → (asked, got)."""
        found: dict[str, tuple[str, str]] = {}
        for each in self.record.pictures:
            found = {**differences(self.record, each), **found}
        return found

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of the pictures that it was made from."""
        return self.record.parents

    @property
    def children(self) -> tuple[str, ...]:
        """Ids of the pictures that were made from its pictures."""
        return tuple(dict.fromkeys(child for each in self.pictures for child in each.children))

    @property
    def error(self) -> errors.ImageGenError | None:
        """What went wrong, if anything did."""
        if self.record.error is not None:
            error = errors.from_dict(self.record.error)
        elif self.status == "unknown":
            message = "The kernel ended while this was under way; it may have been made and billed."
            error = OutcomeUnknownError(message)
        else:
            return None
        error.generation = self
        return error

    def wait(self, timeout: float | None = None) -> Generation:
        """Wait until it has ended, and return it.

        Args:
            timeout: Seconds to wait; the generation goes on when they are over.

        Raises:
            ImageGenError: It failed or was cancelled.
            TimeoutError: It has not ended within `timeout`.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self._ended(_SLICE_SECONDS if end is None else min(_SLICE_SECONDS, end - time.monotonic())):
            if end is not None and time.monotonic() >= end:
                message = f"The generation has not ended within {timeout:g} seconds; it goes on."
                raise TimeoutError(message)
        return self._result()

    def __await__(self) -> Generator[Any, None, Generation]:
        """Wait without blocking the event loop."""
        yield from self._end().__await__()
        return self._result()

    async def _end(self) -> None:
        while self._is_elsewhere:  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(_SLICE_SECONDS)
        await asyncio.shield(asyncio.wrap_future(self._finished))

    def retry(self) -> Generation:
        """Try again what failed, was cancelled or has no known outcome; returns the new, running one.

        The old record stays. Where `error.may_be_billed`, both may be.

        Raises:
            RequestError: It cannot be tried again: nothing failed, or its gateway is not reached from here.
        """
        return self.by_agent().retry(self)

    def again(self) -> Generation:
        """Make the same request once more, for other pictures; returns the new, running generation.

        A notebook that is run again is given back what it brought, as with an equal call.

        Raises:
            RequestError: Its gateway is not reached from here, or what it started from is gone.
        """
        return self.by_agent().again(self)

    def download_again(self) -> Generation:
        """Fetch the pictures that were made and could not be fetched; pays nothing, and waits for them.

        Raises:
            DownloadError: None of them could be fetched this time either.
            RequestError: There are none.
        """
        return self.by_agent().download_again(self)

    def save(self) -> None:
        """Write it to the history, where the disk did not take it when it ended.

        It happens by itself too, as soon as the disk takes another generation.

        Raises:
            StoreError: The disk is still full, read-only or broken.
        """
        if self.unsaved is not None:
            self.by_agent().save(self)

    def to_code(self) -> str:
        """Return a call that asks for the same, as Python that runs as it stands.

        It names the session, reads what an edit started from where the history keeps it, and holds no key.
        """
        return code.to_code(self)

    def delete(self) -> None:
        """Put it and its pictures into the trash; `restore()` and `History.undo()` take them back.

        Raises:
            RequestError: It is under way.
        """
        if self.status not in ENDED:
            message = "It is under way; cancel it first, as in session.cancel(generation)."
            raise RequestError(message)
        self.keeper.trash(*self._kept_as())

    def restore(self) -> None:
        """Take it and its pictures out of the trash."""
        self.keeper.restore(*self._kept_as())

    def _kept_as(self) -> tuple[list[tuple[str, int]], list[str]]:
        """Return what is marked for it: its pictures, or itself where it has none."""
        keys = [(self.id, each.index) for each in self.pictures]
        return keys, [] if keys else [self.id]

    def by_agent(self) -> Agent:
        """Return who can carry on with it.

        Raises:
            RequestError: Nobody: its session is not open here.
        """
        if self._agent is None:
            message = "Open its session first, as in Session(name), and take the generation from its history."
            raise RequestError(message)
        return self._agent

    def advance(
        self,
        record: GenerationRecord,
        unsaved: Unsaved | None = None,
        tell: Callable[[], object] | None = None,
    ) -> None:
        """Take over a newer record; called by the session alone.

        Args:
            record: The newer one.
            unsaved: What of it the disk did not take.
            tell: Called with it taken over, and before whoever waits for the end goes on.
        """
        has_ended = record.status in ENDED
        if self._record.status in ENDED and not has_ended:
            return  # it was read before the end was written
        self._record, self.unsaved = record, unsaved
        if has_ended:
            self.waiting_until = None
        if tell is not None:
            tell()
        if has_ended and not self._finished.done():
            self._finished.set_result(None)

    @property
    def _is_elsewhere(self) -> bool:
        """Whether another kernel has it under way."""
        return not self._is_live and self.status not in ENDED

    def _ended(self, seconds: float) -> bool:
        if self._is_elsewhere:
            time.sleep(max(0.0, seconds))
            return False
        try:
            self._finished.result(max(0.0, seconds))
        except FutureTimeoutError:
            return False
        return True

    def _result(self) -> Generation:
        if self.status == "done":
            return self
        raise self.error or OutcomeUnknownError("The generation has no outcome.")

    def __eq__(self, other: object) -> bool:
        """Compare by id."""
        return isinstance(other, Generation) and other.id == self.id

    def __hash__(self) -> int:
        """Hash by id."""
        return hash(self.id)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show its pictures small in a cell."""
        from nbimagegen.history import stills  # noqa: PLC0415 - which knows generations

        del include, exclude
        return stills.of_generation(self)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        count, asked = len(self.record.pictures), self.record.request.n
        came = many(count, "picture") if count == asked or not count else f"{count} of {asked} pictures"
        source = " from history, {} of {}".format(*self.replayed) if self.replayed else ""
        return f"<Generation {self.id} {self.status} {self.model} {came}{source} {shortened(self.prompt)!r}>"
