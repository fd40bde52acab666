"""The gateways' own documents as data: their example requests and answers, copied field for field.

A picture that a document abbreviates as "..." is "..." here too; `with_pictures` puts real ones in.
The Xiexus document has a schema and no example: its requests use the fields of that schema.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NAMES = ("serevix_gemini", "serevix_openai", "xty", "rivus", "xiexus")


@dataclass(frozen=True)
class Request:
    """One example request; the key in its headers is a placeholder."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Document:
    """What one document shows: the gateway, its full address, requests and answers by name."""

    gateway: str
    address: str
    requests: Mapping[str, Request]
    answers: Mapping[str, dict[str, Any]]


def read(name: str) -> Document:
    """Return the document of this name, one of `NAMES`."""
    found = json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
    requests = {example: Request(**request) for example, request in found.pop("requests").items()}
    return Document(requests=requests, **found)


def coded(file: bytes) -> str:
    """Return a file in base64."""
    return base64.b64encode(file).decode()


def with_pictures(
    answer: Mapping[str, Any], files: Sequence[bytes], publish: Callable[[bytes], str]
) -> dict[str, Any]:
    """Return an Images answer with real pictures where the document has "..."."""

    def item(abbreviated: Mapping[str, str], file: bytes) -> dict[str, str]:
        real = {"b64_json": coded(file), "url": publish(file)}
        return {name: real[name] for name in abbreviated}

    return {**answer, "data": [item(*pair) for pair in zip(answer["data"], files, strict=True)]}


def with_words(answer: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """Return a chat answer with these words after the sentence of each choice."""
    choices = [
        {**choice, "message": {**choice["message"], "content": choice["message"]["content"] + word}}
        for choice, word in zip(answer["choices"], words, strict=True)
    ]
    return {**answer, "choices": choices}
