"""The five gateways' documents, end to end: what is sent, what is understood, what is refused before."""

from __future__ import annotations

from itertools import product

import pytest

from nbimagegen import Session, errors
from tests import documents
from tests.emulator import answer, paint

KEY = "sk-test"
PROMPT = "A cute baby sea otter"
CAT = "一只可爱的橙色小猫坐在彩虹桥上,卡通风格,明亮的色彩,高质量,详细"
TEN_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
FLASH, PRO = "gemini-3.1-flash-image-preview", "gemini-3-pro-image-preview"
FLASH_25, IMAGEN = "gemini-2.5-flash-image-preview", "imagen-3.0-generate-001"
IMAGE_CONFIG = ("extra_body", "google", "image_config")


@pytest.fixture
def session_with(tmp_path):
    """Open a session with an emulated gateway, named as in the catalogue."""

    def open_session(emulator, **options) -> Session:
        settings = {
            "gateway": emulator.profile.name,
            "base_url": emulator.base_url,
            "api_key": KEY,
            **options,
        }
        return Session("documents", home=tmp_path, **settings)

    return open_session


@pytest.fixture
def meet(emulate, session_with):
    """Start a gateway, and open a session with it."""

    def start(*profile, **options):
        emulator = emulate(*profile, **options)
        return emulator, session_with(emulator)

    return start


# What is sent.

EXAMPLES = [
    (
        "serevix_gemini",
        "example",
        {"prompt": PROMPT, "model": "gemini-2.5-flash-image", "aspect_ratio": "1:1"},
    ),
    (
        "serevix_gemini",
        "sdk",
        {
            "prompt": PROMPT,
            "model": "gemini-2.5-flash-image",
            "aspect_ratio": "1:1",
            "response_format": "b64_json",
        },
    ),
    (
        "serevix_openai",
        "example",
        {"prompt": PROMPT, "model": "gpt-image-1", "n": 1, "size": "1024x1024"},
    ),
    ("serevix_openai", "sdk", {"prompt": PROMPT, "model": "gpt-image-1", "size": "1024x1024"}),
    (
        "xty",
        "example",
        {"prompt": CAT, "model": FLASH, "n": 2, "aspect_ratio": "16:9", "image_size": "2K"},
    ),
    (
        "rivus",
        "example",
        {
            "prompt": "A panda reading a book in the library, cinematic lighting",
            "model": PRO,
            "size": "1024x1024",
            "response_format": "b64_json",
        },
    ),
    (
        "rivus",
        "curl",
        {"prompt": "A futuristic skyline at dusk", "model": "gpt-image-1", "size": "1024x1024"},
    ),
    (
        "xiexus",
        "gpt-image-1",
        {
            "prompt": PROMPT,
            "model": "gpt-image-1",
            "n": 2,
            "size": "1536x1024",
            "background": "transparent",
            "moderation": "low",
            "quality": "high",
            "user": "user-1234",
        },
    ),
    (
        "xiexus",
        "dall-e-3",
        {
            "prompt": PROMPT,
            "model": "dall-e-3",
            "size": "1792x1024",
            "quality": "hd",
            "style": "natural",
            "user": "user-1234",
        },
    ),
    ("xiexus", "dall-e-2", {"prompt": PROMPT, "model": "dall-e-2", "n": 3, "size": "256x256"}),
    ("xiexus", "model alone", {"prompt": PROMPT, "model": "gpt-image-1"}),
]


def without_n_of_one(body) -> dict:
    return {name: value for name, value in body.items() if (name, value) != ("n", 1)}


@pytest.mark.parametrize(("name", "example", "call"), EXAMPLES)
def test_a_documented_example_goes_over_the_wire_field_for_field(meet, name, example, call):
    document = documents.read(name)
    emulator, session = meet(document.gateway)
    session.generate(**call)
    wanted, [sent] = document.requests[example], emulator.posts
    assert (sent.method, sent.path) == (wanted.method, wanted.path)
    assert without_n_of_one(sent.json) == without_n_of_one(wanted.body)
    headers = {**wanted.headers, "Authorization": f"Bearer {KEY}"}
    assert {name: sent.headers.get(name.lower()) for name in headers} == headers


