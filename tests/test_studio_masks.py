"""Masks: painted on the page or set from Python, sent with an edit, and what the edit did beyond them."""

from __future__ import annotations

import base64
import io
from threading import Event

import numpy as np
import pytest
from PIL import Image

from nbimagegen import ImageStudio, Session, errors, pixels
from nbimagegen.history import mask as masks
from tests.emulator import Answer, answer, paint
from tests.pretend_page import PATIENCE, SMALL, press

OTTER, FOX = paint((96, 64), 1), paint((60, 80), 2)
CORNER = np.zeros((64, 96), bool)
CORNER[:32, :48] = True


pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def studio() -> ImageStudio:
    """A studio in which a picture is being changed."""
    studio = ImageStudio("otters", gateway="sketch")
    studio.source = OTTER
    return studio


@pytest.fixture
def remote(emulator) -> ImageStudio:
    """The same, at the emulated gateway."""
    studio = ImageStudio("otters", base_url=emulator.base_url, model="any")
    studio.source = OTTER
    return studio


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def of(array: np.ndarray) -> bytes:
    return saved(Image.fromarray(array))


def png(change: np.ndarray, mode: str = "L") -> bytes:
    """Return a mask as a page paints it."""
    return saved(Image.fromarray(change.astype(np.uint8) * 255).convert(mode))


def painted(studio: ImageStudio, data: bytes, source: str = "", name: str = "1") -> None:
    """Send what was painted, in two parts, as the page does."""
    half = len(data) // 2
    for part, each in enumerate((data[:half], data[half:])):
        message = {"kind": "paint", "source": source or studio.source.id, "upload": name, "parts": 2}
        studio.comm.says({**message, "part": part, "click": f"{name}-{part}"}, each)


# From both sides.


@pytest.mark.parametrize("mode", ["L", "1"])
def test_what_is_painted_is_a_plane_of_booleans_at_the_pictures_size(studio, mode):
    painted(studio, png(CORNER, mode))
    studio.comm.wait_until(lambda: studio.mask is not None)
    assert (studio.mask.dtype, studio.mask.shape) == (bool, (64, 96))
    assert (studio.mask == CORNER).all()
    assert studio._mask == {"source": studio.source.id, "revision": "1", "share": 0.25}


@pytest.mark.parametrize(
    "given",
    [CORNER, CORNER.astype(np.uint8), CORNER.astype(np.uint8) * 255, Image.fromarray(CORNER)],
    ids=["booleans", "ones", "bytes", "PIL"],
)
def test_python_sets_it_and_the_page_pulls_it(studio, given):
    studio.mask = given
    assert (studio.mask == CORNER).all()
    studio.comm.says({"kind": "mask"})
    [told] = studio.comm.wait_for("mask")
    assert (told["source"], told["revision"]) == (studio.source.id, studio._mask["revision"])
    image = Image.open(io.BytesIO(*told["buffers"]))
    assert (image.mode, (np.asarray(image.convert("L")) == CORNER * 255).all()) == ("1", True)


def test_it_can_be_observed_and_is_never_sent_as_a_trait(studio):
    seen = []
    studio.observe(lambda change: seen.append(change["new"]), "mask")
    studio.mask = CORNER
    studio.mask = None
    painted(studio, png(CORNER))
    studio.comm.wait_until(lambda: len(seen) == 3)
    assert [each is None for each in seen] == [False, True, False]
    assert not [each for each in studio.comm.updates() if "mask" in each]


def test_it_is_replaced_and_not_written_to(studio):
    studio.mask = CORNER
    with pytest.raises(ValueError, match="read-only"):
        studio.mask[0, 0] = False


