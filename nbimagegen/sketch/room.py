"""Where in a region of any shape an upright box has room."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_CELLS = 192  # along the longer side: fine enough to look right, coarse enough to be quick
_INSIDE = 255


def room(region: Image.Image, width: int, height: int) -> tuple[int, int] | None:
    """Left and top of a box inside a region, as low and then as far left as can be; None without room.

    Args:
        region: one channel; every pixel under the box is 255 in it.
        width: of the box, in pixels.
        height: of the box, in pixels.
    """
    cell = max(1, -(-max(region.size) // _CELLS))
    free = _free(np.asarray(region), cell)
    across, down = -(-width // cell), -(-height // cell)
    if down > free.shape[0] or across > free.shape[1]:
        return None
    sums = np.pad(np.cumsum(np.cumsum(free, 0), 1), ((1, 0), (1, 0)))
    upper, lower = sums[:-down], sums[down:]
    inside = lower[:, across:] - lower[:, :-across] - upper[:, across:] + upper[:, :-across]
    tops, lefts = np.nonzero(inside == across * down)
    if not len(tops):
        return None
    top = int(tops.max())
    return int(lefts[tops == top].min()) * cell, top * cell


def _free(region: NDArray[np.uint8], cell: int) -> NDArray[np.int64]:
    """1 for each cell that lies wholly inside, else 0."""
    rows, columns = (side // cell for side in region.shape)
    whole = region[: rows * cell, : columns * cell]
    cells = np.reshape(whole, (rows, cell, columns, cell))
    return (cells.min(axis=(1, 3)) == _INSIDE).astype(np.int64)
