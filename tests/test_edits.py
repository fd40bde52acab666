"""Edits and variations: what is sent, who offers them, and what comes back."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from nbimagegen import Session
from nbimagegen.errors import GatewayError, InputError, OperationError, ParameterError, PromptError
from nbimagegen.store import Store
from tests.emulator import colour, paint

KEY = "sk-canary-0123456789"
PROMPT = "add a balloon"
OTTER, FOX, HAT = (paint((96, 64), number) for number in (1, 2, 3))
CORNER = np.zeros((64, 96), bool)
CORNER[:32, :48] = True


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.fixture
def at(emulate):
    """Start a gateway of this profile, and make a session with it."""

    def start(profile: str, **options: object):
        emulator = emulate(profile)
        known = {"serevix", "xty", "rivus", "xiexus", "openai"}
        gateway = {"gateway": profile} if profile in known else {"model": "any"}
        return emulator, Session(profile, base_url=emulator.base_url, api_key=KEY, **{**gateway, **options})

    return start


# By the Images API.


def test_one_picture_goes_as_image_with_a_name_and_a_type_of_its_own(at):
    emulator, session = at("openai", model="gpt-image-1")
    generation = session.edit(OTTER, PROMPT)
    [post] = emulator.posts
    assert post.path == "/v1/images/edits"
    assert post.form == {"model": "gpt-image-1", "prompt": PROMPT}
    [file] = post.files
    assert (file.name, file.content_type, file.data) == ("image", "image/png", OTTER)
    assert file.filename.endswith(".png")
    assert (generation.operation, generation.status, len(generation.pictures)) == ("edit", "done", 1)


def test_emptying_the_trash_meanwhile_takes_nothing_that_is_about_to_be_sent(at, monkeypatch):
    emulator, session = at("openai", model="gpt-image-1")
    session.edit(OTTER, PROMPT).delete()
    intend = Store.intend

    def emptied(store, record):
        monkeypatch.undo()
        session.history.empty_trash()
        intend(store, record)

    monkeypatch.setattr(Store, "intend", emptied)
    generation = session.edit(OTTER, "add a hat")
    assert emulator.posts[-1].files[0].data == generation.inputs[0].read_bytes() == OTTER


@pytest.mark.parametrize(("kind", "ending"), [("png", ".png"), ("jpeg", ".jpg"), ("webp", ".webp")])
def test_the_name_ends_as_the_bytes_are(at, kind, ending):
    emulator, session = at("newapi", model="gpt-image-1")
    session.edit(paint((96, 64), 1, kind), PROMPT)
    assert emulator.posts[0].file("image").filename.endswith(ending)
    assert emulator.posts[0].file("image").content_type == f"image/{kind}"


def test_references_go_with_the_picture_as_one_list_in_order(at):
    emulator, session = at("openai", model="gpt-image-1")
    session.edit(OTTER, PROMPT, references=[FOX, opened(HAT)])
    files = emulator.posts[0].files
    assert [file.name for file in files] == ["image[]"] * 3
    assert [opened(file.data).getpixel((90, 60)) for file in files] == [colour(n) for n in (1, 2, 3)]
    assert len({file.filename for file in files}) == 3


def test_a_mask_goes_as_a_png_with_alpha_and_bounds_what_is_painted(at):
    emulator, session = at("openai", model="gpt-image-1", parameters={"size": "1024x1024"})
    generation = session.edit(OTTER, PROMPT, mask=CORNER)
    mask = opened(emulator.posts[0].file("mask").data)
    assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", (96, 64))
    assert (np.asarray(mask)[..., 3] == np.where(CORNER, 0, 255)).all()
    came = generation.image.convert("RGB")
    assert came.getpixel((1000, 1000)) == colour(1)  # the otter, where it was to stay
    assert came.getpixel((400, 400)) != colour(1)


def test_every_parameter_of_an_edit_is_sent_as_a_field(at):
    emulator, session = at("openai", model="gpt-image-1")
    given = {
        "input_fidelity": "high",
        "background": "transparent",
        "output_format": "webp",
        "output_compression": 80,
        "quality": "low",
        "size": "1536x1024",
    }
    generation = session.edit(OTTER, PROMPT, n=2, **given)
    expected = {name: str(value) for name, value in given.items()}
    assert emulator.posts[0].form == {"model": "gpt-image-1", "prompt": PROMPT, "n": "2", **expected}
    assert len(generation.pictures) == 2


def test_extra_goes_into_the_form_and_wins(at):
    emulator, session = at("plain")
    session.edit(OTTER, PROMPT, size="1x1", extra={"size": "2x2", "seed": 7})
    assert emulator.posts[0].form == {"model": "any", "prompt": PROMPT, "size": "2x2", "seed": "7"}


@pytest.mark.parametrize("n", [2, 5])
def test_more_pictures_than_a_request_takes_are_asked_for_side_by_side(at, n):
    emulator, session = at("rivus", model="gpt-image-1")
    generation = session.edit(OTTER, PROMPT, n=n, mask=CORNER)
    assert len(generation.pictures) == n
    assert {post.file("image").data for post in emulator.posts} == {OTTER}
    assert len(emulator.posts) == -(-n // 4)


def test_a_variation_sends_the_picture_and_no_words(at):
    emulator, session = at("rivus", model="gpt-image-1")
    generation = session.vary(OTTER, n=2, size="1024x1024")
    [post] = emulator.posts
    assert post.path == "/v1/images/variations"
    assert post.form == {"model": "gpt-image-1", "n": "2", "size": "1024x1024"}
    assert post.file("image").data == OTTER
    assert (generation.operation, generation.prompt, len(generation.pictures)) == ("vary", "", 2)


def test_a_large_picture_arrives_whole(at):
    emulator, session = at("plain")
    noise = Image.fromarray(np.random.default_rng(7).integers(0, 255, (1_200, 1_200, 3), np.uint8))
    session.edit(noise, PROMPT, references=[noise] * 3)
    assert [opened(file.data).tobytes() for file in emulator.posts[0].files] == [noise.tobytes()] * 4
    assert int(emulator.posts[0].headers["content-length"]) == len(emulator.posts[0].body) > 2**24


# By chat.


def test_by_chat_the_words_come_first_and_then_the_pictures(at):
    emulator, session = at("xty")
    generation = session.edit(OTTER, PROMPT, references=[FOX])
    [post] = emulator.posts
    assert post.path == "/v1/chat/completions"
    [message] = post.json["messages"]
    assert message["role"] == "user"
    assert [part["type"] for part in message["content"]] == ["text", "image_url", "image_url"]
    assert message["content"][0]["text"] == PROMPT
    assert "extra_body" not in post.json
    assert (generation.operation, generation.status) == ("edit", "done")
    assert generation.differences == {}


def test_by_chat_the_picture_keeps_its_size_unless_another_is_asked_for(at):
    emulator, session = at("xty")
    session.edit(OTTER, PROMPT, aspect_ratio="16:9", image_size="2K")
    config = emulator.posts[0].json["extra_body"]["google"]["image_config"]
    assert config == {"aspect_ratio": "16:9", "image_size": "2K"}


def test_a_server_of_ones_own_that_speaks_chat_edits_by_chat(emulate):
    emulator = emulate("plain-chat")
    session = Session("own", base_url=emulator.base_url, dialect="chat", model="any")
    assert session.edit(OTTER, PROMPT).status == "done"
    url = emulator.posts[0].json["messages"][0]["content"][1]["image_url"]["url"]
    assert url.startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    "words", ['say "hi"', "a\nb", "{}%s", "data:image/png;base64,AAAA", "\\u0000", "小猫 🐈"]
)
def test_by_chat_any_words_arrive_beside_the_picture(at, words):
    emulator, session = at("xty")
    session.edit(OTTER, words)
    assert emulator.posts[0].json["messages"][0]["content"][0]["text"] == words


def test_references_may_be_none_and_are_otherwise_a_list():
    session = Session("refs", gateway="sketch")
    assert session.submit("a fox", references=None, size="256x256").wait(30).inputs == ()
    with pytest.raises(InputError, match="references is a list"):
        session.submit("a fox", references=5)


# Who offers what.


@pytest.mark.parametrize(
    ("profile", "call", "kind", "says"),
    [
        (
            "serevix",
            {"operation": "edit"},
            OperationError,
            "Serevix does not offer edits.*rivus with gpt-im",
        ),
        (
            "xiexus",
            {"operation": "edit"},
            OperationError,
            "Xiexus does not offer edits.*rivus with gpt-im",
        ),
        ("serevix", {"operation": "vary"}, OperationError, "variations.*rivus with gpt-image-1"),
        ("xty", {"operation": "vary"}, OperationError, "variations.*rivus with gpt-image-1"),
        ("openai", {"operation": "vary"}, OperationError, "variations.*rivus with gpt-image-1"),
        ("rivus", {"operation": "edit"}, OperationError, "gemini-3-pro.*rivus with gpt-image-1"),
        ("rivus", {"operation": "vary"}, OperationError, "gemini-3-pro.*rivus with gpt-image-1"),
        (
            "openai",
            {"model": "dall-e-3", "operation": "edit"},
            OperationError,
            "dall-e-3.*openai with gpt-image-1.5",
        ),
        (
            "xty",
            {"operation": "edit", "mask": CORNER},
            InputError,
            "no mask.*gateway=.* with gpt-image-1",
        ),
        (
            "openai",
            {"operation": "edit", "references": [FOX] * 16},
            InputError,
            "at most 16.*17 were given",
        ),
        (
            "openai",
            {"model": "dall-e-2", "operation": "edit", "references": [FOX]},
            InputError,
            "at most 1 picture;",
        ),
        (
            "openai",
            {"model": "gpt-image-1", "operation": "edit", "moderation": "low"},
            ParameterError,
            "moderation",
        ),
        ("openai", {"model": "gpt-image-1", "operation": "edit", "size": "7x7"}, ParameterError, "1024x1024"),
        ("openai", {"operation": "edit", "prompt": ""}, PromptError, "empty"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_not_offered_is_refused_for_nothing_and_names_who_can(at, profile, call, kind, says):
    emulator, session = at(profile)
    with pytest.raises(kind, match=says):
        session.submit(**{"prompt": PROMPT, "image": OTTER, **call})
    assert emulator.posts == []
    assert list((session.folder / "inputs").iterdir()) == []


def test_a_chat_of_ones_own_takes_no_mask(emulate):
    session = Session("own", base_url=emulate("plain-chat").base_url, dialect="chat", model="any")
    with pytest.raises(InputError, match="no mask"):
        session.edit(OTTER, PROMPT, mask=CORNER)


def test_a_server_of_ones_own_may_try_everything(at):
    emulator, session = at("plain")
    session.edit(OTTER, PROMPT, references=[FOX] * 15, mask=CORNER, input_fidelity="high")
    session.vary(OTTER)
    assert [post.path for post in emulator.posts] == ["/v1/images/edits", "/v1/images/variations"]
    assert len(emulator.posts[0].files) == 17


def test_what_a_server_of_ones_own_does_not_do_is_its_own_to_say(at):
    emulator, session = at("newapi", model="gpt-image-1")
    with pytest.raises(GatewayError, match="not implemented"):
        session.vary(OTTER)
    assert len(emulator.posts) == 1


# The history.


def test_an_edit_knows_the_pictures_that_it_was_made_from(at):
    _, session = at("plain")
    first, second = session.generate("an otter"), session.generate("a fox")
    generation = session.edit(
        first.pictures[0], PROMPT, references=[second.pictures[0], HAT, first.pictures[0]]
    )
    assert generation.parents == (first.pictures[0].id, second.pictures[0].id)
    assert [each.role for each in generation.record.request.inputs] == ["image"] + ["reference"] * 3
    assert session.edit(HAT, PROMPT).parents == ()


def test_an_edit_of_an_edit_names_the_edit(at):
    _, session = at("plain")
    first = session.edit(OTTER, PROMPT)
    assert session.edit(first.pictures[0], "and a hat").parents == (first.pictures[0].id,)


def test_a_later_kernel_finds_what_an_edit_was_made_from(at):
    _, session = at("plain")
    made = session.edit(OTTER, PROMPT, mask=CORNER)
    session._desk.history._live.clear()
    found = session.history[made.id]
    assert (found.operation, found.parents, found.record) == ("edit", (), made.record)
    assert found.inputs[0].read_bytes() == OTTER


# Without waiting.


async def test_agenerate_and_submit_take_an_operation_with_the_same_arguments(at):
    emulator, session = at("plain")
    edit = {"operation": "edit", "image": OTTER, "mask": CORNER, "references": [FOX]}
    awaited = await session.agenerate(PROMPT, **edit)
    submitted = await session.submit(PROMPT, **edit)
    blocking = session.edit(OTTER, PROMPT, mask=CORNER, references=[FOX])
    varied = await session.agenerate(operation="vary", image=OTTER, n=2)
    assert awaited.record.request == submitted.record.request == blocking.record.request
    assert (varied.operation, varied.record.request.n) == ("vary", 2)
    assert len({(post.path, tuple(post.form)) for post in emulator.posts[:3]}) == 1


async def test_agenerate_raises_what_edit_raises(at):
    _, session = at("serevix")
    with pytest.raises(OperationError):
        await session.agenerate(PROMPT, operation="edit", image=OTTER)


def test_an_edit_may_be_streamed(at):
    emulator, session = at("openai", model="gpt-image-1")
    kinds = [each.kind for each in session.stream(PROMPT, operation="edit", image=OTTER)]
    assert kinds == ["partial", "partial", "done"]
    assert emulator.posts[0].form["stream"] == "true"


def test_a_sketch_may_be_edited_and_varied():
    session = Session("sketches", gateway="sketch")
    first = session.generate("an otter", size="256x256").pictures[0]
    edited = session.edit(first, PROMPT, mask=np.tri(256), size="256x256")
    varied = session.vary(first, n=2, size="256x256")
    assert (edited.parents, varied.parents) == ((first.id,), (first.id,))
    assert len({each.sha256 for each in session.pictures}) == 4


def as_pil(picture, _):
    return picture.image.rotate(90)


def as_bytes(picture, _):
    return picture.bytes


def as_path(picture, _):
    return picture.path


def as_saved(picture, folder):
    return picture.save(folder / "copy.png")


@pytest.mark.parametrize("given", [as_pil, as_bytes, as_path, as_saved])
def test_an_edit_knows_its_parent_however_the_picture_is_handed_over(given, tmp_path):
    session = Session("otters", gateway="sketch")
    [picture] = session.generate("an otter", size="256x256").pictures
    edited = session.edit(given(picture, tmp_path), "add a hat")
    assert edited.parents == (picture.id,)
    assert picture.children == tuple(each.id for each in edited.pictures)
