"""A picture and a generation as they show themselves in a cell."""

from __future__ import annotations

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nbimagegen import Session, pixels
from nbimagegen.errors import AnswerError
from tests.pretend_page import SMALL

MOST_A_PICTURE = 12_000
LIMIT = 7500


@pytest.fixture
def session() -> Session:
    return Session("otters", gateway="sketch", parameters=SMALL)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def noise(*size: int) -> Image.Image:
    return Image.effect_noise(size, 90).convert("RGB")


def logo() -> Image.Image:
    image = Image.new("RGBA", (1024, 1024))
    ImageDraw.Draw(image).ellipse((200, 200, 800, 800), fill="red")
    return image


def veiled(image: Image.Image) -> Image.Image:
    image.putalpha(Image.effect_noise(image.size, 90))
    return image


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


PICTURES = {
    "a photograph": (noise(1536, 1024), "image/jpeg"),
    "a very wide one": (noise(4096, 100), "image/jpeg"),
    "one pixel": (Image.new("RGB", (1, 1)), "image/jpeg"),
    "16 bits of grey": (Image.new("I;16", (300, 300)), "image/jpeg"),
    "a palette": (noise(300, 300).quantize(16), "image/jpeg"),
    "alpha that hides nothing": (Image.new("RGBA", (300, 300), "red"), "image/jpeg"),
    "a logo on nothing": (logo(), "image/png"),
    "transparent noise": (veiled(noise(1024, 1024)), "image/jpeg"),
}


@pytest.mark.parametrize(("image", "kind"), PICTURES.values(), ids=PICTURES)
def test_a_still_keeps_its_limit_and_a_transparent_background_where_it_can(image, kind):
    found, data = pixels.still(png(image), LIMIT)
    assert found == kind == f"image/{opened(data).format.lower()}"
    assert 0 < len(data) <= LIMIT
    assert max(opened(data).size) <= 384


def test_what_is_no_picture_has_no_still():
    with pytest.raises(AnswerError):
        pixels.still(b"no picture", LIMIT)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 24])
def test_a_mosaic_holds_every_picture_whole_in_rows_as_wide_as_each_other(count):
    shapes = [(400, 200), (200, 400), (300, 300)]
    pictures = [png(Image.new("RGB", shapes[at % 3], (255, 0, 0))) for at in range(count)]
    image = np.asarray(opened(pixels.mosaic(pictures, 200_000)), dtype=int)
    assert ((image[..., 0] - image[..., 1]) > 150).mean() > 0.9
    assert image.shape[1] <= 970


def test_a_mosaic_keeps_its_limit():
    data = pixels.mosaic([png(noise(480, 480))] * 24, 24 * 5000, numbered=True)
    assert len(data) <= 24 * 5000
    assert opened(data).width > 400


def test_a_picture_shows_itself_small(session):
    picture = session.generate("an otter").pictures[0]
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == repr(picture)
    assert opened(base64.b64decode(bundle["image/jpeg"])).size == picture.image.size
    assert len(json.dumps(bundle)) <= MOST_A_PICTURE


def test_a_picture_whose_file_is_gone_shows_its_line(session):
    picture = session.generate("an otter").pictures[0]
    picture.path.unlink()
    assert picture._repr_mimebundle_() == {"text/plain": repr(picture)}


def test_a_generation_shows_its_pictures(session):
    generation = session.generate("an otter", n=3)
    bundle = generation._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/jpeg"}
    assert len(json.dumps(bundle)) <= 3 * MOST_A_PICTURE


def test_a_generation_without_pictures_shows_its_line(session):
    generation = session.submit("slow", latency=60)
    assert generation._repr_mimebundle_() == {"text/plain": repr(generation)}
    session.cancel(generation)


def test_a_generation_from_history_says_so_beside_its_pictures(session):
    generation = session.generate("an <otter>")
    generation.replayed = (1, 3)
    bundle = generation._repr_mimebundle_()
    assert "from history, 1 of 3" in bundle["text/html"]
    assert 'alt="an &lt;otter&gt;"' in bundle["text/html"]
    assert bundle["image/jpeg"] in bundle["text/html"]
    assert len(json.dumps(bundle)) <= MOST_A_PICTURE
    assert not re.search(r"<otter>", bundle["text/html"])
