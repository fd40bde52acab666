"""Picture bytes ↔ PIL and NumPy, under limits. With `sketch`, the only importer of Pillow."""

from nbimagegen.pixels.answers import (
    MAX_PIXELS,
    THUMBNAIL_EDGE,
    Probe,
    convert,
    decode,
    probe,
    thumbnail,
    to_array,
)
from nbimagegen.pixels.inputs import Input, mask, picture

__all__ = [
    "MAX_PIXELS",
    "THUMBNAIL_EDGE",
    "Input",
    "Probe",
    "convert",
    "decode",
    "mask",
    "picture",
    "probe",
    "thumbnail",
    "to_array",
]