DEFAULTS = [
    ("serevix", {"model": "gpt-image-1.5", "prompt": PROMPT}),
    ("xty", {"model": FLASH, "messages": [{"role": "user", "content": PROMPT}]}),
    ("rivus", {"model": PRO, "prompt": PROMPT}),
    ("xiexus", {"model": "gpt-image-1", "prompt": PROMPT}),
    ("openai", {"model": "gpt-image-1.5", "prompt": PROMPT}),
]


@pytest.mark.parametrize(("gateway", "body"), DEFAULTS)
def test_what_was_not_set_is_not_sent_but_for_the_default_model(meet, gateway, body):
    emulator, session = meet(gateway)
    session.generate(PROMPT)
    assert without_n_of_one(emulator.posts[0].json) == body


ADDRESSES = ["", "/", "/v1", "/v1/", "/v1/images/generations", "/v1/images/generations/"]


@pytest.mark.parametrize("gateway", ["serevix", "xiexus"])
@pytest.mark.parametrize("pasted", ADDRESSES)
def test_any_way_to_paste_the_address_meets_the_documented_path(emulate, session_with, gateway, pasted):
    emulator = emulate(gateway)
    session_with(emulator, base_url=emulator.url + pasted).generate(PROMPT)
    assert [post.path for post in emulator.posts] == [emulator.profile.path]


def test_a_pasted_chat_address_meets_the_documented_path(emulate, session_with):
    emulator = emulate("xty")
    session_with(emulator, base_url=f"{emulator.url}/v1/chat/completions").generate(PROMPT)
    assert [post.path for post in emulator.posts] == ["/v1/chat/completions"]


def test_rivus_gets_the_aspect_ratio_where_a_size_was_set_too(meet):
    emulator, session = meet("rivus")
    generation = session.generate(PROMPT, size="1024x1024", aspect_ratio="16:9")
    assert emulator.posts[0].json["aspect_ratio"] == "16:9"
    assert generation.pictures[0].image.size == (1792, 1024)


def test_xty_gets_an_image_size_in_upper_case(meet):
    emulator, session = meet("xty")
    session.generate(PROMPT, image_size="2k")
    assert emulator.posts[0].json["extra_body"] == {"google": {"image_config": {"image_size": "2K"}}}


def test_extra_is_merged_into_what_the_parameters_say_and_wins(meet):
    emulator, session = meet("xty")
    config = {"image_size": "4K"}
    session.generate(
        PROMPT,
        aspect_ratio="16:9",
        image_size="1K",
        extra={"extra_body": {"google": {"image_config": config}}},
    )
    sent = emulator.posts[0].json["extra_body"]["google"]["image_config"]
    assert sent == {"aspect_ratio": "16:9", "image_size": "4K"}


SPLITS = [
    ("serevix", "gpt-image-1.5", 2, [1, 1]),
    ("serevix", "gemini-2.5-flash-image", 3, [1, 1, 1]),
    ("serevix", "gpt-image-1", 10, [10]),
    ("xty", FLASH, 2, [2]),
    ("xty", PRO, 3, [3]),
    ("rivus", IMAGEN, 4, [4]),
    ("rivus", IMAGEN, 6, [4, 2]),
    ("rivus", IMAGEN, 10, [4, 4, 2]),
    ("rivus", "gpt-image-1", 6, [4, 2]),
    ("rivus", PRO, 3, [1, 1, 1]),
    ("rivus", FLASH_25, 2, [1, 1]),
    ("xiexus", "gpt-image-1", 10, [10]),
    ("xiexus", "dall-e-3", 2, [1, 1]),
    ("openai", "gpt-image-1.5", 10, [10]),
    ("openai", "dall-e-3", 3, [1, 1, 1]),
]


