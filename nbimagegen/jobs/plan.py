"""All that a job needs to know before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbimagegen.budget import Reservation
    from nbimagegen.catalog import Gateway
    from nbimagegen.jobs.route import Route
    from nbimagegen.records import GenerationRecord


@dataclass(frozen=True, slots=True)
class Plan:
    """One generation, how its requests travel, and what was set aside for each."""

    record: GenerationRecord
    gateway: Gateway
    requests: tuple[int, ...]  # how many pictures each request asks for
    route: Route
    timeout: float
    reservations: tuple[Reservation, ...] = ()  # one a request, where there is a budget