@pytest.mark.parametrize(
    ("given", "sentence"),
    [(np.zeros((64, 95), bool), "95x64"), (np.zeros((64, 96, 3, 2)), "shape"), ("no mask", "no picture")],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(studio, given, sentence):
    studio.mask = CORNER
    with pytest.raises(errors.InputError, match=sentence):
        studio.mask = given
    assert (studio.mask == CORNER).all()


def test_without_a_picture_there_is_no_mask(studio):
    studio.source = None
    with pytest.raises(errors.InputError, match=r"studio\.source"):
        studio.mask = CORNER
    assert (studio.mask, studio._mask) == (None, {})


def test_it_belongs_to_its_picture_and_comes_back_with_it(studio):
    studio.mask = CORNER
    otter, told = studio.source, studio._mask
    studio.source = FOX
    assert (studio.mask, studio._mask) == (None, {})
    painted(studio, png(~CORNER), otter.id)
    studio.comm.says({"kind": "unpaint", "click": "of the fox"})
    studio.comm.wait_until(lambda: studio._masks.of(otter.id).revision == "1")
    studio.comm.sets(source=otter.id)
    assert (studio.mask == ~CORNER).all()
    assert studio._mask == {**told, "revision": "1", "share": 0.75}


def test_the_page_takes_it_away(studio):
    studio.mask = CORNER
    studio.comm.says({"kind": "unpaint", "click": "1"})
    assert len(studio.comm.wait_for("acknowledged")) == 1
    assert (studio.mask, studio._mask) == (None, {})
    studio.comm.says({"kind": "mask"})
    studio.comm.says({"kind": "thumbnails", "ids": [studio.source.id]})
    studio.comm.wait_for("thumbnail")
    assert studio.comm.heard("mask") == []


def test_taken_away_while_it_is_still_read_it_does_not_come_back(studio, monkeypatch):
    dried = Event()
    read = masks.pixels.painted
    monkeypatch.setattr(masks.pixels, "painted", lambda *given: dried.wait(PATIENCE) and read(*given))
    otter = studio.source
    painted(studio, png(CORNER))
    studio.comm.says({"kind": "unpaint", "click": "behind it"})
    studio.source = FOX
    dried.set()
    studio.comm.wait_until(
        lambda: "behind it" in {each["click"] for each in studio.comm.heard("acknowledged")}
    )
    studio.source = otter
    assert studio.mask is None


def test_one_that_allows_nothing_is_another_thing_than_none(studio):
    painted(studio, png(CORNER & ~CORNER))
    studio.comm.wait_until(lambda: studio.mask is not None)
    assert (studio.mask.any(), studio._mask["share"]) == (False, 0)


HOSTILE = {
    "of another size": png(CORNER[:-1]),
    "no picture": b"not a picture at all",
    "a photograph": saved(Image.new("L", (96, 64)), "JPEG"),
    "cut off": png(np.random.default_rng(0).random((64, 96)) > 0.5)[:200],
    "a bomb": saved(Image.new("1", (9000, 9000))),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_mask_is_said_and_changes_nothing(studio, data):
    studio.mask = CORNER
    painted(studio, data)
    studio.comm.wait_until(lambda: studio._notices)
    assert "96x64" in studio._notices[-1]["message"]
    assert (studio.mask == CORNER).all()


def test_one_of_no_picture_is_said(studio):
    painted(studio, png(CORNER), "u-0123")
    studio.comm.wait_until(lambda: studio._notices)
    assert "no picture" in studio._notices[-1]["message"]


# Sent with an edit.


def sent(emulator) -> np.ndarray:
    """Return where the mask that was sent lets the picture change."""
    [data] = [each.data for each in emulator.posts[-1].files if each.name == "mask"]
    return np.asarray(Image.open(io.BytesIO(data)))[..., 3] == 0


def edit(studio: ImageStudio, **fields: object) -> dict:
    asked = {"gateway": "custom", "model": "any", "parameters": {}, "operation": "edit"}
    return press(**{**asked, "source": studio.source.id, "mask": True, **fields})


def test_a_press_and_a_call_send_the_same_mask(remote, emulator):
    remote.mask = CORNER
    remote.generate("add a hat")
    assert (sent(emulator) == CORNER).all()
    remote.comm.says(edit(remote))
    remote.comm.wait_until(lambda: len(emulator.posts) == 2)
    assert (sent(emulator) == CORNER).all()


def test_a_press_right_behind_the_brush_waits_for_the_mask(remote, emulator, monkeypatch):
    dried = Event()
    read = masks.pixels.painted
    monkeypatch.setattr(masks.pixels, "painted", lambda *given: dried.wait(PATIENCE) and read(*given))
    painted(remote, png(CORNER))
    remote.comm.says(edit(remote))
    assert emulator.posts == []
    dried.set()
    remote.comm.wait_until(lambda: emulator.posts)
    assert (sent(emulator) == CORNER).all()


@pytest.mark.parametrize(
    ("mask", "sentence"), [(None, "not there any more"), (np.zeros((64, 96), bool), "selects nothing")]
)
def test_a_press_whose_mask_is_gone_or_empty_is_refused(remote, emulator, mask, sentence):
    remote.mask = mask
    remote.comm.says(edit(remote))
    assert sentence in remote.comm.wait_for("refused")[0]["message"]
    assert emulator.posts == []


def test_a_call_for_another_picture_does_not_take_it(remote, emulator):
    remote.mask = CORNER
    remote.edit(FOX, "add a hat")
    assert [each.name for each in emulator.posts[-1].files] == ["image"]


# What the edit did beyond it.


def picture_of(data: bytes) -> Answer:
    """Return the answer that brings this picture."""
    return answer(content={"data": [{"b64_json": base64.b64encode(data).decode()}]}, billed=1)


def with_dots(data: bytes, dots: int) -> bytes:
    """Return a picture of which so many pixels, from the last row on, are others."""
    array = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).copy()
    flat = array.reshape(-1, 3)
    flat[len(flat) - dots :] ^= 0x80
    array[:32, :48] = 7
    return of(array)


OUTSIDE = int((~CORNER).sum())


@pytest.mark.parametrize("dots", [0, 1, 96, OUTSIDE])
def test_how_much_changed_outside_is_measured_to_the_pixel(remote, emulator, dots):
    emulator.next(picture_of(with_dots(OTTER, min(dots, 96 * 32))))
    remote.mask = CORNER
    picture = remote.generate("add a hat").pictures[0]
    assert picture.changed_outside == pytest.approx(min(dots, 96 * 32) / OUTSIDE)
    remote.comm.says({"kind": "details", "id": picture.id})
    assert remote.comm.wait_for("details")[0]["details"]["changed_outside"] == picture.changed_outside


def as_jpeg(data: bytes, size: tuple[int, int]) -> bytes:
    image = Image.open(io.BytesIO(data)).convert("RGB").resize(size)
    return saved(image, "JPEG", quality=95)


@pytest.mark.parametrize("size", [(256, 256), (512, 512), (200, 200)])
def test_encoding_anew_and_another_size_are_no_change(size):
    smooth = np.linspace(0, 255, 256, dtype=np.uint8)
    picture = np.stack(
        [np.tile(smooth, (256, 1)), np.tile(smooth[:, None], (1, 256)), np.full((256, 256), 90)], 2
    )
    original = of(picture.astype(np.uint8))
    change = np.zeros((256, 256), bool)
    change[64:128, 64:128] = True
    mask = pixels.mask(change, (256, 256)).data
    assert pixels.changed_outside(original, mask, as_jpeg(original, size)) < 0.01


def test_another_shape_cannot_be_compared(remote, emulator):
    emulator.next(picture_of(FOX))
    remote.mask = CORNER
    picture = remote.generate("add a hat").pictures[0]
    assert picture.changed_outside is None
    with pytest.raises(errors.InputError, match="another shape"):
        picture.keep_outside()


def test_without_a_mask_nothing_is_measured(studio):
    picture = studio.generate("add a hat", **SMALL).pictures[0]
    assert picture.changed_outside is None
    with pytest.raises(errors.InputError, match="without a mask"):
        picture.keep_outside()


@pytest.fixture
def edited(remote, emulator):
    """An edit that changed more than it was to."""
    emulator.next(picture_of(with_dots(OTTER, 300)))
    remote.mask = CORNER
    return remote.generate("add a hat").pictures[0]


def test_the_original_is_put_back_outside_to_the_pixel_as_a_new_picture(edited, remote, emulator):
    kept = edited.keep_outside()
    before, after, whole = (
        np.asarray(Image.open(io.BytesIO(each))) for each in (OTTER, edited.bytes, kept.bytes)
    )
    assert (whole[~CORNER] == before[~CORNER]).all()
    assert (whole[:30, :46] == after[:30, :46]).all()
    assert (whole[:32, :48] != before[:32, :48]).any()
    assert (kept.format, kept.changed_outside, kept.generation.cost) == ("png", 0, 0)
    assert (kept.parents, kept.generation.operation) == ((edited.id,), "composite")
    assert (len(emulator.posts), len(remote.pictures)) == (1, 2)


def test_asked_twice_it_is_the_same_picture(edited, remote):
    assert edited.keep_outside() == edited.keep_outside()
    assert (
        Session("otters", gateway="sketch").history.picture(edited.id).keep_outside() == remote.pictures[-1]
    )


def test_one_in_the_trash_is_made_anew(edited):
    first = edited.keep_outside()
    first.delete()
    assert edited.keep_outside() != first


def test_it_knows_both_of_its_parents(remote, emulator):
    remote.source = original = remote.generate("an otter", operation="generate").pictures[0]
    emulator.next(picture_of(original.bytes))
    remote.mask = np.ones((original.height, original.width), bool)
    edited = remote.generate("add a hat").pictures[0]
    assert edited.keep_outside().parents == (edited.id, original.id)


def arrived(studio: ImageStudio) -> list[dict]:
    return studio.comm.heard("arrived")


def test_a_press_puts_it_back_once_and_shows_it(edited, remote):
    remote.comm.says({"kind": "hello"})
    for _ in range(2):
        remote.comm.says({"kind": "keep", "click": "1", "id": edited.id})
    [shown] = remote.comm.wait_for("show")
    assert (shown["id"], len(remote.pictures)) == (remote.pictures[-1].id, 2)
    remote.comm.wait_until(
        lambda: any(each["id"] == shown["id"] for told in arrived(remote) for each in told["pictures"])
    )


def test_it_cannot_be_asked_for_again_or_tried_again(edited):
    made = edited.keep_outside().generation
    with pytest.raises(errors.RequestError, match="Nothing of this generation failed"):
        made.retry()
    with pytest.raises(errors.RequestError):
        made.again()


def test_its_code_puts_it_back_too(edited):
    kept = edited.keep_outside()
    found: dict = {}
    exec(kept.to_code(), found)  # noqa: S102 - our own
    assert found["picture"] == kept


def test_a_later_kernel_reads_it_as_it_was(edited):
    kept = edited.keep_outside()
    found = Session("otters", gateway="sketch").history.find(operation="composite")
    assert [each.id for each in found] == [kept.id]


def test_what_it_was_made_from_may_be_gone(edited):
    for each in edited.generation.inputs:
        each.unlink()
    assert edited.changed_outside is None
    with pytest.raises(errors.InputError, match="no longer"):
        edited.keep_outside()


def test_what_cannot_be_seen_is_no_change():
    seen = np.zeros((8, 8, 4), np.uint8)
    other = seen.copy()
    other[..., 0] = 200
    mask = pixels.mask(np.eye(8, dtype=bool), (8, 8)).data
    assert pixels.changed_outside(of(seen), mask, of(other)) == 0
    assert pixels.changed_outside(of(seen), mask, of(other | 0xFF)) == 1
