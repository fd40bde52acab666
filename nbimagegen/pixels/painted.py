"""Masks as pages paint them, in shades of grey ↔ booleans: True where the picture may change."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError, InputError
from nbimagegen.pixels.answers import decode, probe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nbimagegen.pixels.inputs import Size

_HALF = 127


def painted(data: bytes, size: Size) -> npt.NDArray[np.bool_]:
    """Return what a page has painted, H x W: True where it is lighter than half.

    Args:
        data: A PNG.
        size: Width and height that it must have, looked at before anything is decoded.

    Raises:
        InputError: It is none, damaged, or of another size.
    """
    import numpy as np  # noqa: PLC0415 - slow to import, and not always needed

    try:
        found = probe(data)
        if found.format == "png" and (found.width, found.height) == size:
            return np.asarray(decode(data).convert("L")) > _HALF
    except AnswerError:
        pass
    message = f"What was painted is no mask of {size[0]}x{size[1]} pixels; paint it again."
    raise InputError(message, parameter="mask")


def painting(change: npt.NDArray[np.bool_]) -> bytes:
    """Return a mask as a grey PNG of one bit: white where the picture may change."""
    from PIL import Image  # noqa: PLC0415 - slow to import, and not always needed

    out = io.BytesIO()
    Image.fromarray(change).save(out, "PNG", compress_level=6)
    return out.getvalue()
