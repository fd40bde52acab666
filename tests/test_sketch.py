"""The embedded gateway: what it answers, what it paints, and what it does without a font."""

import base64
import io
import json
import re
import subprocess
import sys

import pytest
from PIL import Image, ImageChops

from nbimagegen.sketch import Answer, answer, compositions, fonts, lettering, painter
from nbimagegen.sketch.layout import planned
from nbimagegen.sketch.palettes import PALETTES
from nbimagegen.sketch.sizes import ONE_K

SMALL = "256x256"


def asked(path="/v1/images/generations", method="POST", **body) -> Answer:
    return answer(method, path, {}, json.dumps(body).encode())


def told(response):
    return json.loads(b"".join(response.chunks))


def files(**body):
    response = asked(**body)
    assert response.status == 200
    return [base64.b64decode(item["b64_json"], validate=True) for item in told(response)["data"]]


def picture(**body):
    return Image.open(io.BytesIO(files(**body)[0]))


def chatted(**body):
    message = {"role": "user", "content": "a fox"}
    return asked("/v1/chat/completions", **{"messages": [message], **body})


def difference(one, other):
    """The mean difference of two files' pixels, from 0 to 255."""
    both = (Image.open(io.BytesIO(file)).convert("L") for file in (one, other))
    histogram = ImageChops.difference(*both).histogram()
    return sum(level * count for level, count in enumerate(histogram)) / sum(histogram)


@pytest.fixture
def bare_machine(monkeypatch):
    """A machine with no font but the one that Pillow brings."""
    fonts._faces.cache_clear()
    monkeypatch.setattr(fonts, "folders", list)
    yield
    fonts._faces.cache_clear()


# --- the shape of the answers


def test_a_generation_is_answered_in_the_shape_of_the_images_api():
    body = told(asked(prompt="a fox", size=SMALL))
    assert body["created"] == 0
    assert body["size"] == SMALL
    assert body["output_format"] == "png"
    assert set(body["usage"]) == {"input_tokens", "output_tokens", "total_tokens"}
    assert body["usage"]["total_tokens"] == body["usage"]["input_tokens"] + body["usage"]["output_tokens"]
    assert [set(item) for item in body["data"]] == [{"b64_json"}]


def test_a_chat_gives_one_choice_a_picture_in_markdown():
    body = told(chatted(n=2, extra_body={"google": {"image_config": {"aspect_ratio": "16:9"}}}))
    contents = [choice["message"]["content"] for choice in body["choices"]]
    assert [choice["index"] for choice in body["choices"]] == [0, 1]
    for content in contents:
        match = re.fullmatch(r"!\[sketch\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)", content)
        assert Image.open(io.BytesIO(base64.b64decode(match[1]))).size == (1344, 768)


def test_a_chat_takes_its_prompt_from_the_text_parts_of_the_last_user_message():
    parts = [{"type": "text", "text": "a fox"}, {"type": "input_audio", "input_audio": {}}]
    earlier = [{"role": "user", "content": "an owl"}, {"role": "assistant", "content": "![]()"}]
    from_parts = told(chatted(messages=[*earlier, {"role": "user", "content": parts}]))
    assert from_parts["choices"] == told(chatted())["choices"]


def test_the_models_are_listed():
    body = told(answer("GET", "/v1/models", {}, b""))
    assert [model["id"] for model in body["data"]] == ["sketch", "sketch-chat"]


@pytest.mark.parametrize(
    "path", ["/images/generations", "/v1/images/generations/", "/api/v2/images/generations?x=1"]
)
def test_any_prefix_and_a_trailing_slash_will_do(path):
    assert asked(path, prompt="a fox", size=SMALL).status == 200


def test_the_body_comes_in_slices_of_at_most_64_kib():
    slices = list(asked(prompt="a fox", n=2, size="512x512").chunks)
    assert len(slices) > 4
    assert max(map(len, slices)) <= 65_536


