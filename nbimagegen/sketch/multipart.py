"""The parts of a form: strict, bounded, and made by splitting at the boundary; nothing else is known here."""

import re
from dataclasses import dataclass, field
from email.message import Message

from nbimagegen.sketch.refusal import Refusal

MOST_PARTS = 64
MOST_HEAD_BYTES = 8_192

_BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,./:=? -]{0,69}[A-Za-z0-9'()+_,./:=?-]")  # RFC 2046, 5.1.1


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; a file has a file name."""

    name: str
    data: bytes = field(repr=False)
    filename: str | None = None

    @property
    def text(self) -> str:
        """The field as text, or a `Refusal`."""
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            message = f"{self.name} is not UTF-8 text."
            raise Refusal(message, self.name, "invalid_multipart") from None


def parts(content_type: str, body: bytes) -> list[Part]:
    """The parts of a body, in their order.

    Raises:
        Refusal: it is no `multipart/form-data`, or one that is broken anywhere.
    """
    delimiter = b"\r\n--" + _boundary(content_type)
    before, *pieces = (b"\r\n" + body).split(delimiter, MOST_PARTS + 1)
    if before or not pieces or pieces[-1] not in {b"--", b"--\r\n"}:
        raise _broken("it does not begin and end with its boundary, or has too many parts")
    return [_part(piece) for piece in pieces[:-1]]


def _boundary(content_type: str) -> bytes:
    header = _header("content-type", content_type)
    boundary = _parameter(header, "boundary", "content-type") or ""
    if header.get_content_type() != "multipart/form-data" or not _BOUNDARY.fullmatch(boundary):
        message = "Send multipart/form-data, with its boundary in the Content-Type header."
        raise Refusal(message, code="invalid_content_type")
    return boundary.encode()


def _part(piece: bytes) -> Part:
    end = piece.find(b"\r\n\r\n", 0, MOST_HEAD_BYTES)
    if end < 0 or not piece.startswith(b"\r\n"):
        raise _broken("a part has no end of its headers")
    header = _header("content-disposition", _disposition(piece[:end]))
    name = _parameter(header, "name", "content-disposition")
    if header.get_content_disposition() != "form-data" or not name:
        raise _broken("a part has no name")
    return Part(name, piece[end + 4 :], _parameter(header, "filename", "content-disposition"))


def _disposition(head: bytes) -> str:
    """The one Content-Disposition among a part's headers."""
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    found = [value for name, _, value in lines if name.strip().lower() == b"content-disposition"]
    if len(found) != 1:
        raise _broken("a part has no Content-Disposition, or several")
    return found[0].decode("utf-8", "replace").strip()


def _header(name: str, value: str) -> Message:
    header = Message()
    header[name] = value
    return header


def _parameter(header: Message, name: str, of: str) -> str | None:
    value = header.get_param(name, header=of)
    return value if isinstance(value, str) else None


def _broken(why: str) -> Refusal:
    message = f"The form cannot be read: {why}."
    return Refusal(message, code="invalid_multipart")
