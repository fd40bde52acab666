"""The emulator is honest about edits and variations: the official SDK is served, what is wrong is refused."""

from __future__ import annotations

import base64
from io import BytesIO

import httpx
import openai
import pytest
from PIL import Image

from tests.emulator import colour, paint

PROMPT = "Add a balloon"
SIZE = (96, 64)
OTTER = ("otter.png", paint(SIZE, 3), "image/png")
FOX = ("fox.jpg", paint((40, 40), 4, "jpeg"), "image/jpeg")
OWL = ("owl.webp", paint((30, 50), 2, "webp"), "image/webp")
KEY = {"Authorization": "Bearer sk-test"}


@pytest.fixture
def client(emulator):
    with openai.OpenAI(base_url=emulator.base_url, api_key="sk-test", max_retries=0) as client:
        yield client


def opened(file: bytes) -> Image.Image:
    return Image.open(BytesIO(file)).convert("RGB")


def decoded(item) -> Image.Image:
    return opened(base64.b64decode(item.b64_json, validate=True))


def masked(size=SIZE, box=(0, 0, 32, 32), mode="RGBA", kind="png") -> bytes:
    """A mask that is transparent in a box, and opaque elsewhere."""
    mask = Image.new(mode, size, (0, 0, 0, 255)[: len(mode)])
    mask.paste((0, 0, 0, 0)[: len(mode)], box)
    file = BytesIO()
    mask.save(file, kind)
    return file.getvalue()


def played(*profiles: str):
    return pytest.mark.parametrize("emulator", profiles, indirect=True)


@played("openai", "newapi", "newapi-old", "litellm")
def test_an_edit_of_one_picture_has_its_size_and_shows_it(client, emulator):
    result = client.images.edit(model="gpt-image-1", image=OTTER, prompt=PROMPT)
    picture = decoded(result.data[0])
    assert picture.size == SIZE
    assert picture.getpixel((50, 60)) == colour(3)
    assert picture.getpixel((50, 2)) == colour(0)
    assert [(file.name, file.filename) for file in emulator.posts[0].files] == [("image", "otter.png")]
    assert emulator.posts[0].form == {"model": "gpt-image-1", "prompt": PROMPT}
    assert emulator.posts[0].file("image").data == OTTER[1]


@played("openai", "newapi", "litellm")
def test_an_edit_of_several_pictures_shows_each(client, emulator):
    result = client.images.edit(
        model="gpt-image-1", image=[OTTER, FOX, OWL], prompt=PROMPT, size="1024x1024", n=2
    )
    pictures = [decoded(item) for item in result.data]
    assert [picture.size for picture in pictures] == [(1024, 1024)] * 2
    assert pictures[1].getpixel((200, 100)) == pytest.approx(colour(2), abs=12)
    assert [file.name for file in emulator.posts[0].files] == ["image[]"] * 3
    assert emulator.posts[0].form["n"] == "2"
    assert emulator.billed == 2


@played("openai")
def test_an_edit_paints_only_where_the_mask_is_transparent(client):
    mask = ("mask.png", masked(box=(10, 20, 30, 40)), "image/png")
    result = client.images.edit(model="gpt-image-1", image=OTTER, mask=mask, prompt=PROMPT)
    painted, original = decoded(result.data[0]), opened(OTTER[1])
    changed = {
        (x, y)
        for x in range(SIZE[0])
        for y in range(SIZE[1])
        if painted.getpixel((x, y)) != original.getpixel((x, y))
    }
    assert changed == {(x, y) for x in range(10, 30) for y in range(20, 40)}


@played("openai")
def test_an_edit_takes_what_the_document_names(client, emulator):
    result = client.images.edit(
        model="gpt-image-1.5",
        image=OTTER,
        prompt=PROMPT,
        input_fidelity="high",
        background="opaque",
        output_format="webp",
        output_compression=80,
        quality="low",
        size="auto",
    )
    assert (result.output_format, result.quality, result.size) == ("webp", "low", "96x64")
    assert result.usage.total_tokens == 100
    assert emulator.posts[0].form["output_compression"] == "80"


@played("rivus")
@pytest.mark.filterwarnings("ignore:deprecated")
def test_rivus_edits_and_varies_and_gives_urls(client, emulator):
    edit = client.images.edit(model="gpt-image-1", image=OTTER, prompt=PROMPT)
    vary = client.images.create_variation(model="gpt-image-1", image=OTTER, n=2)
    urls = [item.url for item in (*edit.data, *vary.data)]
    assert [opened(httpx.get(url).content).size for url in urls] == [SIZE] * 3
    assert emulator.billed == 3


# What is refused.

PART = ("image", OTTER)


