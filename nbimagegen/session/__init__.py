"""The public face: makes pictures and keeps their history. Knows nothing of a browser."""

from nbimagegen.keys import sealed
from nbimagegen.session.call import Call
from nbimagegen.session.session import Session

__all__ = ["Call", "Session", "sealed"]
