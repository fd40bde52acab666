"""What the emulator keeps of a request, for the test to look at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class File:
    """One file of a form, as its part of the body says; its bytes are whatever came."""

    name: str
    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire; names of headers are in lower case.

    Of a multipart body, `form` holds the fields and `files` the files, in order.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    query: str = ""
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    files: tuple[File, ...] = ()
    hung_up: Event = field(default_factory=Event, repr=False, compare=False)

    @cached_property
    def json(self) -> Any:
        """The parsed body; ValueError when it is no JSON."""
        return json.loads(self.body)

    def file(self, name: str) -> File:
        """Return the only file of this name; ValueError when there is none, or more than one."""
        (found,) = [file for file in self.files if file.name == name]
        return found

    @property
    def authorization(self) -> str | None:
        """The Authorization header, if one came along."""
        return self.headers.get("authorization")

    @property
    def cookie(self) -> str | None:
        """The Cookie header, if one came along."""
        return self.headers.get("cookie")