@pytest.mark.parametrize(("gateway", "model", "n", "requests"), SPLITS)
def test_n_is_met_by_the_fewest_requests_that_the_model_takes(meet, gateway, model, n, requests):
    emulator, session = meet(gateway)
    generation = session.generate(PROMPT, model=model, n=n)
    sent = [post.json.get("n", 1) for post in emulator.posts]
    assert sorted(sent, reverse=True) == requests
    assert len(generation.pictures) == emulator.billed == n


def test_requests_for_one_n_go_side_by_side(meet):
    emulator, session = meet("rivus")
    with emulator.hold() as held:
        generation = session.submit(PROMPT, model=IMAGEN, n=10)
        held.wait_for(3)
    assert len(generation.wait(30).pictures) == 10


def test_usage_of_requests_side_by_side_is_their_sum(meet):
    _, session = meet("xiexus")
    generation = session.generate(PROMPT, model="dall-e-3", n=2)
    assert generation.usage["total_tokens"] == 200


# What is understood.

PICTURES = [paint((64, 48), 1), paint((48, 64), 2, "jpeg"), paint((32, 32), 3, "webp")]


def files_of(generation) -> list[bytes]:
    return [picture.bytes for picture in generation.pictures]


@pytest.mark.parametrize(
    ("name", "example", "call"),
    [
        ("serevix_gemini", "example", {"model": "gemini-2.5-flash-image"}),
        ("serevix_openai", "example", {"model": "gpt-image-1", "n": 2}),
        ("xiexus", "schema", {}),
    ],
)
def test_a_documented_images_answer_gives_its_pictures(meet, name, example, call):
    document = documents.read(name)
    emulator, session = meet(document.gateway)
    documented = document.answers[example]
    files = PICTURES[: len(documented["data"])]
    emulator.answer_with(body=documents.with_pictures(documented, files, emulator.publish))
    generation = session.generate(PROMPT, **call)
    assert files_of(generation) == files
    assert generation.usage == documented.get("usage")
    assert generation.status == "done"
    assert generation.error is None
    assert emulator.downloads == []  # b64_json wins over url


def test_the_picture_printed_in_the_rivus_document_is_a_picture(meet):
    emulator, session = meet("rivus")
    emulator.answer_with(body=documents.read("rivus").answers["example"])
    [picture] = session.generate(PROMPT).pictures
    assert (picture.width, picture.height, picture.image.mode) == (1, 1, "RGBA")


@pytest.mark.parametrize("gateway", ["serevix", "xty", "rivus", "xiexus", "openai"])
@pytest.mark.parametrize("handover", ["b64", "url"])
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_every_gateway_may_hand_over_any_format_either_way(meet, gateway, handover, kind):
    _, session = meet(gateway, handover=handover, kind=kind)
    picture = session.generate(PROMPT).pictures[0]
    assert picture.image.format == kind.upper()
    assert (picture.width, picture.height) == (1024, 1024)


def test_a_picture_behind_a_url_is_fetched_without_key_or_cookie(meet):
    emulator, session = meet("rivus")
    body = {"data": [{"url": emulator.publish(PICTURES[0])}, {"url": emulator.publish(PICTURES[1])}]}
    emulator.answer_with(headers={"Set-Cookie": "session=1; Path=/"}, body=body)
    generation = session.generate(PROMPT, model=IMAGEN, n=2)
    assert files_of(generation) == PICTURES[:2]
    assert [(get.authorization, get.cookie) for get in emulator.downloads] == [(None, None)] * 2
    assert not any(KEY in str(get.headers) for get in emulator.downloads)


PRINTED = documents.read("xty").answers["success as printed"]


def as_data_uri(file: bytes, kind: str) -> str:
    return f"data:image/{kind};base64," + documents.coded(file)