def test_latency_is_handed_to_the_transport_and_does_not_change_the_picture():
    slow, quick = asked(prompt="a fox", size=SMALL, latency=2.5), asked(prompt="a fox", size=SMALL)
    assert (slow.latency, quick.latency) == (2.5, 0.0)
    assert told(slow) == told(quick)


# --- what is refused


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "prompt"),
        ({"prompt": "  \n"}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": "a fox", "n": 0}, "n"),
        ({"prompt": "a fox", "n": 11}, "n"),
        ({"prompt": "a fox", "n": True}, "n"),
        ({"prompt": "a fox", "n": "2"}, "n"),
        ({"prompt": "a fox", "size": "large"}, "size"),
        ({"prompt": "a fox", "size": "255x1024"}, "size"),
        ({"prompt": "a fox", "size": "1024x4097"}, "size"),
        ({"prompt": "a fox", "size": 1024}, "size"),
        ({"prompt": "a fox", "aspect_ratio": "wide"}, "aspect_ratio"),
        ({"prompt": "a fox", "aspect_ratio": "0:1"}, "aspect_ratio"),
        ({"prompt": "a fox", "aspect_ratio": "100:1"}, "aspect_ratio"),
        ({"prompt": "a fox", "image_size": "8K"}, "image_size"),
        ({"prompt": "a fox", "seed": 1.5}, "seed"),
        ({"prompt": "a fox", "latency": -1}, "latency"),
        ({"prompt": "a fox", "latency": float("nan")}, "latency"),
        ({"prompt": "a fox", "output_format": "gif"}, "output_format"),
    ],
)
def test_a_bad_field_is_refused_by_name(body, param):
    response = asked(**body)
    error = told(response)["error"]
    assert response.status == 400
    assert error["param"] == param
    assert error["type"] == "invalid_request_error"
    assert error["message"].endswith(".")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a fox"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(body):
    response = answer("POST", "/v1/images/generations", {}, body)
    assert response.status == 400
    assert told(response)["error"]["message"]


@pytest.mark.parametrize("messages", [None, [], "a fox", ["a fox"], [{"role": "system", "content": "a fox"}]])
def test_a_chat_without_a_prompt_is_refused(messages):
    assert chatted(messages=messages).status == 400


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/images/generations"), ("POST", "/v1/images/upscales"), ("GET", "/")]
)
def test_what_the_gateway_does_not_offer_is_not_found(method, path):
    response = asked(path, method, prompt="a fox")
    assert response.status == 404
    assert told(response)["error"]["code"] == "not_found"


# --- sizes and formats


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ({"size": "300x260"}, (300, 260)),
        ({"size": "auto"}, (1024, 1024)),
        ({"aspect_ratio": "21:9", "image_size": "512"}, (768, 336)),
        ({"aspect_ratio": "3:4", "size": "256x256"}, (864, 1184)),
        ({"aspect_ratio": "1:8", "image_size": "512"}, (256, 2048)),
        ({"aspect_ratio": "21:9", "image_size": "4k"}, (4096, 1792)),
        ({"image_size": "512"}, (512, 512)),
        ({"size": None, "aspect_ratio": None}, (1024, 1024)),
    ],
)
def test_the_picture_has_the_size_that_was_asked_for(body, size):
    answered = told(asked(prompt="a fox", **body))
    [painted] = (base64.b64decode(each["b64_json"]) for each in answered["data"])
    assert Image.open(io.BytesIO(painted)).size == size
    assert answered["size"] == f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("ratio", sorted(ONE_K))
def test_the_usual_ratios_have_their_documented_sizes(ratio):
    assert planned("a fox", *ONE_K[ratio]).width == ONE_K[ratio][0]
    assert abs(ONE_K[ratio][0] * ONE_K[ratio][1] / 1024**2 - 1) < 0.06


