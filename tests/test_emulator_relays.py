"""The emulator is honest about relays and streams: the official SDK sees each gateway's own ways."""

from __future__ import annotations

import base64
from io import BytesIO

import httpx
import openai
import pytest
from PIL import Image

from tests.emulator import ErrorHalfway, paint

PROMPT = "A cute baby sea otter"
SIZE = (96, 64)
LINK = f"data:image/png;base64,{base64.b64encode(paint(SIZE, 3)).decode()}"
EDIT = [
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "Add a balloon"},
            {"type": "image_url", "image_url": {"url": LINK}},
        ],
    }
]
ASK = [{"role": "user", "content": PROMPT}]
GEMINI = "gemini-2.5-flash-image-preview"
BOTH = ["image", "text"]


@pytest.fixture
def client(emulator):
    with openai.OpenAI(base_url=emulator.base_url, api_key="sk-test", max_retries=0) as client:
        yield client


def played(*profiles: str):
    return pytest.mark.parametrize("emulator", profiles, indirect=True)


def size_of(text: str) -> tuple[int, int]:
    """The size of a picture that is a link, a data URI, either of them in markdown, or bare base64."""
    link = text.rpartition("](")[2].rstrip(")")
    if link.startswith("http"):
        return Image.open(BytesIO(httpx.get(link).content)).size
    return Image.open(BytesIO(base64.b64decode(link.rpartition("base64,")[2], validate=True))).size


# Chat: where the pictures are.


def pictures(message) -> list[str]:
    """The pictures of a message, wherever this gateway puts them."""
    extra = message.model_extra
    images = [each["image_url"]["url"] for each in extra.get("images", ())]
    inline = [
        each["inline_data"]["data"] for each in extra.get("multi_mod_content", ()) if "inline_data" in each
    ]
    return images or inline or [message.content]


CHATS = [
    (
        "newapi",
        GEMINI,
        {"extra_body": {"extra_body": {"google": {"image_config": {"aspect_ratio": "16:9"}}}}},
    ),
    (
        "openrouter",
        f"google/{GEMINI}",
        {"modalities": BOTH, "extra_body": {"image_config": {"aspect_ratio": "16:9"}}},
    ),
    ("litellm", GEMINI, {"extra_body": {"size": "1344x768"}}),
]


@pytest.mark.parametrize(("emulator", "model", "fields"), CHATS, indirect=["emulator"])
def test_each_relay_takes_the_shape_where_it_wants_it(client, model, fields):
    response = client.chat.completions.create(model=model, messages=ASK, **fields)
    assert [size_of(found) for found in pictures(response.choices[0].message)] == [(1344, 768)]


@played("xty", "newapi-old", "newapi", "litellm", "plain-chat")
def test_a_chat_edit_keeps_the_pictures_size(client, emulator):
    model = "gemini-3-pro-image-preview"
    response = client.chat.completions.create(model=model, messages=EDIT)
    (found,) = pictures(response.choices[0].message)
    assert size_of(found) == SIZE
    assert emulator.billed == 1


@played("aihubmix")
def test_aihubmix_puts_the_picture_into_parts_of_its_own(client):
    response = client.chat.completions.create(model=GEMINI, messages=ASK, modalities=BOTH)
    text, picture = response.choices[0].message.multi_mod_content
    assert text == {"text": response.choices[0].message.content}
    assert size_of(picture["inline_data"]["data"]) == (1024, 1024)


@pytest.mark.parametrize("emulator", ["openrouter", "aihubmix"], indirect=True)
def test_without_modalities_there_are_words_alone(client, emulator):
    model = f"google/{GEMINI}" if emulator.profile.name == "openrouter" else GEMINI
    message = client.chat.completions.create(model=model, messages=ASK).choices[0].message
    assert message.content
    assert message.model_extra == {}
    assert emulator.billed == 0


def test_a_message_may_be_a_list_of_parts(emulate):
    emulator = emulate("plain-chat", carrier="parts")
    client = openai.OpenAI(base_url=emulator.base_url, api_key="sk-test")
    content = client.chat.completions.create(model="any", messages=ASK).choices[0].message.content
    assert [part["type"] for part in content] == ["text", "image_url"]


# Streams.


def gathered(stream) -> tuple[str, list[str], object]:
    """All text, all pictures and the usage of a streamed chat."""
    text, images, usage = "", [], None
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            images += [each["image_url"]["url"] for each in choice.delta.model_extra.get("images", ())]
    return text, images, usage


@played("newapi", "plain-chat")
def test_a_data_uri_is_split_over_many_deltas(client):
    stream = list(client.chat.completions.create(model=GEMINI, messages=ASK, stream=True))
    text, images, _ = gathered(stream)
    assert sum("content" in chunk.choices[0].delta.model_fields_set for chunk in stream if chunk.choices) > 3
    assert size_of(text) == (1024, 1024)
    assert images == []


@played("openrouter")
def test_openrouter_streams_pictures_in_a_delta_of_their_own(client):
    stream = client.chat.completions.create(
        model=f"google/{GEMINI}", messages=ASK, stream=True, modalities=BOTH
    )
    text, images, usage = gathered(stream)
    assert "1" in text
    assert [size_of(image) for image in images] == [(1024, 1024)]
    assert usage.completion_tokens == 1290


@played("openrouter")
def test_a_streamed_chat_may_break_off_with_an_error(client, emulator):
    emulator.next(ErrorHalfway({"error": {"code": 502, "message": "Provider disconnected"}, "choices": []}))
    with pytest.raises(openai.APIError, match="Provider disconnected"):
        list(client.chat.completions.create(model="a/b", messages=ASK, stream=True, modalities=BOTH))
    assert (len(emulator.accepted), emulator.billed) == (1, 0)


