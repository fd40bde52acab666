"""Many pictures on one sheet, with words under each."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from nbimagegen.pixels import contact_sheet
from nbimagegen.pixels.contact_sheet import MOST


def a_picture(colour="red", size=(64, 48), form="PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


def sheet(pictures, captions=None) -> Image.Image:
    made = Image.open(io.BytesIO(contact_sheet(pictures, captions or [""] * len(pictures))))
    assert made.format == "PNG"
    made.load()
    return made


@pytest.mark.parametrize("count", [0, 1, 2, 5, 25, 101, 401])
def test_every_picture_is_on_the_sheet(count):
    made = sheet([a_picture(size=(300, 300))] * count)
    assert (made.getpixel((12 + 32, 12 + 40)) == (255, 0, 0)) == (count > 0)
    assert made.width * made.height < 40_000_000


def test_a_picture_keeps_its_shape():
    made = sheet([a_picture(size=(200, 100))])
    middle = 12 + 128
    assert made.getpixel((middle, middle)) == (255, 0, 0)
    assert made.getpixel((middle, 12 + 20)) == (255, 255, 255)


def test_words_stand_under_the_pictures():
    plain, written = sheet([a_picture()]), sheet([a_picture()], ["an otter\ngpt-image-1"])
    assert plain.size == written.size
    assert plain.tobytes() != written.tobytes()


CAPTIONS = ["橙色小猫", "قطة", "x" * 100_000, "a\0b\x1b[31m", "\u202eotter", "\ud83d", "a\nb\nc\nd", "🦦"]


@pytest.mark.parametrize("caption", CAPTIONS, ids=ascii)
def test_any_words_fit(caption):
    assert sheet([a_picture()], [caption]).size == sheet([a_picture()]).size


def test_a_damaged_picture_leaves_its_place_empty():
    made = sheet([b"no picture", a_picture()])
    assert made.getpixel((12 + 128, 12 + 128)) == (255, 255, 255)


def test_beyond_the_most_the_sheet_says_how_many_more():
    small = a_picture(size=(2, 2))
    assert sheet([small] * (MOST + 5)).height > sheet([small] * MOST).height


def test_a_transparent_picture_lies_on_paper():
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert sheet([out.getvalue()]).getpixel((100, 100)) == (255, 255, 255)
