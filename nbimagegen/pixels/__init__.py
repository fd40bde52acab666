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
from nbimagegen.pixels.contact_sheet import contact_sheet
from nbimagegen.pixels.inputs import Input, mask, picture
from nbimagegen.pixels.still import mosaic, still

__all__ = [
    "MAX_PIXELS",
    "THUMBNAIL_EDGE",
    "Input",
    "Probe",
    "contact_sheet",
    "convert",
    "decode",
    "mask",
    "mosaic",
    "picture",
    "probe",
    "still",
    "thumbnail",
    "to_array",
]
