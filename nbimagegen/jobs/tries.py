"""How often a request may go again by itself, by what is known of its failure: never if it may be billed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nbimagegen.errors import ImageGenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenacity import AsyncRetrying, RetryCallState

    from nbimagegen.errors import Retry

# The table "What a retry may do"; a class that is not named is never tried again by itself.
LIMITS: Mapping[Retry, int] = {"not_sent": 2, "for_now": 3, "drop_field": 8}
LONGEST_WAIT = 120.0  # seconds; a gateway that asks for more is not waited for


def again_by_itself(limits: Mapping[Retry, int] = LIMITS) -> AsyncRetrying:
    """Return the attempts at one request; a failure that may not be tried again is raised as it is."""
    from tenacity import AsyncRetrying  # noqa: PLC0415 - only needed once something is sent

    met: Counter[Retry] = Counter()

    def is_allowed(state: RetryCallState) -> bool:
        error = _error(state)
        if error is None or (error.retry_after or 0.0) > LONGEST_WAIT:
            return False
        met[error.retry] += 1
        return met[error.retry] <= limits.get(error.retry, 0)

    return AsyncRetrying(retry=is_allowed, wait=_pause, reraise=True)


def backoff(state: RetryCallState) -> float:
    """Return seconds to wait where nobody says how long: longer each time, and never the same for two."""
    from tenacity import wait_random_exponential  # noqa: PLC0415 - as above

    return wait_random_exponential(multiplier=1, max=30)(state) + _SHORTEST


_SHORTEST = 0.25


def _pause(state: RetryCallState) -> float:
    """Return seconds to wait before the next attempt; after a 429 the gate does the waiting."""
    error = _error(state)
    return backoff(state) if error is not None and error.retry in {"not_sent", "download"} else 0.0


def _error(state: RetryCallState) -> ImageGenError | None:
    problem = state.outcome.exception() if state.outcome else None
    return problem if isinstance(problem, ImageGenError) else None
