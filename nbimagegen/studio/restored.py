"""How a picture was made, as its file tells → what the controls are to hold: checked values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbimagegen import catalog
from nbimagegen.records import mended
from nbimagegen.studio import messages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from nbimagegen.catalog import Gateway
    from nbimagegen.history import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What the controls are to hold.

    Attributes:
        prompt: The prompt; empty where none is told.
        model: The model: that of the picture where it is offered, else the one that was chosen.
        parameters: Those of the picture that this model takes.
        message: What was done, as a sentence.
    """

    prompt: str
    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    message: str = ""


def restored(told: Settings, row: Gateway, chosen: str, listed: Collection[str] = ()) -> Restored:
    """Return what the controls are to hold.

    Args:
        told: What the file tells; it may come from anyone.
        row: The chosen gateway, which stays.
        chosen: The chosen model.
        listed: Models that the gateway names beside those of its row.
    """
    is_offered = told.origin == "nbimagegen" and told.model in {*row.models, *listed}
    model = told.model if is_offered else chosen
    call = told.call(gateway=row.id, model=model)
    # Of a model that is not known, nothing could be checked.
    known = model and catalog.find_model(row, model) is not None
    parameters = {name: each for name, each in call.items() if name not in ("prompt", "model") and known}
    if not messages.is_table(parameters):
        parameters = {}
    prompt = mended(told.prompt)[: messages.MAX_PROMPT]
    return Restored(prompt, model, parameters, _sentence(told, model, len(parameters)))


def _sentence(told: Settings, model: str, settings: int) -> str:
    many = {0: "The prompt", 1: "The prompt and 1 setting"}.get(
        settings, f"The prompt and {settings} settings"
    )
    whose = "" if told.origin == "nbimagegen" else f", as {told.origin} wrote them down"
    other = f" It was made with {told.model[:80]!r}." if told.model and told.model != model else ""
    return f"{many} of that picture {'is' if settings == 0 else 'are'} in the controls{whose}.{other}"