def test_other_ratios_come_in_multiples_of_16_of_about_a_megapixel():
    width, height = picture(prompt="a fox", aspect_ratio="2:1").size
    assert (width % 16, height % 16) == (0, 0)
    assert width / height == pytest.approx(2, rel=0.03)
    assert width * height == pytest.approx(1024**2, rel=0.05)


@pytest.mark.parametrize(("asked_for", "got"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_the_file_has_the_format_that_was_asked_for(asked_for, got):
    assert picture(prompt="a fox", size=SMALL, output_format=asked_for).format == got


def test_a_picture_that_is_painted_in_bands_shows_no_seam(monkeypatch):
    body = {"prompt": "waves", "size": "512x512"}
    whole = files(**body)[0]
    monkeypatch.setattr(painter, "_BAND_PIXELS", 400_000)
    assert difference(whole, files(**body)[0]) < 1


# --- what is painted


def test_the_same_request_gives_the_same_bytes():
    body = {"prompt": "a quiet harbour", "size": SMALL, "n": 2, "seed": 7}
    assert files(**body) == files(**body)


@pytest.mark.parametrize("other", [{"prompt": "an owl"}, {"seed": 1}, {"model": "sketch-2"}])
def test_another_prompt_seed_or_model_gives_another_picture(other):
    body = {"prompt": "a fox", "size": SMALL}
    assert difference(files(**body)[0], files(**{**body, **other})[0]) > 3


def test_the_pictures_of_one_request_differ_and_the_first_is_the_one_asked_for_alone():
    several = files(prompt="something", size=SMALL, n=10)
    assert several[0] == files(prompt="something", size=SMALL)[0]
    pairs = [(one, other) for place, one in enumerate(several) for other in several[:place]]
    assert min(difference(one, other) for one, other in pairs) > 3


@pytest.mark.parametrize(
    ("prompt", "composition"),
    [
        ("ocean waves", "waves"),
        ("海上的船", "waves"),
        ("a city at night", "skyline"),
        ("城市", "skyline"),
        ("森林里的小屋", "forest"),
        ("two cats in the city", "cat"),
        ("一只猫", "cat"),
        ("planets", "orbits"),
        ("a bunch of flowers", "flowers"),
        ("星座", "constellations"),
    ],
)
def test_a_prompt_that_names_a_subject_gets_it(prompt, composition):
    plan = painter.chosen(prompt, "sketch", 0, 0)
    assert plan.composition is compositions.ALL[composition]


@pytest.mark.parametrize(
    ("prompt", "mood"),
    [("a red door", "red"), ("日落", "sunset"), ("city at night", "night"), ("蓝色", "blue")],
)
def test_a_prompt_that_names_a_colour_or_a_light_gets_a_palette_for_it(prompt, mood):
    assert all(mood in painter.chosen(prompt, "sketch", seed, 0).palette.moods for seed in range(5))


def test_a_word_inside_another_is_no_subject():
    assert painter.subjects.subjects("catch the category: a seagull's carpenter") == []


def test_prompts_without_a_subject_meet_every_composition_and_palette():
    plans = [painter.chosen(f"thing {number}", "sketch", 0, 0) for number in range(300)]
    assert {id(plan.composition) for plan in plans} == {id(one) for one in compositions.ALL.values()}
    assert {plan.palette.name for plan in plans} == {palette.name for palette in PALETTES}


@pytest.mark.parametrize("name", sorted(compositions.ALL))
@pytest.mark.parametrize(("size", "palette"), [((300, 260), 0), ((96, 900), 5), ((900, 96), 0)])
def test_every_composition_fills_every_shape(name, size, palette):
    plan = painter.Plan(compositions.ALL[name], PALETTES[palette], (name, palette))
    window = painter.painted(plan, *size)
    assert window.size == size
    assert len(window.getcolors(size[0] * size[1])) > 3


def test_a_picture_at_one_k_is_small_enough_to_send():
    assert max(map(len, files(prompt="stars in deep space", n=2))) < 1_500_000


# --- the words beneath


@pytest.mark.parametrize("size", [(256, 256), (256, 2048), (2048, 256), (1024, 1024), (4096, 512)])
@pytest.mark.parametrize(
    "prompt", ["a fox", "word " * 6000, "x" * 30_000, "狐狸" * 500, "\x00\x07\n", "\ud800"]
)
def test_words_and_window_stand_on_the_sheet_and_apart(prompt, size):
    layout = planned(prompt, *size)
    left, top, right, bottom = layout.window
    assert 0 < left < right < size[0]
    assert 0 < top < bottom < size[1]
    assert layout.caption_at[1] + layout.caption.height < layout.mark_at[1] < size[1]
    assert layout.caption_at[1] > bottom or layout.caption_at[0] > right
    widths = [layout.caption.face.at(layout.caption.size).getlength(line) for line in layout.caption.lines]
    assert layout.caption_at[0] + max(widths) <= size[0]


@pytest.mark.parametrize("size", [(256, 256), (300, 2400), (2400, 300), (1024, 1024)])
def test_every_picture_says_that_it_is_a_sketch(size):
    assert planned("a fox", *size).mark.startswith("SKETCH")


def test_a_long_prompt_ends_in_an_ellipsis_and_a_short_one_stands_whole():
    long, short = (lettering.fitted(prompt, 400, (20, 16), 3) for prompt in ("word " * 500, "a fox"))
    assert long.lines[-1].endswith("…")
    assert len(long.lines) == 3
    assert short.lines == ("a fox",)


def test_control_and_formatting_characters_are_not_set():
    assert lettering.cleaned("a\r\n\tfox\x07 \u202enow\u200b\ud800 ") == "a fox now"


@pytest.mark.usefixtures("bare_machine")
def test_without_a_font_for_it_a_script_is_named_instead_of_boxes():
    text, face = lettering.settable("海上日落")
    assert text == "A prompt in Chinese, for which this machine has no font"
    assert face == fonts.BUILT_IN


@pytest.mark.usefixtures("bare_machine")
def test_without_a_font_some_missing_words_become_an_ellipsis_and_signs_vanish():
    text, face = lettering.settable("a cat 猫 asleep 🐱 on a wall")
    assert text == "a cat … asleep on a wall"
    assert all(sign == " " or face.covers(sign) for sign in text)


@pytest.mark.usefixtures("bare_machine")
def test_a_prompt_of_unknown_signs_alone_still_has_a_caption():
    assert lettering.settable("🐱🐱")[0] == "A prompt in signs only"
    assert picture(prompt="🐱", size=SMALL).size == (256, 256)


def test_whatever_fonts_there_are_no_letter_is_set_that_they_lack():
    for prompt in ("海上日落 at sea", "Привет", "مرحبا", "नमस्ते", "γειά", "안녕"):
        text, face = lettering.settable(prompt)
        assert text
        assert all(sign == " " or face.covers(sign) for sign in text)


def test_a_line_never_begins_with_a_closing_mark():
    text = "月光、下的城市。霓虹 and more」"
    pieces = list(lettering._pieces(text))
    assert "".join(pieces) == text
    assert not any(piece[0] in "、。」" for piece in pieces)


def test_pillow_and_numpy_are_not_imported_before_something_is_painted():
    code = "import sys, nbimagegen.sketch.gateway as g; print(sorted({'PIL', 'numpy'} & set(sys.modules)))"
    alone = f"import sys, types; package = types.ModuleType('nbimagegen'); package.__path__ = {_package()!r}"
    lazy = f"{alone}; sys.modules['nbimagegen'] = package; {code}"
    done = subprocess.run([sys.executable, "-c", lazy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _package():
    import nbimagegen  # noqa: PLC0415 - only its path is wanted

    return list(nbimagegen.__path__)
