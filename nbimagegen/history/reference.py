"""A picture that was brought in to start from, as users hold it: its bytes are kept beside what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen import pixels
from nbimagegen.history import stills
from nbimagegen.history.decoded import Decoded

if TYPE_CHECKING:
    from pathlib import Path

    from nbimagegen.records import InputRecord
    from nbimagegen.store import Store

BEGIN = "u-"  # of the ids, by which they differ from those of pictures
_LENGTH = 32  # hex digits of the hash


class Reference(Decoded):
    """One picture that was uploaded, pasted, or set from Python. Equal to another by id."""

    def __init__(self, record: InputRecord, store: Store) -> None:
        self._record = record
        self._store = store

    @property
    def record(self) -> InputRecord:
        """What is known of it."""
        return self._record

    @property
    def id(self) -> str:
        """`u-` and the first half of its hash."""
        return f"{BEGIN}{self.record.sha256[:_LENGTH]}"

    @property
    def bytes(self) -> bytes:
        """The bytes that are sent: those that came, where gateways take their format."""
        return self.path.read_bytes()

    @property
    def path(self) -> Path:
        """Where these bytes are on disk."""
        return self._store.input_path(self.record)

    def preview(self, px: int = pixels.THUMBNAIL_EDGE) -> bytes:
        """Return a small WebP of it, at most `px` pixels a side."""
        return pixels.thumbnail(self.bytes, px)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show it small in a cell."""
        del include, exclude
        return stills.of_bytes(repr(self), lambda: self.bytes)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<Reference {self.id} {self.width}x{self.height} {self.format}>"
