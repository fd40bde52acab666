"""All that a job needs to know before it starts."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
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

    @property
    def is_leaving(self) -> bool:
        """Whether its intent says that it is on its way: it has nothing to wait for."""
        return self.record.status == "running"

    def leaving(self) -> Plan:
        """Return the plan of a job that is on its way from now on."""
        return replace(self, record=replace(self.record, status="running", started=time.time()))