CHAT_PICTURES = {
    "markdown links": lambda publish, file, kind: f"\n\n![image]({publish(file, kind)})",
    "markdown data URIs": lambda _, file, kind: f"\n\n![image]({as_data_uri(file, kind)})",
    "links": lambda publish, file, kind: f" {publish(file, kind)}",
    "data URIs": lambda _, file, kind: f" {as_data_uri(file, kind)}",
}


@pytest.mark.parametrize("shape", CHAT_PICTURES)
def test_xty_with_a_picture_after_each_sentence_gives_two_pictures(meet, shape):
    emulator, session = meet("xty")
    files = PICTURES[:2]
    words = [
        CHAT_PICTURES[shape](emulator.publish, *each) for each in zip(files, ("png", "jpeg"), strict=True)
    ]
    emulator.answer_with(body=documents.with_words(PRINTED, words))
    generation = session.generate(CAT, n=2)
    assert files_of(generation) == files
    assert generation.usage == PRINTED["usage"]
    assert all(get.authorization is None for get in emulator.downloads)


def test_equal_pictures_in_one_choice_are_one_and_in_two_choices_two(meet):
    emulator, session = meet("xty")
    one = f"![a]({as_data_uri(PICTURES[0], 'png')})"
    emulator.answer_with(body=documents.with_words(PRINTED, [one + one, one]))
    generation = session.generate(CAT, n=2)
    assert files_of(generation) == [PICTURES[0], PICTURES[0]]
    assert len({picture.id for picture in generation.pictures}) == 2


def test_xty_as_printed_is_an_error_that_shows_the_text(meet):
    emulator, session = meet("xty")
    emulator.answer_with(body=PRINTED)
    with pytest.raises(errors.NoImageError) as caught:
        session.generate(CAT, n=2)
    assert "这是第 1 张图片" in str(caught.value)
    assert "这是第 2 张图片" in str(caught.value)
    assert caught.value.may_be_billed


@pytest.mark.parametrize("status", [400, 200])
def test_the_documented_error_object_is_shown(meet, status):
    emulator, session = meet("xty")
    emulator.answer_with(status, body=documents.read("xty").answers["error"])
    with pytest.raises(errors.RefusedError, match="请求失败") as caught:
        session.generate(CAT)
    assert not caught.value.may_be_billed


def test_fewer_pictures_than_asked_are_kept(meet):
    emulator, session = meet("rivus")
    emulator.next(answer(400, {"error": {"message": "slow down"}}))
    generation = session.generate(PROMPT, model=PRO, n=3)
    assert generation.status == "done"
    assert len(generation.pictures) == 2
    assert isinstance(generation.error, errors.RefusedError)


# What is taken, and what is refused before it is sent.

