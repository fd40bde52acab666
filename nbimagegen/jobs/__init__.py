"""From a request to a committed record: joins wire, transport and store, on a private I/O thread."""

from nbimagegen.jobs.exchange import Route
from nbimagegen.jobs.job import Job, Plan, Slots
from nbimagegen.jobs.threads import tell

__all__ = ["Job", "Plan", "Route", "Slots", "tell"]
