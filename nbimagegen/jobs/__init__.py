"""From a request to a committed record: joins wire, transport, budget and store, on a private I/O thread."""

from nbimagegen.jobs.fetch import fetched_bytes
from nbimagegen.jobs.job import Job, Report, Slots
from nbimagegen.jobs.listing import list_models
from nbimagegen.jobs.lost import download_lost
from nbimagegen.jobs.plan import Plan
from nbimagegen.jobs.recovery import NOT_FETCHED, recover
from nbimagegen.jobs.route import Route
from nbimagegen.jobs.threads import in_turn, run, tell

__all__ = [
    "NOT_FETCHED",
    "Job",
    "Plan",
    "Report",
    "Route",
    "Slots",
    "download_lost",
    "fetched_bytes",
    "in_turn",
    "list_models",
    "recover",
    "run",
    "tell",
]
