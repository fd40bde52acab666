"""A picture among the tools that take pictures: PIL, NumPy, matplotlib, and whatever takes an array."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from nbimagegen import Session

mpl.use("agg")


@pytest.fixture
def session() -> Session:
    return Session("otters", gateway="sketch")


@pytest.fixture
def picture(session):
    [made] = session.generate("an otter", size="256x300").pictures
    return made


def test_pil_opens_its_path_and_takes_its_image(picture):
    with Image.open(picture.path) as opened:
        assert opened.size == (256, 300)
    canvas = Image.new("RGB", (256, 300))
    canvas.paste(picture.image)
    assert canvas.getbbox() is not None


def test_numpy_takes_it_for_an_array(picture):
    assert np.array_equal(np.asarray(picture), picture.array)
    assert np.asarray(picture, dtype=np.float32).dtype == np.float32
    assert np.array(picture).shape[:2] == (300, 256)
    assert np.stack([picture, picture]).shape[0] == 2
    with pytest.raises(ValueError, match="always a copy"):
        picture.__array__(copy=False)


def test_its_array_is_what_torch_takes_without_a_copy(picture):
    array = picture.array
    assert array.flags.writeable
    assert array.flags.c_contiguous
    assert array.flags.owndata
    assert all(step > 0 for step in array.strides)


def test_matplotlib_draws_it(picture):
    from matplotlib import pyplot as plt  # noqa: PLC0415 - slow to import

    figure, axes = plt.subplots()
    assert axes.imshow(picture).get_array().shape[:2] == (300, 256)
    assert axes.imshow(picture.image).get_size() == (300, 256)
    plt.close(figure)


def test_a_thumbnail_is_small_and_pil(picture):
    assert picture.thumbnail(64).size == (55, 64)
    assert max(picture.thumbnail().size) == 256


def test_two_handles_of_one_picture_are_equal(session, picture):
    again = session.history.picture(picture.id)
    assert again is not picture
    assert (again == picture, len({again, picture}), again != picture.id) == (True, 1, True)


def test_images_are_a_list_of_pil(session, picture):
    session.generate("a fox", size="260x256")
    assert [each.size for each in session.images] == [(256, 300), (260, 256)]
    assert all(isinstance(each, Image.Image) for each in session.images[-2:])
    assert [each.size for each in reversed(session.images)] == [(260, 256), picture.image.size]
