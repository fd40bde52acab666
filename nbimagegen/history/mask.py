"""Where one picture may change: a plane of booleans, kept small, and how it comes and goes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbimagegen import pixels

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask of one picture.

    Attributes:
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        share: How much of the picture may change, from 0 to 1.
        revision: What tells this one from those before it.
    """

    width: int
    height: int
    share: float
    revision: str
    _bits: bytes = field(repr=False)  # eight pixels a byte, since each picture that was painted on has one

    @property
    def array(self) -> npt.NDArray[np.bool_]:
        """H x W, True where the picture may change; to be replaced, and not written to."""
        import numpy as np  # noqa: PLC0415 - slow to import, and not always needed

        bits = np.frombuffer(self._bits, np.uint8)
        plane = np.unpackbits(bits, count=self.width * self.height).astype(np.bool_)
        shaped = np.reshape(plane, (self.height, self.width))
        shaped.setflags(write=False)
        return shaped

    def png(self) -> bytes:
        """Return it as a grey PNG: white where the picture may change."""
        return pixels.painting(self.array)


def mask_painted(data: bytes, size: tuple[int, int], revision: str) -> Mask:
    """Return the mask that a page has painted as a grey PNG: what is lighter than half may change.

    Raises:
        InputError: It is no such PNG, or of another size than the picture.
    """
    return _mask(pixels.painted(data, size), revision)


def mask_given(source: Any, size: tuple[int, int]) -> Mask:
    """Return the mask that Python gives, as `Session.edit` takes one: an array, PIL or bytes.

    Raises:
        InputError: It is none, or of another size than the picture.
    """
    return _mask(pixels.selection(source, size), f"python-{next(_numbers)}")


def _mask(change: npt.NDArray[np.bool_], revision: str) -> Mask:
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed

    height, width = change.shape
    return Mask(width, height, float(change.mean()), revision, np.packbits(change).tobytes())