STREAM = {"model": "gpt-image-1", "prompt": PROMPT, "stream": True, "partial_images": 2}


@played("openai", "newapi", "litellm")
def test_a_streamed_picture_is_preceded_by_partial_ones(client):
    *partial, last = client.images.generate(**STREAM)
    assert [(event.type, event.partial_image_index) for event in partial] == [
        ("image_generation.partial_image", 0),
        ("image_generation.partial_image", 1),
    ]
    assert size_of(partial[0].b64_json) == (256, 256)
    assert (last.type, size_of(last.b64_json)) == ("image_generation.completed", (1024, 1024))
    assert last.usage.total_tokens == 100


@pytest.mark.parametrize(
    ("emulator", "kind"), [("openai", "image_edit"), ("newapi", "image_generation")], indirect=["emulator"]
)
def test_a_streamed_edit_may_speak_of_a_generation(client, kind):
    picture = ("otter.png", paint(SIZE), "image/png")
    events = client.images.edit(image=picture, **STREAM)
    assert [event.type for event in events] == [f"{kind}.partial_image"] * 2 + [f"{kind}.completed"]


def test_several_streamed_pictures_are_completed_one_by_one(emulate):
    emulator = emulate("openai")
    client = openai.OpenAI(base_url=emulator.base_url, api_key="sk-test")
    events = [event.type for event in client.images.generate(**{**STREAM, "n": 2, "partial_images": 0})]
    assert events == ["image_generation.completed"] * 2


@played("newapi-old")
def test_a_stream_may_be_answered_by_plain_json(client, emulator):
    answer = client.images.with_raw_response.generate(**STREAM)
    assert answer.headers["content-type"] == "application/json"
    assert emulator.billed == 1


QUIRKS = [
    ({"done": True}, "data: [DONE]"),
    ({"comment": "PING"}, ": PING"),
    ({"handover": "url"}, '"url": "http://127.0.0.1:'),
]


@pytest.mark.parametrize(("quirk", "sign"), QUIRKS, ids=str)
def test_a_quirk_shows_in_the_stream(emulate, quirk, sign):
    emulator = emulate("openai", **quirk)
    client = openai.OpenAI(base_url=emulator.base_url, api_key="sk-test")
    with client.images.with_streaming_response.generate(**STREAM) as response:
        assert sign in "".join(response.iter_text())


# Errors.


def error_of(client, **fields) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as caught:
        client.images.generate(**{"model": "gpt-image-1", "prompt": PROMPT, **fields})
    return caught.value


@played("openai")
def test_openai_says_which_parameter_and_which_request(client):
    refused = error_of(client, size="1x1")
    assert (refused.status_code, refused.param, refused.code) == (400, "size", "invalid_value")
    assert refused.request_id == refused.response.headers["x-request-id"]


@played("newapi-old")
def test_an_old_new_api_says_500_to_a_bad_request(client):
    refused = error_of(client, size="1x1")
    assert (refused.status_code, refused.code, refused.type) == (500, "invalid_request", "new_api_error")
    assert refused.message.endswith(f"(request id: {refused.response.headers['x-oneapi-request-id']})")


WORDS = [
    ("newapi-old", "moderation", 500, "sensitive_words_detected"),
    ("newapi-old", "no channel", 503, "model_not_found"),
    ("newapi", "quota", 403, "insufficient_user_quota"),
    ("openai", "moderation", 400, "moderation_blocked"),
    ("openai", "quota", 429, "insufficient_quota"),
    ("openrouter", "quota", 402, 402),
    ("openrouter", "upstream", 502, 502),
]


@pytest.mark.parametrize(("emulator", "why", "status", "code"), WORDS, indirect=["emulator"])
def test_a_gateway_refuses_in_its_own_words(client, emulator, why, status, code):
    emulator.refuse(why)
    refused = error_of(client)
    assert (refused.status_code, refused.body["code"]) == (status, code)
    assert bool(emulator.accepted) is (why == "upstream")  # who gave up on a picture that was being made


@played("openrouter")
def test_openrouter_repeats_what_its_provider_said(client, emulator):
    emulator.refuse("upstream")
    assert error_of(client).body["metadata"]["provider_name"]


@played("litellm")
def test_litellm_puts_its_own_words_before_an_error(client, emulator):
    assert "litellm.BadRequestError: OpenAIException - " in error_of(client, size="1x1").message
    assert emulator.posts[0].path == "/v1/images/generations"


@played("litellm")
def test_litellm_redirects_a_slash_too_many(client, emulator):
    client.post("/images/generations/", body={"model": "gpt-image-1", "prompt": PROMPT}, cast_to=object)
    assert [post.path for post in emulator.posts] == ["/v1/images/generations/", "/v1/images/generations"]
    assert len(emulator.accepted) == 1


@played("newapi-old", "newapi")
def test_new_api_drops_a_field_that_it_does_not_know(client):
    fields = {"aspect_ratio": "16:9", "image_size": "4K"}
    result = client.images.generate(model="gpt-image-1", prompt=PROMPT, extra_body=fields)
    assert size_of(result.data[0].b64_json) == (1024, 1024)


@played("newapi-old")
def test_new_api_takes_a_ratio_for_the_size_of_imagen(client):
    result = client.images.generate(model="imagen-3.0-generate-001", prompt=PROMPT, size="16:9")
    assert size_of(result.data[0].b64_json) == (1344, 768)
