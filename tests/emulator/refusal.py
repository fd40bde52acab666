"""What a gateway refuses by its document: the key, the body, the model, then field by field."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeVar

from tests.emulator import inputs
from tests.emulator.complaints import Complaint
from tests.emulator.orders import body_of, fields_of
from tests.emulator.profile import Inputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.emulator.profile import Kind, Operation, Profile
    from tests.emulator.received import Received
    from tests.emulator.rules import Fields

BODY_TYPE: Mapping[Kind, str] = {
    "generate": "application/json",
    "chat": "application/json",
    "edit": "multipart/form-data",
    "vary": "multipart/form-data",
}
PROMPT: Mapping[Kind, str] = {"generate": "prompt", "chat": "messages", "edit": "prompt"}
NO_KEY = Complaint(401, "You didn't provide an API key in an Authorization header.", code="invalid_api_key")
NO_OBJECT = Complaint(400, "We could not parse the JSON body of your request.", code="invalid_body")

T = TypeVar("T")


def complaint(profile: Profile, operation: Operation, received: Received) -> Complaint | None:
    """Return what a gateway has against a request; None where it takes it."""
    return next(_complaints(profile, operation, received), None)


def keyless(profile: Profile, received: Received) -> Iterator[Complaint]:
    """Yield a complaint where no key came along and one is needed."""
    scheme, _, key = (received.authorization or "").partition(" ")
    if profile.needs_key and not (scheme == "Bearer" and key.strip()):
        yield NO_KEY


def rules_of(profile: Profile, operation: Operation, received: Received) -> tuple[str, Fields | None]:
    """Return the model that is meant, and the rules for its fields."""
    named = dict(fields_of(operation, {}, received))
    implied = (model for name, model in profile.implied.items() if name in named)
    model = str(named.get("model") or next(implied, profile.default_model))
    return model, _matching(operation.models, model)


def _complaints(profile: Profile, operation: Operation, received: Received) -> Iterator[Complaint]:
    yield from keyless(profile, received)
    yield from _body(operation, received)
    model, rules = rules_of(profile, operation, received)
    if rules is None:
        yield Complaint(400, f"The model '{model}' does not exist.", param="model", code="model_not_found")
        return
    if profile.unknown != "take":
        yield from _fields(profile, operation, rules, received)
    if BODY_TYPE[operation.kind] != BODY_TYPE["generate"]:
        yield from inputs.complaints(profile, _matching(operation.inputs, model) or Inputs(), received)


def _body(operation: Operation, received: Received) -> Iterator[Complaint]:
    wanted = BODY_TYPE[operation.kind]
    if not received.headers.get("content-type", "").startswith(wanted):
        yield Complaint(400, f"Unsupported content type: use {wanted}.", code="invalid_body")
    elif wanted == BODY_TYPE["generate"] and body_of(received) is None:
        yield NO_OBJECT


def _fields(profile: Profile, operation: Operation, rules: Fields, received: Received) -> Iterator[Complaint]:
    fields = dict(fields_of(operation, rules, received))
    prompt = PROMPT.get(operation.kind)
    if prompt and prompt not in fields:
        message = f"Missing required parameter: '{prompt}'."
        yield Complaint(400, message, param=prompt, code="missing_required_parameter")
    if not prompt and "prompt" in fields:
        yield _unknown("prompt")
    for name, value in fields.items():
        yield from _field(profile, rules, name, value)


def _field(profile: Profile, rules: Fields, name: str, value: Any) -> Iterator[Complaint]:
    if name == "model":
        return
    if name not in rules:
        yield from [] if profile.unknown == "drop" else [_unknown(name)]
    elif wrong := rules[name](value):
        yield Complaint(400, f"Invalid value: '{name}' {wrong}.", param=name, code="invalid_value")


def _unknown(name: str) -> Complaint:
    return Complaint(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def _matching(named: Mapping[str, T], model: str) -> T | None:
    return next((found for pattern, found in named.items() if fnmatchcase(model, pattern)), None)
