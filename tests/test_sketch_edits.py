"""The embedded gateway's edits and variations: what changes, what stays, and what is refused."""

import base64
import io
import json

import httpx
import pytest
from openai import OpenAI
from PIL import Image, ImageChops, ImageDraw, ImageStat

from nbimagegen.sketch import Answer, answer, inputs
from nbimagegen.sketch.room import room

EDITS, VARIATIONS = "/v1/images/edits", "/v1/images/variations"
SOMEWHERE = (40, 60, 200, 180)


def photo(size=(320, 280), mode="RGB"):
    """A picture with a sky, a hill and a sun."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((size[0] * 0.6, size[1] * 0.1, size[0] * 0.8, size[1] * 0.35), fill=(250, 220, 120))
    draw.polygon([(0, size[1]), (size[0] * 0.4, size[1] * 0.5), (size[0], size[1])], fill=(40, 90, 60))
    return image.convert(mode)


def mask(size=(320, 280), box=SOMEWHERE):
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    if box:
        ImageDraw.Draw(image).rectangle(box, fill=(0, 0, 0, 0))
    return image


def png(image):
    return saved(image, "PNG")


def saved(image, kind):
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def sent(path=EDITS, *files, **fields) -> Answer:
    """What comes for a form, as a real client encodes it."""
    named = [(name, ("a.png", data, "image/png")) for name, data in files]
    request = httpx.Request("POST", f"http://sketch{path}", data=fields, files=named)
    return answer("POST", path, request.headers, request.read())


def told(response):
    return json.loads(b"".join(response.chunks))


def pictures(response):
    assert response.status == 200, told(response)
    items = told(response)["data"]
    return [Image.open(io.BytesIO(base64.b64decode(item["b64_json"], validate=True))) for item in items]


def edited(image, prompt="a red city at night", **fields):
    return pictures(sent(EDITS, ("image", png(image)), prompt=prompt, **fields))[0]


def masked(image, hole, prompt="a red city at night", **fields):
    return pictures(sent(EDITS, ("image", png(image)), ("mask", png(hole)), prompt=prompt, **fields))[0]


def varied(image, **fields):
    return pictures(sent(VARIATIONS, ("image", png(image)), **fields))


def difference(one, other):
    """The mean difference of two pictures' pixels, from 0 to 255."""
    apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return sum(ImageStat.Stat(apart).mean) / 3


def outline(image, size=(320, 280)):
    """What of a picture is light and what is dark, without its frame."""
    grey = image.convert("L").resize(size).crop((30, 30, size[0] - 30, size[1] - 80)).resize((24, 20))
    middle = ImageStat.Stat(grey).median[0]
    return [level > middle for level in grey.tobytes()]


def likeness(one, other):
    """The share of places that are light in both or dark in both."""
    pairs = list(zip(outline(one), outline(other), strict=True))
    return sum(a == b for a, b in pairs) / len(pairs)


# --- edits of a whole picture


def test_an_edit_is_answered_in_the_shape_of_the_images_api():
    body = told(sent(EDITS, ("image", png(photo())), prompt="at night"))
    assert (body["size"], body["output_format"]) == ("320x280", "png")
    assert [set(item) for item in body["data"]] == [{"b64_json"}]
    assert body["usage"]["total_tokens"] == body["usage"]["input_tokens"] + body["usage"]["output_tokens"]


def test_an_edited_picture_is_another_and_stays_recognisable():
    before = photo()
    after = edited(before)
    assert difference(before, after) > 15
    assert likeness(before, after) > 0.75


