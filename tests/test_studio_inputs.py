"""What pictures are made from in the studio: uploads, references, the picture to change; from both sides."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.history import Picture, Reference
from nbimagegen.studio.messages import MAX_PART
from tests.emulator import paint
from tests.pretend_page import SMALL, press, settle

OTTER, FOX = paint((96, 64), 1), paint((60, 80), 2)


pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def studio() -> ImageStudio:
    return ImageStudio("otters", gateway="sketch")


@pytest.fixture
def picture(studio) -> Picture:
    return studio.generate("an otter", **SMALL).pictures[0]


@pytest.fixture
def remote(emulate):
    """A studio with an emulated gateway of this profile, and its model."""

    def start(profile: str, model: str):
        emulator = emulate(profile)
        options = {"base_url": emulator.base_url, "api_key": "sk-canary-0123456789", "model": model}
        return emulator, ImageStudio("otters", gateway=profile, **options)

    return start


def uploaded(studio: ImageStudio, data: bytes, name: str = "1", size: int = MAX_PART) -> dict:
    """Send a file in parts as the page does, and return what it was answered."""
    known = len(studio.comm.heard("uploaded"))
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    for part, each in enumerate(parts):
        message = {"kind": "upload", "upload": name, "part": part, "parts": len(parts)}
        studio.comm.says({**message, "click": f"{name}-{part}"}, each)
    return studio.comm.wait_for("uploaded", known + 1)[-1]


def as_jpeg(data: bytes, orientation: int) -> bytes:
    """Return a photograph as a camera that was held askew writes it."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.open(io.BytesIO(data)).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


# Uploads.


def test_a_file_that_is_uploaded_in_parts_can_be_started_from(studio):
    told = uploaded(studio, OTTER, size=100)
    assert (told["width"], told["height"], told["message"]) == (96, 64, "")
    studio.comm.sets(references=[told["id"]])
    [reference] = studio.references
    assert isinstance(reference, Reference)
    assert (reference.id, reference.bytes) == (told["id"], OTTER)
    assert reference.path.parent == studio.session.folder / "inputs"


def test_the_same_file_twice_is_one(studio):
    assert uploaded(studio, OTTER, "1")["id"] == uploaded(studio, OTTER, "2")["id"]


def test_what_was_uploaded_is_served_as_any_picture_is(studio):
    known = uploaded(studio, OTTER)["id"]
    for kind in ("original", "details", "file"):
        studio.comm.says({"kind": kind, "id": known})
    studio.comm.says({"kind": "thumbnails", "ids": [known]})
    assert studio.comm.wait_for("original")[0]["buffers"] == [OTTER]
    assert studio.comm.wait_for("file")[0]["buffers"] == [OTTER]
    assert studio.comm.wait_for("details")[0]["details"]["got"] == "96x64"
    [thumbnail] = studio.comm.wait_for("thumbnail")
    assert (thumbnail["id"], Image.open(io.BytesIO(*thumbnail["buffers"])).size) == (known, (96, 64))


def test_a_photograph_is_kept_upright_as_the_page_shows_it(studio):
    told = uploaded(studio, as_jpeg(OTTER, orientation=6))
    assert (told["width"], told["height"]) == (64, 96)
    studio.references = [told["id"]]
    assert (studio.references[0].format, studio.references[0].image.size) == ("jpeg", (64, 96))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"no picture at all", "cannot be read"), (OTTER[:60], "cannot be read"), (b"<svg></svg>", "PNG")],
)
def test_what_is_no_picture_is_refused_with_a_sentence(studio, data, sentence):
    told = uploaded(studio, data)
    assert (told["id"], sentence in told["message"]) == ("", True)
    assert not list((studio.session.folder / "inputs").iterdir())


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(studio):
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert "pixels" in uploaded(studio, out.getvalue())["message"]


def test_what_became_of_an_upload_is_told_again_to_a_page_that_did_not_hear_it(studio):
    told = uploaded(studio, OTTER)
    for upload in ("1", "one that never was"):
        studio.comm.says({"kind": "brought", "upload": upload})
    assert studio.comm.heard("uploaded") == [told, told]


def test_a_part_that_is_sent_again_is_taken_once_and_answered_twice(studio):
    message = {"kind": "upload", "click": "a", "upload": "1", "part": 0, "parts": 1}
    for _ in range(2):
        assert studio.comm.asks(message, OTTER)["kind"] == "acknowledged"
    assert studio.comm.wait_for("uploaded")[0]["message"] == ""


