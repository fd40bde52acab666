"""A request → an HTTP message; an answer → events. Pure: no I/O, no clock, no Pillow, no traits."""

from nbimagegen.wire.decode import Decoder, without_picture
from nbimagegen.wire.encode import encode, split
from nbimagegen.wire.failures import failure, retry_after
from nbimagegen.wire.media import kind_of
from nbimagegen.wire.messages import (
    Bytes,
    Echo,
    Event,
    Failure,
    Image,
    ImageUrl,
    Message,
    PartialImage,
    Text,
    Upload,
    Usage,
)

__all__ = [
    "Bytes",
    "Decoder",
    "Echo",
    "Event",
    "Failure",
    "Image",
    "ImageUrl",
    "Message",
    "PartialImage",
    "Text",
    "Upload",
    "Usage",
    "encode",
    "failure",
    "kind_of",
    "retry_after",
    "split",
    "without_picture",
]