def test_the_same_edit_gives_the_same_picture_and_another_prompt_picture_or_seed_another():
    first = edited(photo())
    assert difference(first, edited(photo())) == 0
    assert difference(first, edited(photo(), prompt="green hills")) > 5
    assert difference(first, edited(photo(), seed="3")) > 1
    assert difference(first, edited(ImageChops.invert(photo()))) > 5


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (255, 256), (256, 256), (2600, 40), (700, 512)])
def test_the_output_has_the_size_of_the_input(size):
    assert edited(photo(size)).size == size
    assert masked(photo(size), mask(size, (0, 0, size[0] // 2, size[1] // 2))).size == size
    assert varied(photo(size))[0].size == size


def test_another_size_may_be_asked_for_and_auto_asks_for_none():
    assert edited(photo(), size="512x256").size == (512, 256)
    assert edited(photo(), size="auto").size == (320, 280)
    assert masked(photo(), mask(), size="300x300").size == (300, 300)


def test_the_pictures_of_one_edit_differ():
    one, other = pictures(sent(EDITS, ("image", png(photo())), prompt="something", n="2"))
    assert difference(one, other) > 3


@pytest.mark.parametrize(("asked", "got"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_the_file_has_the_format_that_was_asked_for_and_says_what_made_it(asked, got):
    picture = edited(photo(mode="RGBA"), output_format=asked)
    assert picture.format == got
    assert "sketch" in picture.getexif()[0x0131]


@pytest.mark.parametrize(
    ("mode", "kind"), [("L", "PNG"), ("P", "PNG"), ("RGBA", "WEBP"), ("CMYK", "JPEG"), ("LA", "PNG")]
)
def test_a_picture_of_any_mode_can_be_edited(mode, kind):
    file = saved(photo().convert(mode), kind)
    assert pictures(sent(EDITS, ("image", file), prompt="at night"))[0].size == (320, 280)


def test_references_colour_the_picture_and_are_shown_on_it():
    red = Image.new("RGB", (200, 100), (220, 20, 30))
    first = ("image[]", png(photo()))
    alone = pictures(sent(EDITS, first, prompt="so"))[0]
    together = pictures(sent(EDITS, first, ("image[]", png(red)), prompt="so"))[0]
    assert difference(alone, together) > 5
    corner = together.convert("RGB").crop((240, 20, 300, 80))
    assert any(r > 200 and g < 40 and b < 50 for _, (r, g, b) in corner.getcolors(9000))


def test_sixteen_pictures_are_taken():
    files = [("image[]", png(photo((64, 64))))] * 16
    assert sent(EDITS, *files, prompt="all of them").status == 200


# --- edits under a mask


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("box", [SOMEWHERE, (0, 0, 5, 5), (300, 0, 319, 279), (0, 0, 319, 100)])
def test_outside_the_mask_no_pixel_changes_and_inside_it_does(mode, box):
    before, hole = photo(mode=mode), mask(box=box)
    after = masked(before, hole)
    changed = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).convert("L")
    assert after.mode == mode
    assert ImageChops.multiply(changed, hole.getchannel("A")).getbbox() is None
    assert ImageStat.Stat(changed.crop((box[0], box[1], box[2] + 1, box[3] + 1))).mean[0] > 5


def test_references_beside_a_mask_change_nothing_outside_it():
    before = photo()
    files = [
        ("image[]", png(before)),
        ("image[]", png(Image.new("RGB", (90, 90), "red"))),
        ("mask", png(mask())),
    ]
    after = pictures(sent(EDITS, *files, prompt="a planet"))[0]
    changed = ImageChops.difference(before, after)
    left, top, right, bottom = changed.getbbox()
    assert (left, top) >= SOMEWHERE[:2]
    assert (right - 1, bottom - 1) <= SOMEWHERE[2:]


def test_a_half_transparent_mask_changes_a_picture_by_half():
    soft = Image.new("RGBA", (320, 280), (0, 0, 0, 128))
    half, whole = (masked(photo(), hole) for hole in (soft, mask(box=(0, 0, 320, 280))))
    assert 0 < difference(photo(), half) < difference(photo(), whole)


def test_the_label_has_room_where_the_region_has_and_nowhere_else():
    region = Image.new("L", (400, 300))
    ImageDraw.Draw(region).rectangle((100, 50, 199, 149), fill=255)
    left, top = room(region, 60, 20)
    assert 100 <= left <= 140
    assert 50 <= top <= 130
    assert room(region, 101, 10) is None
    assert room(region, 10, 500) is None


# --- variations


def test_variations_are_the_picture_painted_again_and_differ():
    before = photo()
    several = varied(before, n="3")
    assert [image.size for image in several] == [before.size] * 3
    assert min(likeness(before, image) for image in several) > 0.75
    assert all(difference(before, image) > 5 for image in several)
    assert difference(several[0], several[1]) > 3
    assert difference(several[0], varied(before)[0]) == 0


# --- by chat


def test_a_chat_with_a_picture_changes_it_and_keeps_its_size():
    uri = "data:image/jpeg;base64," + base64.b64encode(saved(photo(), "JPEG")).decode()
    assert chat_picture(uri).size == (320, 280)
    assert likeness(photo(), chat_picture(uri)) > 0.75


@pytest.mark.parametrize(
    ("config", "size"), [({"aspect_ratio": "16:9"}, (1344, 768)), ({"image_size": "512"}, (544, 480))]
)
def test_a_chat_may_ask_for_another_shape_or_scale(config, size):
    uri = "data:image/png;base64," + base64.b64encode(png(photo())).decode()
    assert chat_picture(uri, image_config=config).size == size


@pytest.mark.parametrize("uri", ["https://example.com/a.png", "data:,", "data:image/png;base64,%%%", None, 7])
def test_a_chat_takes_no_address_but_a_data_uri(uri):
    response = chatted(uri)
    assert response.status == 400
    assert told(response)["error"]["code"] == "invalid_image_url"


def chatted(uri, **fields):
    parts = [{"type": "text", "text": "at night"}, {"type": "image_url", "image_url": {"url": uri}}]
    body = json.dumps({"messages": [{"role": "user", "content": parts}], **fields}).encode()
    return answer("POST", "/v1/chat/completions", {}, body)


def chat_picture(uri, **fields):
    content = told(chatted(uri, **fields))["choices"][0]["message"]["content"]
    return Image.open(io.BytesIO(base64.b64decode(content.partition(",")[2][:-1], validate=True)))


# --- what is refused

ONE = ("image", png(photo((64, 64))))
MANY = [("image[]", ONE[1])] * 17
WRONG = [
    ("no picture", [], {"prompt": "x"}, "image"),
    ("no prompt", [ONE], {}, "prompt"),
    ("an empty prompt", [ONE], {"prompt": " "}, "prompt"),
    ("no picture at all", [("image", b"GIF89a")], {"prompt": "x"}, "image"),
    ("a picture cut short", [("image", ONE[1][:-200])], {"prompt": "x"}, "image"),
    ("a GIF", [("image", saved(photo(), "GIF"))], {"prompt": "x"}, "image"),
    ("both names", [ONE, ("image[]", ONE[1])], {"prompt": "x"}, "image"),
    ("one name twice", [ONE, ONE], {"prompt": "x"}, "image"),
    ("too many", MANY, {"prompt": "x"}, "image"),
    ("a mask of another size", [ONE, ("mask", png(mask()))], {"prompt": "x"}, "mask"),
    ("a mask without alpha", [ONE, ("mask", ONE[1])], {"prompt": "x"}, "mask"),
    ("an opaque mask", [ONE, ("mask", png(mask((64, 64), None)))], {"prompt": "x"}, "mask"),
    ("a mask that is none", [ONE, ("mask", b"x")], {"prompt": "x"}, "mask"),
    ("n of 11", [ONE], {"prompt": "x", "n": "11"}, "n"),
    ("n in words", [ONE], {"prompt": "x", "n": "two"}, "n"),
    ("n broken", [ONE], {"prompt": "x", "n": "1.5"}, "n"),
    ("a wrong size", [ONE], {"prompt": "x", "size": "big"}, "size"),
    ("stream in words", [ONE], {"prompt": "x", "stream": "maybe"}, "stream"),
]


@pytest.mark.parametrize(
    ("files", "fields", "param"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_form_is_refused_by_its_field(files, fields, param):
    response = sent(EDITS, *files, **({"user": "me"} | fields))
    error = told(response)["error"]
    assert response.status == 400
    assert error["type"] == "invalid_request_error"
    if files:
        assert error["param"] == param
    assert error["message"].endswith(".")


def test_a_variation_of_two_pictures_is_refused():
    response = sent(VARIATIONS, ("image[]", ONE[1]), ("image[]", ONE[1]))
    assert (response.status, told(response)["error"]["code"]) == (400, "too_many_images")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    bomb = png(Image.new("1", (16_001, 4_000)))
    assert len(bomb) < 20_000
    response = sent(EDITS, ("image", bomb), prompt="x")
    assert (response.status, told(response)["error"]["code"]) == (400, "image_too_large")


def test_a_file_of_too_many_bytes_is_refused(monkeypatch):
    monkeypatch.setattr(inputs, "MOST_BYTES", 1_000_000)
    response = sent(EDITS, ("image", bytes(1_000_001)), prompt="x")
    assert (response.status, told(response)["error"]["code"]) == (400, "image_too_large")


# --- the reference client


class Sketch(httpx.BaseTransport):
    def handle_request(self, request):
        found = answer(request.method, request.url.path, request.headers, request.read())
        return httpx.Response(found.status, headers=found.headers, content=b"".join(found.chunks))


@pytest.fixture
def openai():
    with httpx.Client(transport=Sketch()) as client:
        yield OpenAI(api_key="none", base_url="http://sketch/v1", http_client=client)


@pytest.mark.filterwarnings("ignore:deprecated")  # so the client says of variations
def test_the_official_client_edits_varies_and_streams(openai):
    file = ("a.png", png(photo()), "image/png")
    one = openai.images.edit(model="sketch", image=file, prompt="at night", mask=("m.png", png(mask())))
    two = openai.images.edit(model="sketch", image=[file, file], prompt="at night", n=2)
    three = openai.images.create_variation(model="sketch", image=file)
    assert [len(each.data) for each in (one, two, three)] == [1, 2, 1]
    events = openai.images.edit(model="sketch", image=file, prompt="at night", stream=True, partial_images=2)
    assert [event.type for event in events] == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]
