"""The gateways that the emulator can play, as their documents describe them.

Copied from the documents by hand and on purpose not read from the package's own catalogue, so
that a slip there is seen here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tests.emulator.rules import Rule, blocks, flag, one_of, one_user_message, text, whole

Handover: TypeAlias = Literal["b64", "url", "both"]
Fields: TypeAlias = Mapping[str, Rule]
Size: TypeAlias = tuple[int, int]

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
RIVUS_RATIOS: Mapping[str, Size] = {
    "1:1": (1024, 1024),
    "16:9": (1792, 1024),
    "9:16": (1024, 1792),
}
WIDE = one_of("1024x1024", "1792x1024", "1024x1792")
CLASSIC = ("1024x1024", "1536x1024", "1024x1536")
FORMS = one_of("url", "b64_json")
IMAGE_CONFIG = "extra_body.google.image_config"


@dataclass(frozen=True)
class Profile:
    """One gateway: where it listens, what each model takes, and how pictures are handed over.

    A model's name may be a pattern. A field of a nested object is named by its dotted path.
    """

    name: str
    models: Mapping[str, Fields]
    path: str = "/v1/images/generations"
    dialect: Literal["images", "chat"] = "images"
    handover: Handover = "b64"
    ratios: Mapping[str, Size] = field(default_factory=lambda: TEN_RATIOS)
    usage: Mapping[str, object] | None = None
    default_model: str | None = None
    implied: Mapping[str, str] = field(default_factory=dict[str, str])
    needs_key: bool = True
    takes_anything: bool = False


def _gpt(**fields: Rule) -> Fields:
    return {"prompt": text(32_000), "n": whole(1, 10), **fields}


SEREVIX = Profile(
    "serevix",
    {
        "gemini-*": {
            "prompt": text(),
            "aspect_ratio": one_of(*TEN_RATIOS),
            "image_size": one_of("1K", "2K", "4K"),
            "response_format": one_of("b64_json"),
        },
        "gpt-image-1": _gpt(size=one_of(*CLASSIC), quality=one_of("high", "medium", "low")),
        "gpt-image-1.5": _gpt(n=whole(1, 1), size=WIDE, quality=one_of("high", "medium", "low")),
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
        "gemini-3.1-flash-image-preview": _gemini_chat("512", "1K", "2K", "4K"),
        "gemini-3-pro-image-preview": _gemini_chat("1K", "2K", "4K"),
    },
    path="/v1/chat/completions",
    dialect="chat",
    handover="url",
    usage={"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
)


def _rivus(most: int) -> Fields:
    return {
        "prompt": text(4_000),
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
        "imagen-3.0-generate-001": _rivus(4),
        "gemini-2.5-flash-image-preview": _rivus(1),
        "gemini-3-pro-image-preview": _rivus(1),
        "gpt-image-1": _rivus(4),
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
GPT_IMAGE: Fields = _gpt(
    size=one_of(*CLASSIC, "auto"),
    quality=one_of("high", "medium", "low", "auto"),
    background=one_of("transparent", "opaque", "auto"),
    moderation=one_of("low", "auto"),
    output_format=one_of("png", "jpeg", "webp"),
    output_compression=whole(0, 100),
    partial_images=whole(0, 3),
    stream=flag,
    user=text(),
)
BY_PARAMETER: Mapping[str, str] = dict.fromkeys(("background", "moderation"), "gpt-image-1")

XIEXUS = Profile(
    "xiexus",
    {
        "dall-e-2": {**DALL_E_2, "quality": text(), "style": text()},
        "dall-e-3": {**DALL_E_3, "quality": text()},
        "gpt-image-1": {**GPT_IMAGE, "quality": text(), "style": text()},
    },
    path="/v1/images/generations/",
    handover="both",
    usage=TOKENS,
    default_model="dall-e-2",
    implied=BY_PARAMETER,
)

OPENAI = Profile(
    "openai",
    {
        "dall-e-2": {**DALL_E_2, "quality": one_of("standard"), "response_format": FORMS},
        "dall-e-3": {**DALL_E_3, "response_format": FORMS},
        "gpt-image-1": GPT_IMAGE,
        "gpt-image-1-mini": GPT_IMAGE,
        "gpt-image-1.5": GPT_IMAGE,
        "gpt-image-2": {**GPT_IMAGE, "size": blocks(16, 8_294_400)},
    },
    usage=TOKENS,
    default_model="dall-e-2",
    implied=BY_PARAMETER,
)

PLAIN = Profile("plain", {"*": {}}, needs_key=False, takes_anything=True)
PLAIN_CHAT = Profile(
    "plain-chat",
    {"*": {}},
    path="/v1/chat/completions",
    dialect="chat",
    needs_key=False,
    takes_anything=True,
)

PROFILES: Mapping[str, Profile] = {
    profile.name: profile for profile in (SEREVIX, XTY, RIVUS, XIEXUS, OPENAI, PLAIN, PLAIN_CHAT)
}
