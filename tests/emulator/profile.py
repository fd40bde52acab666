"""What sets one gateway apart from another, as data: what it offers, takes and says, and its quirks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from tests.emulator.complaints import OPENAI_ERRORS, ErrorForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.emulator.complaints import Complaint
    from tests.emulator.rules import Fields

Handover: TypeAlias = Literal["b64", "url", "both"]
Carrier: TypeAlias = Literal["markdown", "parts", "images", "multi_mod_content"]
Kind: TypeAlias = Literal["generate", "edit", "vary", "chat"]
Size: TypeAlias = tuple[int, int]

GENERATIONS = "/images/generations"
EDITS = "/images/edits"
VARIATIONS = "/images/variations"
CHAT = "/chat/completions"

TEN_RATIOS: Mapping[str, Size] = {
    "1:1": (1024, 1024),
    "2:3": (832, 1248),
    "3:2": (1248, 832),
    "3:4": (864, 1184),
    "4:3": (1184, 864),
    "4:5": (896, 1152),
    "5:4": (1152, 896),
    "9:16": (768, 1344),
    "16:9": (1344, 768),
    "21:9": (1536, 672),
}


@dataclass(frozen=True)
class Inputs:
    """What a model takes to start from: how many pictures, how large, of which formats."""

    most: int = 16
    largest: int = 50_000_000
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    square: bool = False


@dataclass(frozen=True)
class Operation:
    """One thing that a gateway does: which fields each model takes; a model's name may be a pattern.

    A field of a nested object is named by its dotted path.
    """

    kind: Kind
    models: Mapping[str, Fields]
    inputs: Mapping[str, Inputs] = field(default_factory=lambda: {"*": Inputs()})


@dataclass(frozen=True)
class Profile:
    """One gateway.

    Attributes:
        name: What it is called in `PROFILES`.
        operations: What it does, by path below `root`; the first is what it is known for.
        root: Where its API begins.
        handover: How the Images API, or a chat's markdown, hands a picture over.
        carrier: Where a chat's message carries its pictures.
        ratios: The size of each aspect ratio.
        usage: What it says of tokens.
        default_model: The model where none is named.
        implied: The model that a parameter means, where none is named.
        listed: What `GET /models` answers; None where there is no such path.
        needs_key: Whether it turns requests without one away.
        unknown: What it does with a field that it does not know; "take" checks no field at all.
        errors: How it words what it refuses.
        refusals: What it may also say, by name, for a test to ask for.
        headers: What stands in every answer's head; `{id}` is the request's.
        slash: The status that redirects a path with one slash too many or too few; None: it is lost.
        slash_to: Where such a redirect leads.
        wants_modalities: Whether a chat without `modalities` of "image" gets words alone.
        type_by_name: Whether a file's type is taken from its name, as new-api does.
        both_names: The status when a form has `image` and `image[]`.
        streams: Whether `stream: true` is answered by a stream; if not, by JSON as ever.
        edit_events: What the events of a streamed edit are called.
        done: Whether a stream of the Images API ends with `[DONE]`.
        comment: What its streams say between events, to keep the connection open.
        echoes: Whether an answer of the Images API tells which settings were used.
    """

    name: str
    operations: Mapping[str, Operation]
    root: str = "/v1"
    handover: Handover = "b64"
    carrier: Carrier = "markdown"
    ratios: Mapping[str, Size] = field(default_factory=lambda: TEN_RATIOS)
    usage: Mapping[str, object] | None = None
    default_model: str | None = None
    implied: Mapping[str, str] = field(default_factory=dict[str, str])
    listed: tuple[str, ...] | None = None
    needs_key: bool = True
    unknown: Literal["refuse", "drop", "take"] = "refuse"
    errors: ErrorForm = OPENAI_ERRORS
    refusals: Mapping[str, Complaint] = field(default_factory=dict[str, "Complaint"])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    slash: int | None = None
    slash_to: str = "{path}"
    wants_modalities: bool = False
    type_by_name: bool = False
    both_names: int = 400
    streams: bool = True
    edit_events: Literal["image_edit", "image_generation"] = "image_edit"
    done: bool = False
    comment: str = ""
    echoes: bool = False

    @property
    def path(self) -> str:
        """Where its first operation is."""
        return self.root + next(iter(self.operations))

    @property
    def dialect(self) -> Literal["images", "chat"]:
        """What its first operation speaks."""
        return "chat" if next(iter(self.operations.values())).kind == "chat" else "images"

    def path_of(self, kind: Kind) -> str:
        """Return where an operation is; KeyError where it is not offered."""
        paths = {operation.kind: path for path, operation in self.operations.items()}
        return self.root + paths[kind]
