"""The five gateways and OpenAI itself, as their documents describe them.

Copied from the documents by hand and on purpose not read from the package's own catalogue, so
that a slip there is seen here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.complaints import Complaint
from tests.emulator.profile import (
    CHAT,
    EDITS,
    GENERATIONS,
    TEN_RATIOS,
    VARIATIONS,
    Inputs,
    Operation,
    Profile,
)
from tests.emulator.rules import blocks, flag, one_of, one_user_message, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.emulator.profile import Size
    from tests.emulator.rules import Fields, Rule

RIVUS_RATIOS: Mapping[str, Size] = {
    "1:1": (1024, 1024),
    "16:9": (1792, 1024),
    "9:16": (1024, 1792),
}
WIDE = one_of("1024x1024", "1792x1024", "1024x1792")
CLASSIC = ("1024x1024", "1536x1024", "1024x1536")
FORMS = one_of("url", "b64_json")
IMAGE_CONFIG = "extra_body.google.image_config"

BLOCKED = Complaint(
    400,
    "Your request was rejected by the safety system.",
    kind="image_generation_user_error",
    code="moderation_blocked",
)
NO_CREDIT = Complaint(
    429,
    "You exceeded your current quota, please check your plan and billing details.",
    kind="insufficient_quota",
    code="insufficient_quota",
)
OPENAI_REFUSALS = {"moderation": BLOCKED, "quota": NO_CREDIT}


def gpt(**fields: Rule) -> Fields:
    """Return what every gpt-image model takes, and what is said of it here."""
    return {"prompt": text(32_000), "n": whole(1, 10), **fields}


SEREVIX = Profile(
    "serevix",
    {
        GENERATIONS: Operation(
            "generate",
            {
                "gemini-*": {
                    "prompt": text(),
                    "aspect_ratio": one_of(*TEN_RATIOS),
                    "image_size": one_of("1K", "2K", "4K"),
                    "response_format": one_of("b64_json"),
                },
                "gpt-image-1": gpt(size=one_of(*CLASSIC), quality=one_of("high", "medium", "low")),
                "gpt-image-1.5": gpt(n=whole(1, 1), size=WIDE, quality=one_of("high", "medium", "low")),
            },
        )
    },
)


def _gemini_chat(*sizes: str) -> Fields:
    either_case = {case for size in sizes for case in (size, size.lower())}
    return {
        "messages": one_user_message,
        "n": whole(1, 10),
        f"{IMAGE_CONFIG}.aspect_ratio": one_of(*TEN_RATIOS),
        f"{IMAGE_CONFIG}.image_size": one_of(*either_case),
    }


XTY = Profile(
    "xty",
    {
        CHAT: Operation(
            "chat",
            {
                "gemini-3.1-flash-image-preview": _gemini_chat("512", "1K", "2K", "4K"),
                "gemini-3-pro-image-preview": _gemini_chat("1K", "2K", "4K"),
            },
        )
    },
    handover="url",
    usage={"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
)


def _rivus(most: int, prompt: Rule | None = None) -> Fields:
    return {
        "prompt": prompt or text(4_000),
        "n": whole(1, most),
        "size": WIDE,
        "aspect_ratio": one_of(*RIVUS_RATIOS),
        "response_format": FORMS,
        "quality": text(),
        "background": text(),
    }


RIVUS = Profile(
    "rivus",
    {
        GENERATIONS: Operation(
            "generate",
            {
                "imagen-3.0-generate-001": _rivus(4),
                "gemini-2.5-flash-image-preview": _rivus(1),
                "gemini-3-pro-image-preview": _rivus(1),
                "gpt-image-1": _rivus(4),
            },
        ),
        EDITS: Operation("edit", {"gpt-image-1": _rivus(4)}),
        VARIATIONS: Operation("vary", {"gpt-image-1": _rivus(4)}),
    },
    handover="url",
    ratios=RIVUS_RATIOS,
)

TOKENS: Mapping[str, object] = {
    "total_tokens": 100,
    "input_tokens": 50,
    "output_tokens": 50,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
}
DALL_E_2: Fields = {
    "prompt": text(1_000),
    "n": whole(1, 10),
    "size": one_of("256x256", "512x512", "1024x1024"),
    "user": text(),
}
DALL_E_3: Fields = {
    "prompt": text(4_000),
    "n": whole(1, 1),
    "size": WIDE,
    "quality": one_of("standard", "hd"),
    "style": one_of("vivid", "natural"),
    "user": text(),
}
GPT_BOTH: Fields = gpt(
    size=one_of(*CLASSIC, "auto"),
    quality=one_of("high", "medium", "low", "auto"),
    background=one_of("transparent", "opaque", "auto"),
    output_format=one_of("png", "jpeg", "webp"),
    output_compression=whole(0, 100),
    partial_images=whole(0, 3),
    stream=flag,
    user=text(),
)
GPT_IMAGE: Fields = {**GPT_BOTH, "moderation": one_of("low", "auto")}
GPT_EDIT: Fields = {**GPT_BOTH, "input_fidelity": one_of("high", "low")}
ANY_SIZE = blocks(16, 8_294_400)
BY_PARAMETER: Mapping[str, str] = dict.fromkeys(("background", "moderation"), "gpt-image-1")

XIEXUS = Profile(
    "xiexus",
    {
        GENERATIONS + "/": Operation(
            "generate",
            {
                "dall-e-2": {**DALL_E_2, "quality": text(), "style": text()},
                "dall-e-3": {**DALL_E_3, "quality": text()},
                "gpt-image-1": {**GPT_IMAGE, "quality": text(), "style": text()},
            },
        )
    },
    handover="both",
    usage=TOKENS,
    default_model="dall-e-2",
    implied=BY_PARAMETER,
    slash=308,
)

OPENAI_GENERATIONS = Operation(
    "generate",
    {
        "dall-e-2": {**DALL_E_2, "quality": one_of("standard"), "response_format": FORMS},
        "dall-e-3": {**DALL_E_3, "response_format": FORMS},
        "gpt-image-1": GPT_IMAGE,
        "gpt-image-1-mini": GPT_IMAGE,
        "gpt-image-1.5": GPT_IMAGE,
        "gpt-image-2": {**GPT_IMAGE, "size": ANY_SIZE},
    },
)
OPENAI_EDITS = Operation(
    "edit",
    {
        "dall-e-2": {**DALL_E_2, "response_format": FORMS},
        "gpt-image-1": GPT_EDIT,
        "gpt-image-1-mini": GPT_BOTH,
        "gpt-image-1.5": GPT_EDIT,
        "gpt-image-2": {**GPT_EDIT, "size": ANY_SIZE},
    },
    {"dall-e-2": Inputs(1, 4_000_000, ("png",), square=True), "*": Inputs()},
)
OPENAI = Profile(
    "openai",
    {GENERATIONS: OPENAI_GENERATIONS, EDITS: OPENAI_EDITS},
    usage=TOKENS,
    default_model="dall-e-2",
    implied=BY_PARAMETER,
    listed=("dall-e-2", "dall-e-3", "gpt-4o", "gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5"),
    refusals=OPENAI_REFUSALS,
    headers={"x-request-id": "{id}", "openai-version": "2020-10-01"},
    echoes=True,
)