def test_a_part_out_of_turn_is_refused(studio):
    message = {"kind": "upload", "upload": "1", "part": 1, "parts": 2}
    studio.comm.says({**message, "click": "1"}, b"late")
    assert "lost" in studio.comm.heard("refused")[0]["message"]


# References and the picture to change, from both sides.


@pytest.mark.parametrize(
    "given",
    [
        lambda _: OTTER,
        lambda _: Image.open(io.BytesIO(OTTER)),
        lambda _: np.zeros((64, 96, 3), np.uint8),
        lambda folder: (folder / "otter.png", (folder / "otter.png").write_bytes(OTTER))[0],
        lambda folder: (str(folder / "otter.png"), (folder / "otter.png").write_bytes(OTTER))[0],
    ],
    ids=["bytes", "PIL", "NumPy", "a path", "a path as text"],
)
def test_python_sets_whatever_is_a_picture_and_reads_back_a_handle(studio, tmp_path, given):
    studio.references = [given(tmp_path)]
    [reference] = studio.references
    assert (reference.width, reference.height, reference.array.shape) == (96, 64, (64, 96, 3))
    assert np.asarray(reference).shape == (64, 96, 3)
    assert studio.comm.updates()[-1]["references"] == (reference.id,)


def test_pictures_of_the_strip_stay_what_they_are(studio, picture):
    studio.references = [picture, OTTER, picture.id]
    first, second = studio.references
    assert first == picture
    assert isinstance(second, Reference)


def test_each_side_sees_what_the_other_set(studio, picture):
    seen = []
    studio.observe(lambda change: seen.append(change["new"]), ["source", "references"])
    studio.source = picture
    studio.comm.sets(source="", references=[picture.id])
    studio.source = OTTER
    studio.source = None
    assert seen[:3] == [picture, None, (picture,)]
    assert (isinstance(seen[3], Reference), seen[4]) == (True, None)
    assert [each["source"] for each in studio.comm.updates() if "source" in each] == [
        picture.id,
        seen[3].id,
        "",
    ]


def test_what_the_page_set_is_not_sent_back_to_it(studio, picture):
    studio.comm.sets(source=picture.id, references=[picture.id])
    assert not [each for each in studio.comm.updates() if {"source", "references"} & set(each)]


@pytest.mark.parametrize(
    "given",
    ["/etc/hostname", "u-0123456789abcdef", "https://example.org/otter.png", "nothing", 7, None, ["x"]],
)
def test_the_page_may_name_only_what_there_is(studio, given):
    studio.comm.sets(source=given, references=[given])
    assert (studio.source, studio.references) == (None, ())
    state = {name: value for each in studio.comm.updates() for name, value in each.items()}
    assert (state["source"], state["references"]) == ("", ())


def test_too_many_references_are_refused(studio):
    with pytest.raises(errors.ParameterError, match="17 references"):
        studio.references = [np.full((8, 8), number, np.uint8) for number in range(17)]


@pytest.mark.parametrize("given", [b"no picture", "no-such-file.png", object()])
def test_what_is_no_picture_leaves_things_as_they_are(studio, picture, given):
    studio.source = picture
    with pytest.raises(errors.InputError):
        studio.source = given
    assert studio.source == picture


def test_two_studios_of_a_session_know_each_others_uploads(studio):
    known = uploaded(studio, OTTER)["id"]
    other = ImageStudio("otters", gateway="sketch")
    other.comm.sets(source=known)
    assert other.source.bytes == OTTER


# What is made from them.


def sent(emulator) -> tuple[str, list[tuple[str, bytes]]]:
    post = emulator.posts[-1]
    return post.path, [(each.name, each.data) for each in post.files]


def test_generate_equals_the_button_where_there_is_a_picture_to_change(remote):
    emulator, studio = remote("openai", "gpt-image-1")
    studio.prompt, studio.source, studio.references = "add a hat", OTTER, [FOX]
    studio.generate()
    by_call = sent(emulator)
    fields = {"operation": "edit", "source": studio.source.id, "references": [studio.references[0].id]}
    studio.comm.says(
        press(gateway="openai", model="gpt-image-1", prompt="add a hat", parameters={}, **fields)
    )
    studio.comm.wait_for("acknowledged")
    studio.comm.wait_until(lambda: len(emulator.posts) == 2)
    assert by_call == sent(emulator) == ("/v1/images/edits", [("image[]", OTTER), ("image[]", FOX)])


def test_with_references_alone_the_first_is_changed(remote):
    emulator, studio = remote("openai", "gpt-image-1")
    studio.references = [FOX, OTTER]
    studio.generate("put them together")
    assert sent(emulator) == ("/v1/images/edits", [("image[]", FOX), ("image[]", OTTER)])


