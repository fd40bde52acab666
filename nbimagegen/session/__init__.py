"""The public face: makes pictures and keeps their history. Knows nothing of a browser."""

from nbimagegen.keys import sealed
from nbimagegen.session.call import Call
from nbimagegen.session.former import how_to_go_on
from nbimagegen.session.replay import Replay
from nbimagegen.session.session import Session
from nbimagegen.store import shown_name

__all__ = ["Call", "Replay", "Session", "how_to_go_on", "sealed", "shown_name"]