TAKEN = {
    ("serevix", "gemini-2.5-flash-image"): {
        "aspect_ratio": TEN_RATIOS,
        "image_size": ("1K", "2K", "4K"),
        "response_format": ("b64_json",),
    },
    ("serevix", "gpt-image-1"): {
        "size": ("1024x1024", "1536x1024", "1024x1536"),
        "quality": ("high", "medium", "low"),
    },
    ("serevix", "gpt-image-1.5"): {
        "size": ("1024x1024", "1792x1024", "1024x1792"),
        "quality": ("high", "medium", "low"),
    },
    ("xty", FLASH): {"aspect_ratio": TEN_RATIOS, "image_size": ("512", "1K", "2K", "4K")},
    ("xty", PRO): {"aspect_ratio": TEN_RATIOS, "image_size": ("1K", "2K", "4K")},
    **{
        ("rivus", model): {
            "size": ("1024x1024", "1792x1024", "1024x1792"),
            "aspect_ratio": ("1:1", "16:9", "9:16"),
            "response_format": ("url", "b64_json"),
            "quality": ("high", "as fine as can be"),
            "background": ("transparent", "a white wall"),
        }
        for model in (IMAGEN, FLASH_25, PRO, "gpt-image-1")
    },
    ("xiexus", "gpt-image-1"): {
        "size": ("1024x1024", "1536x1024", "1024x1536", "auto"),
        "background": ("transparent", "opaque", "auto"),
        "moderation": ("low", "auto"),
        "quality": ("low", "medium", "high", "auto"),
        "stream": (True,),
        "user": ("user-1234",),
    },
    ("xiexus", "dall-e-3"): {
        "size": ("1024x1024", "1792x1024", "1024x1792"),
        "quality": ("standard", "hd"),
        "style": ("vivid", "natural"),
        "user": ("user-1234",),
    },
    ("xiexus", "dall-e-2"): {
        "size": ("256x256", "512x512", "1024x1024"),
        "user": ("user-1234",),
    },
    ("openai", "gpt-image-1.5"): {
        "size": ("1024x1024", "1536x1024", "1024x1536", "auto"),
        "quality": ("low", "medium", "high", "auto"),
        "background": ("transparent", "opaque", "auto"),
        "moderation": ("low", "auto"),
        "output_format": ("png", "jpeg", "webp"),
        "output_compression": (0, 100),
        "user": ("user-1234",),
    },
    ("openai", "gpt-image-1"): {"size": ("1024x1024", "1536x1024", "1024x1536", "auto")},
    ("openai", "gpt-image-1-mini"): {"quality": ("low", "medium", "high", "auto")},
    ("openai", "gpt-image-2"): {"size": ("1024x1024", "2048x1152", "3840x2160", "auto")},
    ("openai", "dall-e-3"): {
        "size": ("1024x1024", "1792x1024", "1024x1792"),
        "quality": ("standard", "hd"),
        "style": ("vivid", "natural"),
        "response_format": ("url", "b64_json"),
    },
    ("openai", "dall-e-2"): {
        "size": ("256x256", "512x512", "1024x1024"),
        "response_format": ("url", "b64_json"),
    },
}
EVERY_VALUE = [
    (*served, name, value)
    for served, fields in TAKEN.items()
    for name, values in fields.items()
    for value in values
]


def place(body, gateway, name):
    for part in IMAGE_CONFIG if gateway == "xty" else ():
        body = body[part]
    return body[name]


@pytest.mark.parametrize(("gateway", "model", "name", "value"), EVERY_VALUE)
def test_every_documented_value_is_taken_and_sent(meet, gateway, model, name, value):
    emulator, session = meet(gateway)
    generation = session.generate(PROMPT, model=model, **{name: value})
    assert place(emulator.posts[0].json, gateway, name) == value
    assert len(generation.pictures) == 1


