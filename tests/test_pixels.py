"""Picture bytes and what is made of them: PIL, arrays and thumbnails, under limits."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from nbimagegen import errors, pixels

CHANNELS = {"1": 3, "L": 3, "LA": 4, "P": 3, "RGB": 3, "RGBA": 4, "CMYK": 3, "I;16": 3}


def file_of(mode: str = "RGB", kind: str = "PNG", size: tuple[int, int] = (40, 30), **options) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file.getvalue()


FILES = {
    **{f"{mode} PNG": (file_of(mode), "png", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")},
    **{f"{mode} JPEG": (file_of(mode, "JPEG"), "jpeg", mode) for mode in ("L", "RGB", "CMYK")},
    **{f"{mode} WebP": (file_of(mode, "WEBP"), "webp", mode) for mode in ("RGB", "RGBA")},
    "GIF": (file_of("P", "GIF"), "gif", "P"),
}


@pytest.mark.parametrize(("data", "kind", "mode"), FILES.values(), ids=FILES)
def test_every_kind_of_picture_has_a_size_an_array_and_a_thumbnail(data, kind, mode):
    assert pixels.probe(data) == pixels.Probe(kind, 40, 30)
    array = pixels.to_array(pixels.decode(data))
    assert (array.shape, array.dtype) == ((30, 40, CHANNELS[mode]), np.uint8)
    assert array.flags.writeable
    small = Image.open(BytesIO(pixels.thumbnail(data, 20)))
    assert (small.format, small.size) == ("WEBP", (20, 15))


def test_a_palette_with_transparency_has_an_alpha_channel():
    assert pixels.to_array(pixels.decode(file_of("P", transparency=0))).shape == (30, 40, 4)


def test_of_several_frames_the_first_counts():
    file = BytesIO()
    first, *rest = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    first.save(file, "GIF", save_all=True, append_images=rest)
    assert pixels.to_array(pixels.decode(file.getvalue()))[0, 0].tolist() == [255, 0, 0]


NO_PICTURES = {
    "nothing": b"",
    "words": b"an otter, believe me",
    "a page": b"<html></html>",
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "another format": file_of(kind="BMP"),
    "a TIFF": file_of(kind="TIFF"),
    "magic bytes alone": b"\x89PNG\r\n\x1a\n",
    "magic bytes and nonsense": b"\xff\xd8\xff\xe0" + b"otter" * 100,
    "an empty RIFF": b"RIFF\x04\0\0\0WEBP",
}


@pytest.mark.parametrize("data", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_is_an_answer_error_that_may_be_billed(data):
    for read in (pixels.probe, pixels.decode, pixels.thumbnail):
        with pytest.raises(errors.AnswerError, match="no picture") as caught:
            read(data)
        assert caught.value.may_be_billed


def test_half_a_picture_is_damaged_when_it_is_decoded():
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    file = BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    half = file.getvalue()[:4000]
    assert pixels.probe(half) == pixels.Probe("png", 64, 64)
    for read in (pixels.decode, pixels.thumbnail):
        with pytest.raises(errors.AnswerError, match="damaged"):
            read(half)


@pytest.mark.filterwarnings("error")
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded():
    huge = file_of("1", size=(20_000, 5_000))
    assert len(huge) < 100_000
    for read in (pixels.probe, pixels.decode, pixels.thumbnail):
        with pytest.raises(errors.AnswerError, match="20000 x 5000"):
            read(huge)
