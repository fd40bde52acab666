"""All ways to ask for pictures: a gateway, an operation, and how the pictures are handed over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nbimagegen import Session, catalog
from tests.emulator import paint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.history import Generation
    from nbimagegen.records import Dialect, Operation
    from tests.emulator import Emulator

PART = "Idempotency-Key"  # tells each request's click and part, in all tries of it
OTTER = paint((64, 64), 7)


@dataclass(frozen=True)
class Way:
    """One way to ask.

    Attributes:
        profile: Which gateway the emulator plays.
        model: The model that is asked.
        row: The catalogue's row of this gateway.
        dialect: What is spoken there, where the row does not say it.
        operation: What is asked for.
        most: How many pictures are asked for at most.
        a_request: How many of them go into one request.
        parameters: What else is set.
        adds: Fields that the row puts into every body.
        quirks: What is different about the gateway.
    """

    profile: str
    model: str
    row: str = "custom"
    dialect: Dialect | None = None
    operation: Operation = "generate"
    most: int = 3
    a_request: int = 10
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    adds: Mapping[str, Any] = field(default_factory=dict[str, Any])
    quirks: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def is_chat(self) -> bool:
        """Whether chat completions are spoken."""
        return (self.dialect or catalog.find_gateway(self.row).dialect) == "chat"

    def session(self, emulator: Emulator, name: str = "ways", **settings: Any) -> Session:
        """Open a session with the emulator in this gateway's place."""
        row = replace(catalog.find_gateway(self.row), adds=self.adds, idempotency_header=PART)
        given = {"gateway": row, "dialect": self.dialect, "model": self.model, "api_key": "sk-0123456789"}
        return Session(name, base_url=emulator.base_url, **given, **settings)

    def submit(self, session: Session, n: int, **more: Any) -> Generation:
        """Ask for pictures."""
        words = None if self.operation == "vary" else "an otter"
        image = None if self.operation == "generate" else OTTER
        return session.submit(
            words, operation=self.operation, image=image, n=n, **{**self.parameters, **more}
        )


GEMINI = "gemini-3.1-flash-image-preview"
IMAGE = {"modalities": ["image", "text"]}
WORDS_ARE_NO_ANSWER = {"wants_modalities": False}  # also once the field that asks for pictures was dropped
B64, URL = {"handover": "b64"}, {"handover": "url"}

WAYS: Mapping[str, Way] = {
    "serevix": Way("serevix", "gpt-image-1", "serevix"),
    "serevix, side by side": Way("serevix", "gpt-image-1.5", "serevix", a_request=1),
    "serevix, Gemini": Way("serevix", "gemini-2.5-flash-image", "serevix", most=1, a_request=1, quirks=URL),
    "xty": Way("xty", GEMINI, "xty"),
    "xty, data": Way("xty", GEMINI, "xty", quirks=B64),
    "xty, edit": Way("xty", GEMINI, "xty", operation="edit"),
    "rivus, side by side": Way("rivus", "gemini-3-pro-image-preview", "rivus", a_request=1),
    "rivus, base64": Way(
        "rivus", "imagen-3.0-generate-001", "rivus", a_request=4, parameters={"response_format": "b64_json"}
    ),
    "rivus, edit": Way("rivus", "gpt-image-1", "rivus", operation="edit", most=5, a_request=4),
    "rivus, variation": Way("rivus", "gpt-image-1", "rivus", operation="vary", most=5, a_request=4),
    "xiexus, stream": Way("xiexus", "gpt-image-1", "xiexus", parameters={"stream": True}),
    "xiexus, side by side": Way("xiexus", "dall-e-3", "xiexus", a_request=1),
    "openai": Way("openai", "gpt-image-1.5", "openai"),
    "openai, stream": Way("openai", "gpt-image-1.5", "openai", parameters={"stream": True}),
    "openai, edit": Way("openai", "gpt-image-1", "openai", operation="edit"),
    "openai, edit, stream": Way(
        "openai", "gpt-image-1", "openai", operation="edit", parameters={"stream": True}
    ),
    "newapi, a stream in name": Way("newapi-old", "gpt-image-1", parameters={"stream": True}),
    "newapi, edit, stream": Way("newapi", "gpt-image-1", operation="edit", parameters={"stream": True}),
    "newapi, chat, stream": Way(
        "newapi", "gemini-any", dialect="chat", parameters={"stream": True}
    ),
    "openrouter": Way("openrouter", "google/any", dialect="chat", adds=IMAGE, quirks=WORDS_ARE_NO_ANSWER),
    "litellm, chat, edit": Way("litellm", "gemini-any", dialect="chat", operation="edit"),
    "aihubmix": Way("aihubmix", "gemini-any", dialect="chat", adds=IMAGE, quirks=WORDS_ARE_NO_ANSWER),
    "any, URL": Way("plain", "any", quirks=URL),
    "any, edit": Way("plain", "any", operation="edit"),
    "any, variation": Way("plain", "any", operation="vary", quirks={"handover": "both"}),
    "any, chat, stream": Way("plain-chat", "any", dialect="chat", parameters={"stream": True}, adds=IMAGE),
}  # fmt: skip