WRONG = [
    ("serevix", "gemini-2.5-flash-image", "aspect_ratio", ("1:4", "7:3", "wide")),
    ("serevix", "gemini-2.5-flash-image", "image_size", ("512", "8K", 1)),
    ("serevix", "gemini-2.5-flash-image", "response_format", ("url",)),
    ("serevix", "gemini-2.5-flash-image", "size", ("1024x1024",)),
    ("serevix", "gemini-2.5-flash-image", "quality", ("high",)),
    ("serevix", "gpt-image-1", "size", ("1792x1024", "auto", "large")),
    ("serevix", "gpt-image-1", "quality", ("auto", "hd")),
    ("serevix", "gpt-image-1", "response_format", ("b64_json", "url")),
    ("serevix", "gpt-image-1", "background", ("transparent",)),
    ("serevix", "gpt-image-1.5", "size", ("1536x1024", "auto")),
    ("serevix", "gpt-image-1.5", "response_format", ("b64_json",)),
    ("xty", FLASH, "aspect_ratio", ("1:4", "8:1")),
    ("xty", FLASH, "image_size", ("8K", "1024")),
    ("xty", FLASH, "size", ("1024x1024",)),
    ("xty", PRO, "image_size", ("512",)),
    ("rivus", PRO, "size", ("1536x1024", "auto")),
    ("rivus", PRO, "aspect_ratio", ("4:3",)),
    ("rivus", IMAGEN, "aspect_ratio", ("3:4",)),
    ("rivus", PRO, "image_size", ("2K",)),
    ("rivus", PRO, "response_format", ("png",)),
    ("rivus", "gpt-image-1", "size", ("1536x1024",)),
    ("xiexus", "gpt-image-1", "size", ("1792x1024", "256x256")),
    ("xiexus", "gpt-image-1", "background", ("透明", "white")),
    ("xiexus", "gpt-image-1", "moderation", ("high",)),
    ("xiexus", "gpt-image-1", "response_format", ("b64_json",)),
    ("xiexus", "gpt-image-1", "output_format", ("webp",)),
    ("xiexus", "dall-e-3", "size", ("1536x1024", "auto")),
    ("xiexus", "dall-e-3", "background", ("opaque",)),
    ("xiexus", "dall-e-2", "size", ("1792x1024",)),
    ("openai", "gpt-image-1", "response_format", ("b64_json",)),
    ("openai", "gpt-image-1.5", "response_format", ("url",)),
    ("openai", "gpt-image-1.5", "size", ("1792x1024",)),
    ("openai", "gpt-image-1.5", "output_compression", (101, -1, 1.5)),
    ("openai", "gpt-image-2", "size", ("1000x1000", "3856x2048", "3840x1024", "512x512")),
    ("openai", "dall-e-3", "quality", ("high",)),
    ("openai", "dall-e-2", "style", ("vivid",)),
]
EVERY_WRONG = [(*row, value) for *row, values in WRONG for value in values]


@pytest.mark.parametrize(("gateway", "model", "name", "value"), EVERY_WRONG)
def test_what_the_document_does_not_list_is_refused_before_sending(meet, gateway, model, name, value):
    emulator, session = meet(gateway)
    with pytest.raises(errors.ParameterError) as caught:
        session.generate(PROMPT, model=model, **{name: value})
    assert name in str(caught.value)
    assert model in str(caught.value)
    assert emulator.requests == []
    assert len(session.history) == 0


LIMITS = [
    ("serevix", "gpt-image-1", 32_000),
    ("serevix", "gpt-image-1.5", 32_000),
    *product(["rivus"], [IMAGEN, FLASH_25, PRO, "gpt-image-1"], [4_000]),
    ("xiexus", "gpt-image-1", 32_000),
    ("xiexus", "dall-e-3", 4_000),
    ("xiexus", "dall-e-2", 1_000),
    ("openai", "gpt-image-1.5", 32_000),
    ("openai", "dall-e-2", 1_000),
]


@pytest.mark.parametrize(("gateway", "model", "limit"), LIMITS)
def test_a_prompt_of_the_documented_length_is_sent_and_a_longer_one_is_not(meet, gateway, model, limit):
    emulator, session = meet(gateway)
    session.generate("图" * limit, model=model)
    with pytest.raises(errors.PromptError):
        session.generate("图" * (limit + 1), model=model)
    assert [len(post.json["prompt"]) for post in emulator.posts] == [limit]


@pytest.mark.parametrize("gateway", ["serevix", "xty", "rivus", "xiexus", "openai"])
def test_more_than_ten_pictures_a_call_are_refused_before_sending(meet, gateway):
    emulator, session = meet(gateway)
    with pytest.raises(errors.ParameterError, match="10"):
        session.generate(PROMPT, n=11)
    assert emulator.requests == []


@pytest.mark.parametrize("gateway", ["serevix", "xty", "rivus", "xiexus", "openai"])
def test_a_model_that_the_document_does_not_name_takes_every_parameter(meet, gateway):
    emulator, session = meet(gateway)
    emulator.answer_with(body={"data": [{"b64_json": documents.coded(PICTURES[0])}]})
    generation = session.generate(PROMPT, model="of-tomorrow", depth="deep")
    assert emulator.posts[0].json["depth"] == "deep"
    assert files_of(generation) == PICTURES[:1]
