"""Software that gateways run, each with what it is known to do to a request on its way.

Read in its source or its documentation: new-api (types/error.go, relay/helper/valid_request.go), LiteLLM
(proxy/image_endpoints), https://openrouter.ai/docs/api/reference/errors-and-debugging, and what AIHubMix's
clients parse. The old new-api is one-api's heir and answers as that does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.emulator.complaints import (
    Complaint,
    ErrorForm,
    detail,
    litellm_body,
    not_found,
    nothing_at_all,
    openrouter_body,
    web_page,
)
from tests.emulator.documented import (
    FORMS,
    GPT_EDIT,
    GPT_IMAGE,
    IMAGE_CONFIG,
    OPENAI_REFUSALS,
    TOKENS,
    WIDE,
)
from tests.emulator.profile import CHAT, EDITS, GENERATIONS, TEN_RATIOS, VARIATIONS, Operation, Profile
from tests.emulator.rules import flag, instructed, one_of, one_user_message, text, whole, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.emulator.rules import Fields, Rule

CHAT_TOKENS: Mapping[str, object] = {
    "prompt_tokens": 12,
    "completion_tokens": 1290,
    "total_tokens": 1302,
    "completion_tokens_details": {"image_tokens": 1290},
}
IMAGEN_RATIOS = ("1:1", "3:4", "4:3", "9:16", "16:9")
SIZES = one_of("1K", "2K", "4K")


def chat(**fields: Rule) -> Fields:
    """Return what a chat with an image model takes, and what is said of it here."""
    return {
        "messages": one_user_message,
        "n": whole(1, 10),
        "stream": flag,
        "stream_options.include_usage": flag,
        "modalities": words("image", "text"),
        **fields,
    }


IMAGEN: Fields = {
    "prompt": text(4_000),
    "n": whole(1, 4),
    "size": one_of(*IMAGEN_RATIOS, "1024x1024", "1792x1024", "1024x1792"),
    "response_format": FORMS,
}
DALL_E: Fields = {"prompt": text(4_000), "n": whole(1, 1), "size": WIDE, "response_format": FORMS}
GOOGLE: Fields = chat(
    **{
        f"{IMAGE_CONFIG}.aspect_ratio": one_of(*TEN_RATIOS),
        f"{IMAGE_CONFIG}.image_size": SIZES,
    }
)
NO_CHANNEL = Complaint(
    503,
    "No available channel for model under group default (distributor)",
    kind="new_api_error",
    code="model_not_found",
)
NO_QUOTA = Complaint(403, "user quota is not enough", kind="new_api_error", code="insufficient_user_quota")
SENSITIVE = Complaint(500, "sensitive words detected", kind="new_api_error", code="sensitive_words_detected")
BAD_UPSTREAM = Complaint(
    500,
    "bad response status code 502",
    kind="openai_error",
    code="bad_response_status_code",
)
NEWAPI_REFUSALS = {
    "moderation": SENSITIVE,
    "quota": NO_QUOTA,
    "no channel": NO_CHANNEL,
    "upstream": BAD_UPSTREAM,
}
NEWAPI_CODES = {
    "model_not_found": (503, "model_not_found"),
    "not_implemented": (501, "api_not_implemented"),
    "invalid_api_key": (401, ""),
}
NEWAPI_ERRORS = ErrorForm(
    message="{message} (request id: {id})",
    kind="new_api_error",
    said_as=NEWAPI_CODES,
)
OLD_ERRORS = replace(
    NEWAPI_ERRORS,
    bodies={429: nothing_at_all},
    said_as={
        **NEWAPI_CODES,
        **dict.fromkeys(
            ("invalid_value", "missing_required_parameter", "invalid_body"), (500, "invalid_request")
        ),
    },
)
NEWAPI_MODELS: Mapping[str, Fields] = {"gpt-image-*": GPT_IMAGE, "imagen-*": IMAGEN, "dall-e-3": DALL_E}

NEWAPI_OLD = Profile(
    "newapi-old",
    {
        GENERATIONS: Operation("generate", NEWAPI_MODELS),
        EDITS: Operation("edit", {"gpt-image-*": GPT_EDIT}),
        CHAT: Operation("chat", {"gemini-*": chat()}),
    },
    usage=TOKENS,
    listed=("gpt-image-1", "imagen-3.0-generate-001", "dall-e-3", "gemini-2.5-flash-image-preview"),
    unknown="drop",
    errors=OLD_ERRORS,
    refusals=NEWAPI_REFUSALS,
    headers={"X-Oneapi-Request-Id": "{id}"},
    type_by_name=True,
    streams=False,
)
NEWAPI = Profile(
    "newapi",
    {**NEWAPI_OLD.operations, CHAT: Operation("chat", {"gemini-*": GOOGLE})},
    usage=TOKENS,
    listed=("gpt-image-1", "gpt-image-1.5", "imagen-4.0-generate-001", "gemini-3-pro-image-preview"),
    unknown="drop",
    errors=NEWAPI_ERRORS,
    refusals=NEWAPI_REFUSALS,
    headers={"X-Oneapi-Request-Id": "{id}", "X-New-Api-Version": "v0.9.14"},
    type_by_name=True,
    edit_events="image_generation",
    done=True,
    comment="PING",
)

OPENROUTER = Profile(
    "openrouter",
    {
        CHAT: Operation(
            "chat",
            {
                "*/*": chat(
                    **{
                        "image_config.aspect_ratio": one_of(*TEN_RATIOS),
                        "image_config.image_size": SIZES,
                        "usage.include": flag,
                    }
                )
            },
        )
    },
    root="/api/v1",
    carrier="images",
    usage={**CHAT_TOKENS, "cost": 0.039},
    listed=("google/gemini-2.5-flash-image", "google/gemini-3-pro-image-preview", "openai/gpt-5-image"),
    unknown="drop",
    errors=ErrorForm(body=openrouter_body, lost=web_page),
    refusals={
        "moderation": Complaint(403, "Your chosen model requires moderation and your input was flagged"),
        "quota": Complaint(402, "Insufficient credits. Add more using your account's page"),
        "no channel": Complaint(503, "No instances available", headers={"Retry-After": "2"}),
        "upstream": Complaint(502, "Provider returned error", kind="upstream_error"),
    },
    wants_modalities=True,
    comment="OPENROUTER PROCESSING",
)

LITELLM = Profile(
    "litellm",
    {
        GENERATIONS: Operation("generate", NEWAPI_MODELS),
        EDITS: Operation("edit", {"gpt-image-*": GPT_EDIT}),
        CHAT: Operation("chat", {"gemini-*": chat(size=text())}),
    },
    carrier="images",
    usage=TOKENS,
    listed=("gpt-image-1", "gemini-2.5-flash-image"),
    errors=ErrorForm(
        body=litellm_body,
        bodies={422: detail},
        message="litellm.BadRequestError: OpenAIException - {message}\n\n"
        "LiteLLM: model group 'any' failed with the error above. No fallback was attempted.",
        lost=not_found,
    ),
    refusals=OPENAI_REFUSALS,
    headers={"x-litellm-call-id": "{id}", "x-litellm-version": "1.106.2", "x-litellm-model-id": "5f1c"},
    slash=307,
    slash_to="http://{host}{path}",
    both_names=422,
)

AIHUBMIX = Profile(
    "aihubmix",
    {CHAT: Operation("chat", {"gemini-*": chat(messages=instructed)})},
    carrier="multi_mod_content",
    usage=CHAT_TOKENS,
    listed=("gemini-2.5-flash-image", "gemini-3-pro-image-preview"),
    unknown="drop",
    errors=ErrorForm(kind="Aihubmix_api_error"),
    wants_modalities=True,
)

PLAIN = Profile(
    "plain",
    {
        GENERATIONS: Operation("generate", {"*": {}}),
        EDITS: Operation("edit", {"*": {}}),
        VARIATIONS: Operation("vary", {"*": {}}),
    },
    needs_key=False,
    unknown="take",
)
PLAIN_CHAT = replace(PLAIN, name="plain-chat", operations={CHAT: Operation("chat", {"*": {}})})
