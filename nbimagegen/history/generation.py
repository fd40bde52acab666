"""One generation as users hold it: running, or in the history."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Protocol

from nbimagegen import errors
from nbimagegen.errors import OutcomeUnknownError, RequestError
from nbimagegen.history.differences import differences
from nbimagegen.history.picture import Picture, shortened
from nbimagegen.records import ENDED, GenerationRecord, LostPicture, Operation, Status

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from PIL import Image

    from nbimagegen.store import Store

_SLICE_SECONDS = 0.1  # a wait in one piece cannot be interrupted on Windows


class Agent(Protocol):
    """Whoever can carry on with a generation: a session."""

    def retry(self, generation: Generation) -> Generation:
        """Try again what failed."""
        ...

    def download_again(self, generation: Generation) -> Generation:
        """Fetch the pictures whose addresses did not hand them over."""
        ...


class Generation:
    """One generation: running, or in the history. Await it, or `wait()` for it.

    Attributes:
        waiting_until: While a gateway that is too busy makes it wait: until when, in seconds since 1970.
    """

    def __init__(
        self, record: GenerationRecord, store: Store, *, is_live: bool, agent: Agent | None = None
    ) -> None:
        self.record = record
        self.store = store
        self.unsaved: Mapping[int, bytes] = {}
        self.waiting_until: float | None = None
        self._agent = agent
        self._finished: Future[None] = Future()
        self._is_live = is_live
        if not is_live:
            self._finished.set_result(None)

    @property
    def id(self) -> str:
        """A ULID: ids sort by time."""
        return self.record.id

    @property
    def status(self) -> Status:
        """One of queued, running, done, failed, cancelled, unknown."""
        # What a kernel that is gone left under way has an outcome that nobody knows.
        return self.record.status if self._is_live or self.record.status in ENDED else "unknown"

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
        """The pictures that have come."""
        return tuple(Picture(self, each.index) for each in self.record.pictures)

    @property
    def images(self) -> list[Image.Image]:
        """The pictures as PIL."""
        return [each.image for each in self.pictures]

    @property
    def image(self) -> Image.Image | None:
        """The first picture as PIL; None where there is none."""
        return self.pictures[0].image if self.record.pictures else None

    @property
    def usage(self) -> dict[str, Any] | None:
        """The gateway's own count of what was used; None where it does not say."""
        return None if self.record.usage is None else dict(self.record.usage)

    @property
    def seconds(self) -> float | None:
        """From first sending to commit; None while it runs."""
        return self.record.seconds

    @property
    def created(self) -> datetime:
        """When it was asked for, in UTC."""
        return datetime.fromtimestamp(self.record.created, tz=timezone.utc)

    @property
    def operation(self) -> Operation:
        """What was done: generate, edit or vary."""
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
        """US$ by the gateway's published price; None where it is not known."""
        price = self.record.price
        return None if price is None else price * (len(self.record.pictures) + len(self.record.lost))

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
        yield from asyncio.shield(asyncio.wrap_future(self._finished)).__await__()
        return self._result()

    def retry(self) -> Generation:
        """Try again what failed, was cancelled or has no known outcome; returns the new, running one.

        The old record stays. Where `error.may_be_billed`, both may be.

        Raises:
            RequestError: It cannot be tried again: nothing failed, or its gateway is not reached from here.
        """
        return self._by_agent().retry(self)

    def download_again(self) -> Generation:
        """Fetch the pictures that were made and could not be fetched; pays nothing, and waits for them.

        Raises:
            DownloadError: None of them could be fetched this time either.
            RequestError: There are none.
        """
        return self._by_agent().download_again(self)

    def _by_agent(self) -> Agent:
        if self._agent is None:
            message = "Open its session first, as in Session(name), and take the generation from its history."
            raise RequestError(message)
        return self._agent

    def advance(self, record: GenerationRecord, unsaved: Mapping[int, bytes]) -> None:
        """Take over a newer record; called by the session alone."""
        self.record, self.unsaved = record, unsaved
        if record.status in ENDED:
            self.waiting_until = None
            if not self._finished.done():
                self._finished.set_result(None)

    def _ended(self, seconds: float) -> bool:
        try:
            self._finished.result(max(0.0, seconds))
        except FutureTimeoutError:
            return False
        return True

    def _result(self) -> Generation:
        if self.status == "done":
            return self
        raise self.error or OutcomeUnknownError("The generation has no outcome.")

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        count, asked = len(self.record.pictures), self.record.request.n
        many = f"{count} pictures" if count == asked or not count else f"{count} of {asked} pictures"
        return f"<Generation {self.id} {self.status} {self.model} {many} {shortened(self.prompt)!r}>"
