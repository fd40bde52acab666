"""What every picture that users hold is to PIL and NumPy: decoded when touched, and not before."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from nbimagegen import pixels

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    from nbimagegen.records import InputRecord, PictureRecord


class Decoded(ABC):
    """One picture. Equal to another of its kind by id."""

    @property
    @abstractmethod
    def id(self) -> str:
        """What it is known by in its session."""

    @property
    @abstractmethod
    def record(self) -> PictureRecord | InputRecord:
        """What is known of it."""

    @property
    @abstractmethod
    def bytes(self) -> bytes:
        """The bytes themselves."""

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
        """In pixels, as it came."""
        return self.record.width

    @property
    def height(self) -> int:
        """In pixels, as it came."""
        return self.record.height

    @property
    def format(self) -> str:
        """What the bytes are: "png", "jpeg", "webp" or "gif"."""
        return self.record.format

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:  # noqa: FBT001 - NumPy's own signature
        """Be an array to NumPy and whoever asks by its protocol, such as `matplotlib.pyplot.imshow`."""
        if copy is False:
            message = "A picture is decoded each time, so its array is always a copy."
            raise ValueError(message)
        return self.array if dtype is None else self.array.astype(dtype, copy=False)

    def __eq__(self, other: object) -> bool:
        """Compare by id."""
        return isinstance(other, type(self)) and other.id == self.id

    def __hash__(self) -> int:
        """Hash by id."""
        return hash(self.id)