def test_a_chat_gets_them_as_its_row_wants(remote):
    emulator, studio = remote("xty", "gemini-3.1-flash-image-preview")
    studio.references = [FOX]
    studio.generate("in ink")
    assert emulator.posts[-1].path == "/v1/chat/completions"
    assert [each["type"] for each in emulator.posts[-1].json["messages"][0]["content"]] == [
        "text",
        "image_url",
    ]


def test_words_alone_are_asked_for_by_the_operation(remote):
    emulator, studio = remote("openai", "gpt-image-1")
    studio.source = OTTER
    studio.generate("a fox", operation="generate")
    assert emulator.posts[-1].path == "/v1/images/generations"


def test_a_call_takes_its_own_picture_and_references_before_those_of_the_controls(remote):
    emulator, studio = remote("openai", "gpt-image-1")
    studio.source, studio.references = OTTER, [FOX]
    studio.edit(FOX, "add a hat", references=())
    assert sent(emulator)[1] == [("image", FOX)]
    studio.edit(FOX, "add a hat")
    assert sent(emulator)[1] == [("image[]", FOX), ("image[]", FOX)]


def test_what_only_another_operation_takes_is_left_out(remote):
    emulator, studio = remote("openai", "gpt-image-1")
    studio.parameters = {"quality": "low", "moderation": "low", "input_fidelity": "high"}
    studio.generate("a fox")
    assert emulator.posts[-1].json.keys() & studio.parameters == {"quality", "moderation"}
    studio.source = OTTER
    studio.generate("a fox")
    assert emulator.posts[-1].form.keys() & studio.parameters == {"quality", "input_fidelity"}


def test_where_edits_are_not_offered_nothing_is_sent_and_everything_stays(remote):
    emulator, studio = remote("serevix", "gpt-image-1")
    studio.source, studio.prompt = OTTER, "add a hat"
    with pytest.raises(errors.OperationError, match="rivus"):
        studio.generate()
    studio.comm.says(
        press(
            gateway="serevix", model="gpt-image-1", parameters={}, operation="edit", source=studio.source.id
        )
    )
    assert "edits" in studio.comm.wait_for("refused")[0]["message"]
    assert (emulator.posts, studio.prompt, studio.source.bytes) == ([], "add a hat", OTTER)


def test_the_estimate_is_that_of_the_operation(remote):
    _, studio = remote("openai", "gpt-image-1")
    studio.parameters = {"size": "1024x1024", "quality": "low"}
    assert studio._estimate["usd"] == pytest.approx(0.011)
    studio.source = OTTER
    assert "usd" not in studio._estimate  # the price list knows no edits


def test_a_click_that_names_what_is_gone_is_refused(studio):
    studio.comm.says(press(operation="edit", source="u-0123"))
    studio.comm.says(press("2", operation="edit"))
    told = [each["message"] for each in studio.comm.wait_for("refused", 2)]
    assert ("no picture 'u-0123'" in told[0], "takes a picture" in told[1]) == (True, True)
    settle()
    assert len(studio.history) == 0


def test_a_reference_serves_a_session_too(studio):
    studio.references = [OTTER]
    made = Session("otters", gateway="sketch").edit(studio.references[0], "in ink", latency=0)
    assert made.record.request.inputs[0].sha256 == studio.references[0].record.sha256


def test_a_reference_shows_itself_in_a_cell(studio):
    studio.source = OTTER
    assert set(studio.source._repr_mimebundle_()) == {"text/plain", "image/jpeg"}
    assert "96x64" in repr(studio.source)


def test_an_array_that_came_of_a_picture_keeps_its_bytes_as_they_are_sent(studio):
    pixels = np.arange(64 * 96 * 3, dtype=np.uint8).reshape(64, 96, 3)
    studio.references = [pixels]
    studio.generate("in ink", latency=0)
    assert studio.history[-1].record.request.inputs[0].sha256 == studio.references[0].record.sha256
    assert (studio.references[0].array == pixels).all()


def test_a_part_of_the_pictures_can_be_set_as_it_is(studio):
    made = [studio.generate("an otter", **SMALL).pictures[0] for _ in range(3)]
    studio.references = studio.pictures[1:]
    studio.selected = studio.history.find("otter")[:2]
    assert studio.references == tuple(made[1:])
    assert len(studio.selected) == 2
    with pytest.raises(TraitError):
        studio.selected = made[0].id
