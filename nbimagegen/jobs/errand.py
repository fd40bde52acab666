"""One request of a job, with the tries that it may have: it waits at the gate, and goes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbimagegen import wire
from nbimagegen.budget import ticket
from nbimagegen.errors import DeadlineError, ImageGenError, NotSentError
from nbimagegen.jobs.exchange import Slip, exchange
from nbimagegen.jobs.tries import LONGEST_WAIT, again_by_itself, backoff

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from nbimagegen.budget import Tell
    from nbimagegen.jobs.plan import Plan
    from nbimagegen.jobs.reception import Outcome, Preview


class Errand:
    """The request for some of a job's pictures.

    Attributes:
        was_sent: Whether a try has left and was not turned away, so that it may be billed.
    """

    def __init__(self, plan: Plan, part: int, preview: Preview, waits: Tell) -> None:
        self.was_sent = False
        self._plan = plan
        self._part = part
        self._preview = preview
        self._waits = waits
        self._dropped: set[str] = set()
        self._tries = 0
        self._seconds = plan.timeout  # left of the deadline; waiting at the gate takes nothing of it

    async def run(self, set_out: Callable[[], Awaitable[Any]]) -> Outcome:
        """Go, again where that may be, and return what it brought.

        Args:
            set_out: Awaited each time before the request leaves.

        Raises:
            ImageGenError: It failed, for good or as often as it may.
        """
        turn = ticket()
        try:
            async for attempt in again_by_itself():
                with attempt:
                    return await self._try(turn, set_out, attempt.retry_state)
        except ImageGenError as error:
            if self._tries > 1:
                error.message += f" It was tried {self._tries} times."
            raise
        raise AssertionError  # an attempt returns or raises

    async def _try(self, turn: int, set_out: Callable[[], Awaitable[Any]], state: RetryCallState) -> Outcome:
        gate = self._plan.route.gate
        self._tries += 1
        await gate.enter(turn, self._waits)
        await set_out()
        try:
            return await self._go()
        except ImageGenError as error:
            if error.retry == "for_now":
                gate.close(_seconds(error, state))
            raise
        finally:
            gate.answered(turn)

    async def _go(self) -> Outcome:
        plan = self._plan
        key = f"{plan.record.id}-{self._part}"
        message = wire.encode(
            plan.record.request,
            plan.gateway,
            plan.requests[self._part],
            dropped=self._dropped,
            request_key=key,
        )
        began = time.monotonic()
        try:
            slip = Slip(
                generation=plan.record.id,
                part=self._part,
                images=plan.requests[self._part],
                seconds=self._seconds,
                timeout=plan.timeout,
                preview=self._preview,
                on_sent=self._leaves,
            )
            return await exchange(message, plan.route, slip)
        except DeadlineError:
            if not self.was_sent:
                raise _unreached(plan) from None
            raise
        except ImageGenError as error:
            self.was_sent = error.may_be_billed
            self._consider_dropping(error, message)
            raise
        finally:
            self._seconds -= time.monotonic() - began

    def _leaves(self) -> None:
        self.was_sent = True

    def _consider_dropping(self, error: ImageGenError, message: wire.Message) -> None:
        """A field that only the row added, and that is unknown there, is left out of the next try."""
        if error.code == "unknown_parameter" and error.parameter in message.added:
            self._dropped.add(error.parameter)
            error.retry = "drop_field"


def _unreached(plan: Plan) -> NotSentError:
    message = (
        f"{plan.gateway.label} could not be reached within {plan.timeout:g} seconds; nothing was sent. "
        "Check base_url, the network and the proxy, or give a longer timeout=."
    )
    return NotSentError(message, retry="for_good")  # the time is up, for further tries too


def _seconds(error: ImageGenError, state: RetryCallState) -> float:
    told = error.retry_after
    return backoff(state) if told is None else min(told, LONGEST_WAIT)
