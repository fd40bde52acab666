"""A request → an HTTP message; an answer → events. Pure: no I/O, no clock, no Pillow, no traits."""

from nbimagegen.wire.decode import Decoder, without_picture
from nbimagegen.wire.encode import encode, split
from nbimagegen.wire.failures import failure
from nbimagegen.wire.media import kind_of
from nbimagegen.wire.messages import Event, Failure, Image, ImageUrl, Message, PartialImage, Text, Usage

__all__ = [
    "Decoder",
    "Event",
    "Failure",
    "Image",
    "ImageUrl",
    "Message",
    "PartialImage",
    "Text",
    "Usage",
    "encode",
    "failure",
    "kind_of",
    "split",
    "without_picture",
]