def post(emulator, operation="edits", files=(PART,), **fields) -> httpx.Response:
    url = f"{emulator.base_url}/images/{operation}"
    data = {name: value for name, value in fields.items() if value is not None}
    return httpx.post(url, data={"model": "gpt-image-1", **data}, files=list(files), headers=KEY)


def mask_part(**how):
    return ("mask", ("mask.png", masked(**how), "image/png"))


PAIR = [("image", OTTER), ("image[]", FOX)]
MANY = [("image[]", OTTER)] * 17
WRONG_TYPE = ("otter.png", OTTER[1], "application/octet-stream")
NOT_ITS_TYPE = ("otter.jpg", OTTER[1], "image/jpeg")
REFUSED = [
    ("no prompt", {"prompt": None}, "prompt", "missing_required_parameter"),
    ("no picture", {"files": [mask_part()]}, "image", "missing_required_parameter"),
    ("both names", {"files": PAIR}, "image", "invalid_value"),
    ("one name twice", {"files": [PART, PART]}, "image", "duplicate_parameter"),
    ("seventeen", {"files": MANY}, "image", "invalid_value"),
    ("no type", {"files": [("image", WRONG_TYPE)]}, "image", "unsupported_file_mimetype"),
    ("another type", {"files": [("image", NOT_ITS_TYPE)]}, "image", "invalid_image_file"),
    ("no picture in it", {"files": [("image", ("a.png", b"?", "image/png"))]}, "image", "invalid_image_file"),
    ("another file", {"files": [PART, ("photo", OTTER)]}, "photo", "unknown_parameter"),
    ("mask without alpha", {"files": [PART, mask_part(mode="RGB")]}, "mask", "invalid_mask_format"),
    ("mask of another size", {"files": [PART, mask_part(size=(9, 9))]}, "mask", "invalid_mask_size"),
    ("mask as webp", {"files": [PART, mask_part(kind="webp")]}, "mask", "invalid_mask"),
    ("unknown field", {"style": "vivid"}, "style", "unknown_parameter"),
    ("response_format", {"response_format": "b64_json"}, "response_format", "unknown_parameter"),
    ("fidelity", {"input_fidelity": "medium"}, "input_fidelity", "invalid_value"),
    (
        "fidelity of mini",
        {"model": "gpt-image-1-mini", "input_fidelity": "high"},
        "input_fidelity",
        "unknown_parameter",
    ),
    ("compression", {"output_compression": "much"}, "output_compression", "invalid_value"),
    ("not square", {"model": "dall-e-2"}, "image", "invalid_value"),
    ("dall-e-3", {"model": "dall-e-3"}, "model", "model_not_found"),
]


@pytest.mark.parametrize(
    ("fields", "param", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_is_wrong_with_an_edit_is_refused_and_not_billed(emulate, fields, param, code):
    emulator = emulate("openai")
    refused = post(emulator, **{"prompt": PROMPT, **fields})
    error = refused.json()["error"]
    assert (refused.status_code, error["param"], error["code"]) == (400, param, code)
    assert (emulator.billed, emulator.accepted) == (0, [])


def test_a_variation_takes_no_prompt(emulate):
    refused = post(emulate("rivus"), "variations", prompt=PROMPT)
    assert refused.json()["error"]["param"] == "prompt"


@pytest.mark.parametrize(("profile", "status"), [("openai", 404), ("litellm", 404), ("newapi", 501)])
def test_a_variation_is_not_to_be_had_everywhere(emulate, profile, status):
    emulator = emulate(profile)
    assert post(emulator, "variations").status_code == status
    assert emulator.accepted == []


def test_new_api_takes_the_type_from_the_files_name(emulate):
    emulator = emulate("newapi")
    named = post(emulator, prompt=PROMPT, files=[("image", WRONG_TYPE)])
    nameless = post(emulator, prompt=PROMPT, files=[("image", ("otter", OTTER[1], "image/png"))])
    assert (named.status_code, nameless.status_code) == (200, 400)


def test_litellm_answers_422_to_both_names(emulate):
    refused = post(emulate("litellm"), prompt=PROMPT, files=PAIR)
    assert refused.status_code == 422
    assert refused.json() == {"detail": "Cannot specify both 'image' and 'image[]'"}


def test_an_edit_is_no_json(emulate):
    emulator = emulate("openai")
    body = {"model": "gpt-image-1", "prompt": PROMPT}
    assert httpx.post(f"{emulator.base_url}/images/edits", json=body, headers=KEY).status_code == 400


def test_a_broken_form_is_refused(emulate):
    emulator = emulate("openai")
    headers = {**KEY, "Content-Type": "multipart/form-data; boundary=x"}
    refused = httpx.post(f"{emulator.base_url}/images/edits", content=b"--y\r\nnothing", headers=headers)
    assert refused.status_code == 400
