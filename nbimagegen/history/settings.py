"""`Settings`: how a picture was made, as its own file tells it. What is told is data, and never more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nbimagegen import catalog
from nbimagegen.catalog import check
from nbimagegen.errors import UnknownGatewayError
from nbimagegen.history import code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.records import Operation

Origin: TypeAlias = Literal["nbimagegen", "AUTOMATIC1111", "InvokeAI"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a picture was made, read from its file by `from_image`.

    Attributes:
        prompt: What was asked.
        origin: Whose text it was read from: "nbimagegen", "AUTOMATIC1111" or "InvokeAI".
        model: The model's name, as that software knows it.
        gateway: The gateway's id in the catalogue; empty for other software.
        operation: What was done: generate, edit or vary.
        n: How many pictures were asked for.
        parameters: What was set, by nbimagegen's names where there are such: `size`, `seed`, `quality`.
        extra: What went into the body untouched; never given on by `call`.
        revised_prompt: What the gateway made of the prompt.
        created: When, in UTC: "2026-11-21T09:30:00+00:00".
        host: The host of the gateway.
        picture: The picture's id in the history that it comes from.
        parents: Ids of the pictures that it was made from.
        inputs: SHA-256 of what it was made from, in hex.
        sha256: Of the file as it was received, in hex.
        software: What wrote this down.
    """

    prompt: str
    origin: Origin
    model: str = ""
    gateway: str = ""
    operation: Operation = "generate"
    n: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    revised_prompt: str = ""
    created: str = ""
    host: str = ""
    picture: str = ""
    parents: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    sha256: str = ""
    software: str = ""

    @property
    def seed(self) -> int | None:
        """The seed; None where none is told."""
        told = self.parameters.get("seed", self.extra.get("seed"))
        return told if isinstance(told, int) and not isinstance(told, bool) else None

    @property
    def negative_prompt(self) -> str:
        """What was not to be seen; empty where nothing is told."""
        return str(self.parameters.get("negative_prompt") or self.extra.get("negative_prompt") or "")

    def call(self, gateway: str = "", model: str = "") -> dict[str, Any]:
        """Return arguments for `generate`: the prompt, the model, and the parameters that this model takes.

        Nothing in a file says where a call goes, what it reads or how many pictures it pays for, so there is
        no gateway, no `n` and no `extra` among them. The models of other software are not gateways' models:
        of their settings the prompt alone is given, unless `model` says for which they are meant.

        Args:
            gateway: Where it is to be made; else the gateway that is told.
            model: With which model; else the one that is told.
        """
        ours = self.origin == "nbimagegen"
        name = model or (self.model if ours else "")
        if not name:
            return {"prompt": self.prompt}
        row = catalog.find_model(_row(gateway or self.gateway), name)
        taken = {
            key: value
            for key, value in self.parameters.items()
            if key not in code.RESERVED and check.takes(row, key, value)
        }
        return {"prompt": self.prompt, "model": name, **taken}

    def to_code(self) -> str:
        """Return a call that asks for the same, without a key; of an edit, with a place for its picture."""
        row = _row(self.gateway)
        session = code.called("Session", [], {} if row.id == "custom" else {"gateway": row.id})
        start = [] if self.operation == "generate" else ["picture.png"]  # it does not travel with its edit
        words = [] if self.operation == "vary" else [self.prompt]
        ours = self.origin == "nbimagegen"
        named = code.arguments(self.model, self.n, self.parameters, self.extra) if ours else self.call()
        named.pop("prompt", None)
        return code.script(session, self.operation, [*start, *words], named)


def _row(gateway: str) -> catalog.Gateway:
    try:
        return catalog.find_gateway(gateway)
    except UnknownGatewayError:
        return catalog.find_gateway("custom")
