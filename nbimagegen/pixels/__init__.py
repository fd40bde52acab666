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
from nbimagegen.pixels.ends import is_whole
from nbimagegen.pixels.inputs import Input, mask, picture, selection, upright
from nbimagegen.pixels.outside import changed_outside, keep_outside
from nbimagegen.pixels.painted import painted, painting
from nbimagegen.pixels.still import mosaic, still

__all__ = [
    "MAX_PIXELS",
    "THUMBNAIL_EDGE",
    "Input",
    "Probe",
    "changed_outside",
    "contact_sheet",
    "convert",
    "decode",
    "is_whole",
    "keep_outside",
    "mask",
    "mosaic",
    "painted",
    "painting",
    "picture",
    "probe",
    "selection",
    "still",
    "thumbnail",
    "to_array",
    "upright",
]
