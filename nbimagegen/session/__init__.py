"""The public face: makes pictures and keeps their history. Knows nothing of a browser."""

from typing import TYPE_CHECKING, Any

from nbimagegen.keys import sealed
from nbimagegen.lazily import rooms
from nbimagegen.session.call import Call
from nbimagegen.session.former import how_to_go_on
from nbimagegen.session.replay import Replay
from nbimagegen.session.session import Session

if TYPE_CHECKING:
    from nbimagegen.jobs import tell
    from nbimagegen.store import shown_name

__all__ = ["Call", "Replay", "Session", "how_to_go_on", "sealed", "shown_name", "tell"]

_jobs, _store = rooms("jobs", "store")
_HOMES = {"tell": _jobs, "shown_name": _store}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(_HOMES[name], name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
