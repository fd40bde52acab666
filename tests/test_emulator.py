"""The emulator is honest: the official SDK is served as the documents' own examples expect."""

from __future__ import annotations

import base64
import socket
from io import BytesIO

import httpx
import openai
import pytest
from PIL import Image

from tests import documents
from tests.emulator import PROFILES

PROMPT = "A cute baby sea otter"


@pytest.fixture
def client(emulator):
    with openai.OpenAI(base_url=emulator.base_url, api_key="sk-test", max_retries=0) as client:
        yield client


def opened(file: bytes) -> Image.Image:
    return Image.open(BytesIO(file))


def decoded(text: str) -> Image.Image:
    return opened(base64.b64decode(text, validate=True))


def played(*profiles: str):
    return pytest.mark.parametrize("emulator", profiles, indirect=True)


@played("serevix")
@pytest.mark.parametrize(
    "call",
    [
        {
            "model": "gemini-2.5-flash-image",
            "response_format": "b64_json",
            "extra_body": {"aspect_ratio": "1:1"},
        },
        {"model": "gpt-image-1", "size": "1024x1024"},
    ],
    ids=["gemini", "openai"],
)
def test_serevix_serves_the_examples_of_its_documents(client, call):
    response = client.images.generate(prompt=PROMPT, **call)
    assert decoded(response.data[0].b64_json).size == (1024, 1024)


@played("rivus")
def test_rivus_gives_a_url_by_default(client, emulator):
    result = client.images.generate(
        model="gpt-image-1", prompt="A futuristic skyline at dusk", size="1024x1024"
    )
    assert result.data[0].b64_json is None
    assert opened(httpx.get(result.data[0].url).content).size == (1024, 1024)
    assert emulator.downloads[0].authorization is None


@played("rivus")
def test_rivus_lets_the_aspect_ratio_win_over_the_size(client):
    result = client.images.generate(
        model="gemini-3-pro-image-preview",
        prompt=PROMPT,
        size="1024x1024",
        response_format="b64_json",
        extra_body={"aspect_ratio": "16:9"},
    )
    assert decoded(result.data[0].b64_json).size == (1792, 1024)


@played("xty")
def test_xty_gives_one_choice_a_picture_with_a_link_in_it(client, emulator):
    body = dict(documents.read("xty").requests["example"].body)
    response = client.chat.completions.create(
        model=body["model"],
        n=body["n"],
        messages=body["messages"],
        extra_body={"extra_body": body["extra_body"]},
    )
    links = [choice.message.content.partition("](")[2].rstrip(")") for choice in response.choices]
    assert [opened(httpx.get(link).content).size for link in links] == [(2688, 1536)] * 2
    assert response.usage.total_tokens == 0
    assert emulator.posts[0].json == body


@played("xiexus")
def test_xiexus_redirects_a_client_without_the_trailing_slash(client, emulator):
    result = client.images.generate(model="gpt-image-1", prompt=PROMPT, n=2)
    assert [decoded(item.b64_json).size for item in result.data] == [(1024, 1024)] * 2
    assert result.data[0].url.startswith(emulator.url)
    assert result.usage.total_tokens == 100
    assert [post.path for post in emulator.posts] == [
        "/v1/images/generations",
        "/v1/images/generations/",
    ]


@played("openai")
def test_openai_obeys_the_output_format(client):
    result = client.images.generate(
        model="gpt-image-1.5", prompt=PROMPT, size="1536x1024", output_format="webp"
    )
    picture = decoded(result.data[0].b64_json)
    assert (picture.format, picture.size) == ("WEBP", (1536, 1024))


REFUSED = [
    ("serevix", {"model": "midjourney"}, "model"),
    ("serevix", {"model": "gpt-image-1", "size": "1792x1024"}, "size"),
    ("serevix", {"model": "gpt-image-1", "n": 11}, "n"),
    ("serevix", {"model": "gpt-image-1.5", "n": 2}, "n"),
    ("serevix", {"model": "gpt-image-1", "prompt": "x" * 32_001}, "prompt"),
    ("serevix", {"model": "gpt-image-1", "response_format": "b64_json"}, "response_format"),
    ("serevix", {"model": "gemini-2.5-flash-image", "n": 1}, "n"),
    ("rivus", {"model": "gemini-3-pro-image-preview", "n": 2}, "n"),
    ("rivus", {"model": "imagen-3.0-generate-001", "n": 5}, "n"),
    ("rivus", {"model": "imagen-3.0-generate-001", "prompt": "x" * 4_001}, "prompt"),
    ("xiexus/", {"model": "gpt-image-1", "response_format": "b64_json"}, "response_format"),
    ("xiexus/", {"model": "dall-e-3", "n": 2}, "n"),
    ("xiexus/", {"size": "1792x1024"}, "size"),  # without a model it is dall-e-2
    ("openai", {"model": "gpt-image-1", "response_format": "url"}, "response_format"),
    ("openai", {"model": "gpt-image-2", "size": "1000x1000"}, "size"),
]


@pytest.mark.parametrize(("profile", "fields", "param"), REFUSED)
def test_what_a_document_does_not_take_is_refused_and_not_billed(emulate, profile, fields, param):
    emulator = emulate(profile.rstrip("/"))
    url = emulator.url + emulator.profile.path
    headers = {"Authorization": "Bearer sk-test"}
    refused = httpx.post(url, json={"prompt": PROMPT, **fields}, headers=headers)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == param
    assert emulator.billed == 0


@pytest.mark.parametrize("image_config", [{"aspect_ratio": "1:4"}, {"image_size": "8K"}])
def test_xty_takes_only_the_listed_image_config(emulate, image_config):
    emulator = emulate("xty")
    body = {
        "model": "gemini-3-pro-image-preview",
        "messages": [{"role": "user", "content": PROMPT}],
        "extra_body": {"google": {"image_config": image_config}},
    }
    headers = {"Authorization": "Bearer sk-test"}
    refused = httpx.post(emulator.url + emulator.profile.path, json=body, headers=headers)
    assert refused.status_code == 400


@pytest.mark.parametrize("profile", ["serevix", "xty", "rivus", "xiexus", "openai"])
def test_a_request_without_a_key_is_turned_away(emulate, profile):
    emulator = emulate(profile)
    assert httpx.post(emulator.url + emulator.profile.path, json={}).status_code == 401


@pytest.mark.parametrize("profile", sorted({*PROFILES} - {"openrouter", "litellm"}))
def test_a_wrong_path_is_an_invalid_url(emulate, profile):
    response = httpx.post(f"{emulate(profile).url}/v2/pictures", json={})
    assert response.status_code == 404
    assert response.json()["error"]["message"].startswith("Invalid URL (POST /v2/pictures)")


def test_nobody_listens_where_nobody_listens(nobody):
    address = httpx.URL(nobody)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.host, address.port))


def test_nobody_without_a_key_sees_the_models(emulate):
    emulator = emulate("openai")
    assert httpx.get(f"{emulator.base_url}/models").status_code == 401


@played("openai", "newapi-old", "newapi", "openrouter", "litellm", "aihubmix")
def test_a_list_of_models_is_answered_where_there_is_one(client, emulator):
    assert [model.id for model in client.models.list()] == list(emulator.profile.listed)
    assert (emulator.billed, emulator.accepted) == (0, [])


@played("serevix", "xty", "rivus", "xiexus")
def test_the_documents_name_no_list_of_models(client):
    with pytest.raises(openai.NotFoundError):
        client.models.list()
