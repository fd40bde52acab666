"""Whatever a user calls a picture or a mask becomes the same bytes each time, or an error that says why."""

from __future__ import annotations

import hashlib
import io
import stat

import numpy as np
import pytest
from PIL import Image

from nbimagegen import Session, pixels
from nbimagegen.errors import InputError, ParameterError
from nbimagegen.session import inputs
from tests.emulator import answer, page, paint

SIZE = (6, 4)  # width x height
SEE_THROUGH = (0, 0, 0, 0)


def drawn(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a small picture with something in it."""
    ramp = np.linspace(0, 255, size[0] * size[1], dtype=np.uint8).reshape(size[1], size[0])
    return Image.fromarray(np.dstack([ramp, ramp[::-1], ramp[:, ::-1]])).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


# Pictures: bytes, PIL, NumPy.


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_bytes_that_gateways_take_are_sent_as_they_are(kind):
    data = encoded(drawn(), kind)
    found = pixels.picture(data)
    assert found.data is data
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert (found.format, found.width, found.height) == (kind, *SIZE)


def test_a_gif_is_sent_as_a_png_of_its_first_frame():
    frames = [drawn().convert("P"), Image.new("P", SIZE)]
    data = encoded(frames[0], "gif", save_all=True, append_images=frames[1:])
    found = pixels.picture(data)
    assert (found.format, opened(found.data).format) == ("png", "PNG")
    assert opened(found.data).convert("RGB").tobytes() == opened(data).convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("mode", "sent"),
    [
        ("1", "L"), ("L", "L"), ("P", "RGB"), ("RGB", "RGB"), ("RGBA", "RGBA"), ("LA", "LA"), ("PA", "RGBA"),
        ("CMYK", "RGB"), ("YCbCr", "RGB"), ("LAB", "RGB"), ("HSV", "RGB"), ("RGBX", "RGB"), ("RGBa", "RGBA"),
        ("La", "LA"), ("I", "L"), ("F", "L"), ("I;16", "L"),
    ],
)  # fmt: skip
def test_a_pil_image_of_any_mode_is_sent_as_a_png_that_everybody_reads(mode, sent):
    found = pixels.picture(Image.new(mode, SIZE))
    assert opened(found.data).mode == sent
    assert (found.format, found.width, found.height) == ("png", *SIZE)


def test_transparency_is_kept():
    palette = drawn("P")
    palette.info["transparency"] = 0
    for image in (palette, Image.new("RGBA", SIZE, SEE_THROUGH)):
        assert opened(pixels.picture(image).data).mode == "RGBA"


@pytest.mark.parametrize(
    "grey",
    [
        np.array([[0, 0x8000, 0xFFFF]], dtype=np.uint16),
        np.array([[0, 0x8000, 0xFFFF]], dtype=np.int32),
        np.array([[0, 128, 255]], dtype=np.int32),
    ],
    ids=["16 bits", "16 bits in 32", "8 bits in 32"],
)
def test_a_deep_grey_picture_is_made_shallow_and_not_cut_off(grey):
    sent = opened(pixels.picture(Image.fromarray(grey)).data)
    assert np.asarray(sent).ravel().tolist() == [0, 128, 255]


@pytest.mark.parametrize(
    "array",
    [
        np.array([[[0, 128, 255]]], np.uint8),
        np.array([[[0, 128, 255]]], np.int64),
        np.array([[[0, 128 / 255, 1]]], np.float32),
        np.array([[[0, 128 / 255, 1]]], np.float64),
        np.array([[[0, 128, 255]]], np.uint16),
    ],
    ids=lambda each: str(each.dtype),
)
def test_arrays_of_any_usual_type_are_the_same_picture(array):
    assert np.asarray(opened(pixels.picture(array).data)).ravel().tolist() == [0, 128, 255]


@pytest.mark.parametrize(
    ("shape", "mode"),
    [((4, 6), "L"), ((4, 6, 1), "L"), ((4, 6, 3), "RGB"), ((4, 6, 4), "RGBA")],
)
def test_the_shape_of_an_array_says_what_it_is(shape, mode):
    sent = opened(pixels.picture(np.zeros(shape, np.uint8)).data)
    assert (sent.mode, sent.size) == (mode, SIZE)


def test_booleans_are_black_and_white():
    sent = opened(pixels.picture(np.array([[True, False]])).data)
    assert np.asarray(sent).tolist() == [[255, 0]]


@pytest.mark.parametrize(
    "source",
    [
        b"", b"no picture", b"<svg/>", encoded(drawn(), "bmp"), encoded(drawn(), "gif")[:30], None, 7,
        object(),
        np.zeros(3), np.zeros((4, 6, 2)), np.zeros((1, 4, 6, 3)), np.zeros((0, 0)), np.full((2, 2), 256),
        np.full((2, 2), -1), np.full((2, 2), 1.5), np.full((2, 2), np.nan), np.full((2, 2), "a"),
        np.zeros((2, 2), complex), Image.new("RGB", (0, 0)), Image.new("RGB", (0, 4)),
        Image.new("F", SIZE, 300),
        Image.new("1", (8_001, 8_000)),
    ],
    ids=lambda each: repr(each)[:40].partition(" at 0x")[0],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_a_sentence(source):
    with pytest.raises(InputError) as caught:
        pixels.picture(source)
    assert str(caught.value).endswith(".")
    assert " at 0x" not in str(caught.value)


def test_the_same_pixels_are_the_same_input_whoever_holds_them():
    image = drawn()
    same = {pixels.picture(each).sha256 for each in (image, image.copy(), np.asarray(image))}
    other = {
        pixels.picture(each).sha256
        for each in (
            image.convert("L"),
            image.transpose(Image.Transpose.ROTATE_90),
            np.asarray(image).reshape(SIZE[0], SIZE[1], 3),
        )
    }
    assert len(same) == 1
    assert len(other | same) == 4


# Masks.

CHANGE = np.zeros((SIZE[1], SIZE[0]), bool)
CHANGE[1, 2:5] = True


def with_alpha() -> Image.Image:
    image = drawn("RGBA")
    image.putalpha(Image.fromarray(np.where(CHANGE, 0, 255).astype(np.uint8)))
    return image


MASKS = {
    "booleans": CHANGE,
    "uint8": CHANGE.astype(np.uint8),
    "uint8 of 255": CHANGE.astype(np.uint8) * 255,
    "int64": CHANGE.astype(np.int64) * -3,
    "uint16": CHANGE.astype(np.uint16) * 40_000,
    "small floats": CHANGE.astype(np.float32) * 0.001,
    "H x W x 1": CHANGE[..., None],
    "H x W x 4": np.asarray(with_alpha()),
    "grey in three channels": np.dstack([CHANGE.astype(np.uint8) * 255] * 3),
    "PIL 1": Image.fromarray(CHANGE),
    "PIL L": Image.fromarray(CHANGE.astype(np.uint8)),
    "PIL I;16": Image.fromarray(CHANGE.astype(np.uint16)),
    "PIL I": Image.fromarray(CHANGE.astype(np.int32)),
    "PIL F": Image.fromarray(CHANGE.astype(np.float32) / 1_000),
    "PIL P": Image.fromarray(CHANGE.astype(np.uint8) * 255).convert("P"),
    "PIL RGB": Image.fromarray(CHANGE.astype(np.uint8) * 255).convert("RGB"),
    "PIL RGBA": with_alpha(),
    "PIL LA": with_alpha().convert("LA"),
    "png of one channel": encoded(Image.fromarray(CHANGE.astype(np.uint8) * 255), "png"),
    "png of one bit": encoded(Image.fromarray(CHANGE), "png"),
    "png with alpha": encoded(with_alpha(), "png"),
    "lossless webp with alpha": encoded(with_alpha(), "webp", lossless=True, exact=True),
}


@pytest.mark.parametrize("name", MASKS)
def test_a_mask_becomes_a_png_that_is_transparent_where_the_model_may_paint(name):
    found = pixels.mask(MASKS[name], SIZE)
    sent = opened(found.data)
    assert (sent.format, sent.mode, sent.size, found.format) == ("PNG", "RGBA", SIZE, "png")
    assert (np.asarray(sent)[..., 3] == np.where(CHANGE, 0, 255)).all()


def test_masks_that_select_the_same_are_the_same_input():
    assert len({pixels.mask(each, SIZE).sha256 for each in MASKS.values()}) == 1


@pytest.mark.parametrize(
    ("mask", "says"),
    [
        (np.ones((6, 4), bool), "4x6 pixels, the picture 6x4"),
        (drawn("L", (3, 2)), "3x2 pixels, the picture 6x4"),
        (np.zeros((4, 6), bool), "selects nothing"),
        (np.zeros((4, 6, 1)), "selects nothing"),
        (Image.new("RGBA", SIZE, (0, 0, 0, 255)), "selects nothing"),
        (Image.new("RGBA", SIZE, (0, 0, 0, 1)), "selects nothing"),
        (drawn(), "in colour"),
        (np.asarray(drawn()), "in colour"),
        (b"no picture", "cannot be read"),
        ("mask", "no picture"),
        (np.zeros((4, 6, 2)), "shape"),
    ],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_a_mask_that_cannot_be_one_is_refused_and_says_why(mask, says):
    with pytest.raises(InputError, match=says):
        pixels.mask(mask, SIZE)


# Where they come from: a path, a URL, a picture of the history.


@pytest.fixture
def session(emulator) -> Session:
    """A session with a gateway that may try everything."""
    return Session("otters", base_url=emulator.base_url, model="any")


def test_a_picture_may_be_a_path_a_url_bytes_pil_numpy_or_one_of_the_history(session, emulator, tmp_path):
    data = paint((64, 48), 3)
    file = tmp_path / "otter.png"
    file.write_bytes(data)
    url = emulator.publish(data)
    for source in (file, str(file), url, url.replace("http:", "HTTP:"), data, bytearray(data)):
        session.edit(source, "add a balloon")
        assert emulator.posts[-1].file("image").data == data
    for source in (opened(data), np.asarray(opened(data))):
        session.edit(source, "add a balloon")
        sent = opened(emulator.posts[-1].file("image").data)
        assert sent.tobytes() == opened(data).tobytes()
    session.edit(session.pictures[0], "add a balloon")
    assert emulator.posts[-1].file("image").data == session.pictures[0].bytes


def test_a_path_may_begin_at_the_users_home(session, emulator, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "otter.png").write_bytes(paint())
    session.edit("~/otter.png", "add a balloon")
    assert emulator.posts[0].file("image").data == paint()


def test_what_is_sent_is_kept_before_it_is_sent_and_for_its_owner_alone(session, emulator):
    with emulator.hold() as held:
        generation = session.submit("a hat", operation="edit", image=paint(), mask=np.ones((64, 64)))
        held.wait_for(1)
        kept = sorted((session.folder / "inputs").iterdir())
        assert sorted(generation.inputs) == kept
        assert {each.read_bytes() for each in kept} == {file.data for file in emulator.posts[0].files}
        assert {stat.S_IMODE(each.stat().st_mode) for each in kept} == {0o600}
    generation.wait()


def test_the_same_picture_is_kept_once(session):
    for _ in range(2):
        session.edit(paint(), "add a balloon", references=[paint()])
    assert len(list((session.folder / "inputs").iterdir())) == 1


@pytest.mark.parametrize(
    "source",
    [
        "no/such/file.png",
        "",
        "\0",
        ".",
        "~nobody-of-this-name/otter.png",
        "x" * 5_000,
        "data:image/png;base64,",
    ],
    ids=lambda each: each[:20],
)
def test_a_path_that_cannot_be_read_is_refused_and_named(session, emulator, source):
    with pytest.raises(InputError):
        session.edit(source, "add a balloon")
    assert (emulator.posts, len(session.history)) == ([], 0)


@pytest.mark.parametrize(
    "given", [answer(404), answer(500), page(), answer(200, b"no picture"), answer(200)], ids=repr
)
def test_a_url_that_gives_no_picture_is_refused_before_anything_is_paid(session, emulator, given):
    url = emulator.publish_answer(given)
    with pytest.raises(InputError):
        session.edit(url, "add a balloon")
    assert emulator.posts == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/otter.png", "file:///etc/hostname", "//127.0.0.1/x.png"])
def test_an_address_of_another_kind_is_a_path_that_is_not_there(session, url):
    with pytest.raises(InputError, match="cannot be read"):
        session.edit(url, "add a balloon")


def test_a_picture_whose_file_is_gone_is_refused(session):
    picture = session.generate("an otter").pictures[0]
    picture.path.unlink()
    with pytest.raises(InputError, match=picture.id):
        session.edit(picture, "add a balloon")


def test_what_is_over_fifty_mib_is_refused_without_being_read(session, emulator, tmp_path, monkeypatch):
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(inputs.MAX_BYTES)
    with pytest.raises(InputError, match="50 MiB; under 50 can be sent"):
        session.edit(large, "add a balloon")
    monkeypatch.setattr(inputs, "MAX_BYTES", 100)
    for source in (paint(), opened(paint())):
        with pytest.raises(InputError, match="The image has"):
            session.edit(source, "add a balloon")
    assert emulator.posts == []


@pytest.mark.parametrize(
    ("call", "kind", "says"),
    [
        ({"operation": "edit"}, InputError, "takes a picture"),
        ({"operation": "vary"}, InputError, "takes a picture"),
        ({"image": paint()}, InputError, r"edit\(\)"),
        ({"mask": paint()}, InputError, r"edit\(\)"),
        ({"references": [paint()]}, InputError, r"edit\(\)"),
        ({"operation": "edit", "image": paint(), "references": paint()}, InputError, "list of pictures"),
        ({"operation": "edit", "image": paint(), "references": "a.png"}, InputError, "list of pictures"),
        ({"operation": "edit", "image": paint(), "references": drawn()}, InputError, "list of pictures"),
        ({"operation": "vary", "image": paint(), "mask": paint()}, InputError, "one picture alone"),
        ({"operation": "vary", "image": paint(), "references": [paint()]}, InputError, "one picture alone"),
        ({"operation": "inpaint", "image": paint()}, ParameterError, "generate, edit, vary"),
    ],
    ids=lambda each: str(each)[:60],
)
def test_a_call_that_makes_no_sense_is_refused_before_anything_is_paid(session, emulator, call, kind, says):
    with pytest.raises(kind, match=says):
        session.submit("an otter", **call)
    assert (emulator.posts, len(session.history)) == ([], 0)
