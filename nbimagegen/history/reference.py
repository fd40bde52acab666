"""A picture that was brought in to start from, as users hold it: its bytes are kept beside what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbimagegen import pixels
from nbimagegen.history import stills

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    from nbimagegen.records import InputRecord
    from nbimagegen.store import Store

BEGIN = "u-"  # of the ids, by which they differ from those of pictures
_LENGTH = 32  # hex digits of the hash


class Reference:
    """One picture that was uploaded, pasted, or set from Python. Equal to another by id."""

    def __init__(self, record: InputRecord, store: Store) -> None:
        self.record = record
        self._store = store

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

    @property
    def image(self) -> Image.Image:
        """A fresh PIL image."""
        return pixels.decode(self.bytes)

    @property
    def array(self) -> npt.NDArray[np.uint8]:
        """A fresh, writable array: H x W x 3 (RGB) or H x W x 4 (RGBA), uint8."""
        return pixels.to_array(self.image)

    @property
    def width(self) -> int:
        """In pixels."""
        return self.record.width

    @property
    def height(self) -> int:
        """In pixels."""
        return self.record.height

    @property
    def format(self) -> str:
        """What the bytes are: "png", "jpeg" or "webp"."""
        return self.record.format

    def preview(self, px: int = pixels.THUMBNAIL_EDGE) -> bytes:
        """Return a small WebP of it, at most `px` pixels a side."""
        return pixels.thumbnail(self.bytes, px)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:  # noqa: FBT001 - NumPy's own signature
        """Be an array to NumPy and whoever asks by its protocol."""
        if copy is False:
            message = "A picture is decoded each time, so its array is always a copy."
            raise ValueError(message)
        return self.array if dtype is None else self.array.astype(dtype, copy=False)

    def __eq__(self, other: object) -> bool:
        """Compare by id."""
        return isinstance(other, Reference) and other.id == self.id

    def __hash__(self) -> int:
        """Hash by id."""
        return hash(self.id)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show it small in a cell."""
        del include, exclude
        return stills.of_bytes(repr(self), lambda: self.bytes)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<Reference {self.id} {self.width}x{self.height} {self.format}>"
