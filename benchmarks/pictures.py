"""The pictures that are measured with: of the sizes that models give, made once and kept in the venv.

1K, 2K and 4K are PNGs of 1.6, 5.6 and 22 MB, with thumbnails of some 5 kB; a tiny one is what warms up.
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.random import Generator
    from PIL.Image import Image

EDGES = {"tiny": 64, "1K": 1024, "2K": 2048, "4K": 4096}
_BITS = {
    "tiny": 7,
    "1K": 7,
    "2K": 6,
    "4K": 6,
}  # of noise in a pixel's three channels, which no compression takes away
_SCENE, _BRIGHTEST = 256, 247  # which leaves room for the noise
_FOLDER = Path(sys.prefix) / "nbimagegen-benchmarks"


def png(size: str) -> Path:
    """Return the file of a picture."""
    path = _FOLDER / f"{size}.png"
    if not path.exists():
        _FOLDER.mkdir(exist_ok=True)
        half = path.with_suffix(".part")
        _painted(EDGES[size], _BITS[size]).save(half, "PNG", compress_level=1)
        half.write_bytes(_with_tail(half.read_bytes()))
        half.replace(path)
    return path


def tail(number: int) -> bytes:
    """Return how a picture ends that is to be another than all others: 39 bytes, at a multiple of three."""
    return _chunk(b"tEXt", b"Number\0%08d" % number) + _END


def _with_tail(data: bytes) -> bytes:
    before = data.removesuffix(_END)
    before += _chunk(b"tEXt", b"Filler\0" + b"-" * ((-len(before) - 19) % 3))
    return before + tail(0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_END = _chunk(b"IEND", b"")


def _painted(edge: int, bits: int):  # noqa: ANN202 - Pillow is imported where a picture is made
    """Return an image that is still one when it is small, under noise that makes its file large."""
    import numpy as np  # noqa: PLC0415 - most processes find the pictures made
    from PIL import Image  # noqa: PLC0415 - the same

    dice = np.random.default_rng(edge)
    shades = [bits // 3 + (channel < bits % 3) for channel in range(3)]
    noise = np.stack([dice.integers(0, 1 << each, (edge, edge), np.uint8) for each in shades], axis=-1)
    return Image.fromarray(np.asarray(_scene(dice).resize((edge, edge), Image.Resampling.BICUBIC)) + noise)


def _scene(dice: Generator) -> Image:
    """Return clouds upon clouds, each half as wide and less dense than those before, as in photographs."""
    import numpy as np  # noqa: PLC0415 - as above
    from PIL import Image  # noqa: PLC0415 - as above

    clouds = np.zeros((_SCENE, _SCENE, 3))
    for cells in (2, 4, 8, 16, 32, 64, 128):
        grain = Image.fromarray(dice.integers(0, 256, (cells, cells, 3), np.uint8))
        clouds += np.asarray(grain.resize((_SCENE, _SCENE), Image.Resampling.BICUBIC)) / cells**0.5
    clouds -= clouds.min()
    return Image.fromarray((clouds * (_BRIGHTEST / clouds.max())).astype(np.uint8))
