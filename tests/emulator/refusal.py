"""What a gateway refuses by its document: the path, the key, the body, then field by field."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast

from tests.emulator.answers import Answer, answer, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.emulator.profiles import Fields, Profile
    from tests.emulator.received import Received


def refusal(profile: Profile, received: Received) -> Answer | None:
    """Return the answer to a request that this gateway does not take; None where it takes it."""
    refused = _astray(profile, received) or _sealed_wrong(profile, received)
    if refused:
        return refused
    body = body_of(received)
    if body is None:
        return error(400, "We could not parse the JSON body of your request.")
    return None if profile.takes_anything else _complaint(profile, body)


def body_of(received: Received) -> Mapping[str, Any] | None:
    """Return the JSON object that came; None where none did."""
    try:
        body = received.json
    except ValueError:
        return None
    return cast("dict[str, Any]", body) if isinstance(body, dict) else None


def flat(body: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each field by its dotted path."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from flat(cast("dict[str, Any]", value), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _astray(profile: Profile, received: Received) -> Answer | None:
    path = profile.path
    if received.path == path:
        return (
            None if received.method == "POST" else error(405, f"Not allowed to {received.method} on {path}")
        )
    if received.path == path.rstrip("/"):
        return answer(308, headers={"Location": path})
    return error(404, f"Invalid URL ({received.method} {received.path})")


def _sealed_wrong(profile: Profile, received: Received) -> Answer | None:
    scheme, _, key = (received.authorization or "").partition(" ")
    if profile.needs_key and not (scheme == "Bearer" and key.strip()):
        return error(401, "You didn't provide an API key in an Authorization header.", code="invalid_api_key")
    if not received.headers.get("content-type", "").startswith("application/json"):
        return error(400, "Unsupported content type: use application/json.")
    return None


def _complaint(profile: Profile, body: Mapping[str, Any]) -> Answer | None:
    model = _model(profile, body)
    rules = _rules(profile, model)
    if rules is None:
        return error(400, f"The model '{model}' does not exist.", param="model", code="model_not_found")
    prompt = "messages" if profile.dialect == "chat" else "prompt"
    if prompt not in body:
        message = f"Missing required parameter: '{prompt}'."
        return error(400, message, param=prompt, code="missing_required_parameter")
    return next(_complaints(rules, body), None)


def _model(profile: Profile, body: Mapping[str, Any]) -> Any:
    implied = (model for name, model in profile.implied.items() if name in body)
    return body.get("model") or next(implied, profile.default_model)


def _rules(profile: Profile, model: Any) -> Fields | None:
    return next((rules for name, rules in profile.models.items() if fnmatchcase(str(model), name)), None)


def _complaints(rules: Fields, body: Mapping[str, Any]) -> Iterator[Answer]:
    for name, value in flat(body):
        if name == "model":
            continue
        if name not in rules:
            yield error(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
        elif complaint := rules[name](value):
            yield error(400, f"Invalid value: '{name}' {complaint}.", param=name, code="invalid_value")
