"""Asked and got are two things: what came otherwise than it was asked for is told."""

from __future__ import annotations

import pytest

from nbimagegen import Session
from nbimagegen.history.differences import differences
from nbimagegen.records import GenerationRecord, ImageRequest, LostPicture, PictureRecord
from tests.emulator import answer, paint

PATIENCE = 30


def told(
    asked: dict[str, object], got: tuple[int, int] = (1024, 1024), kind: str = "png", **more: object
) -> dict[str, tuple[str, str]]:
    """Return the differences of one picture that came for these parameters."""
    request = ImageRequest(
        "an otter", "mine", "any", "http://127.0.0.1/v1", "images", **{"parameters": asked, **more}
    )
    picture = PictureRecord(0, "", kind, *got, 1)
    return differences(GenerationRecord("id", request, "done", "code", 0.0, pictures=(picture,)), picture)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ({}, (1254, 1254)),
        ({"size": "1024x1024"}, (1024, 1024)),
        ({"size": "auto"}, (1536, 1024)),
        ({"size": "1024 x 1024"}, (1024, 1024)),
        ({"size": "16:9"}, (1344, 768)),
        ({"size": "large"}, (7, 7)),
        *(
            ({"aspect_ratio": ratio}, got)
            for ratio, got in {
                "1:1": (1024, 1024), "2:3": (832, 1248), "3:2": (1248, 832), "3:4": (864, 1184),
                "4:3": (1184, 864), "4:5": (896, 1152), "5:4": (1152, 896), "9:16": (768, 1344),
                "16:9": (1344, 768), "21:9": (1536, 672),
            }.items()
        ),
        ({"aspect_ratio": "auto"}, (640, 480)),
        ({"aspect_ratio": "1:0"}, (640, 480)),
        ({"aspect_ratio": "16:9", "size": "1024x1024"}, (1792, 1024)),
        ({"image_size": "1K"}, (1024, 1024)),
        ({"image_size": "1K"}, (1536, 672)),
        ({"image_size": "2k"}, (2048, 2048)),
        ({"image_size": "4K"}, (4096, 4096)),
        ({"image_size": "512"}, (512, 512)),
        ({"image_size": "huge"}, (1, 1)),
        ({"output_format": "png", "quality": "high"}, (1024, 1024)),
    ],
    ids=str,
)  # fmt: skip
def test_what_came_as_it_was_asked_for_is_no_difference(asked, got):
    assert told(asked, got) == {}


@pytest.mark.parametrize(
    ("asked", "got", "kind", "difference"),
    [
        ({"size": "1024x1024"}, (1254, 1254), "png", {"size": ("1024x1024", "1254x1254")}),
        ({"size": "1024x1536"}, (1536, 1024), "png", {"size": ("1024x1536", "1536x1024")}),
        ({"size": "16:9"}, (1024, 1024), "png", {"aspect_ratio": ("16:9", "1024x1024")}),
        ({"aspect_ratio": "16:9"}, (1024, 1024), "png", {"aspect_ratio": ("16:9", "1024x1024")}),
        ({"aspect_ratio": "2:3"}, (1024, 1024), "png", {"aspect_ratio": ("2:3", "1024x1024")}),
        ({"aspect_ratio": "4:5"}, (864, 1184), "png", {"aspect_ratio": ("4:5", "864x1184")}),
        ({"image_size": "4K"}, (1024, 1024), "png", {"image_size": ("4K", "1024x1024")}),
        ({"image_size": "2K"}, (1024, 1024), "png", {"image_size": ("2K", "1024x1024")}),
        ({"image_size": "1K"}, (2048, 2048), "png", {"image_size": ("1K", "2048x2048")}),
        ({"image_size": "512"}, (1024, 1024), "png", {"image_size": ("512", "1024x1024")}),
        ({"output_format": "png"}, (1024, 1024), "jpeg", {"format": ("png", "jpeg")}),
        ({"output_format": "jpeg"}, (1024, 1024), "webp", {"format": ("jpeg", "webp")}),
        (
            {"aspect_ratio": "1:1", "image_size": "2K", "output_format": "webp"}, (1344, 768), "png",
            {
                "aspect_ratio": ("1:1", "1344x768"),
                "image_size": ("2K", "1344x768"),
                "format": ("webp", "png"),
            },
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_came_otherwise_is_told_by_its_name(asked, got, kind, difference):
    assert told(asked, got, kind) == difference


def test_what_extra_asked_for_counts_as_asked():
    assert told({"size": "1x1"}, extra={"size": "1024x1024"}) == {}
    assert told({}, (1, 1), extra={"size": "2x2"}) == {"size": ("2x2", "1x1")}


@pytest.mark.parametrize(
    "odd", [7, None, [], {}, True, 10**9, "x" * 10_000, "\u0661x\u0660"], ids=lambda e: str(e)[:9]
)
@pytest.mark.parametrize("name", ["size", "aspect_ratio", "image_size", "output_format"])
def test_odd_values_in_extra_break_nothing(name, odd):
    assert set(told({}, extra={name: odd})) <= {name, "format", "aspect_ratio", "size"}


# Through a session.


@pytest.fixture
def session(emulator) -> Session:
    return Session("asked", base_url=emulator.base_url, model="any")


def test_fewer_and_more_pictures_than_were_asked_for_are_told(session, emulator):
    urls = [emulator.publish(paint((64, 64), number)) for number in range(3)]
    for n, came in ((4, 3), (3, 3), (2, 3)):
        emulator.next(answer(200, {"data": [{"url": url} for url in urls]}, billed=3))
        generation = session.generate("an otter", n=n)
        assert generation.differences == ({} if n == came else {"n": (str(n), str(came))})


def test_a_lost_picture_counts_as_one_that_came(session, emulator):
    urls = [emulator.publish(paint((64, 64), number)) for number in range(2)]
    emulator.next(answer(200, {"data": [{"url": url} for url in urls]}, billed=2))
    emulator.next_download(answer(404))
    generation = session.generate("an otter", n=2)
    assert isinstance(generation.lost[0], LostPicture)
    assert "n" not in generation.differences


def test_a_prompt_that_was_rewritten_is_told_and_each_picture_has_its_own(session, emulator):
    items = [
        {"url": emulator.publish(paint()), "revised_prompt": prompt}
        for prompt in ("a sea otter", "an otter", "")
    ]
    emulator.next(answer(200, {"data": items}, billed=3))
    generation = session.generate("an otter", n=3)
    assert [each.differences.get("prompt") for each in generation.pictures] == [
        ("an otter", "a sea otter"), None, None,
    ]  # fmt: skip
    assert generation.differences == {"prompt": ("an otter", "a sea otter")}


def test_a_gateway_that_drops_what_it_does_not_know_is_found_out(emulate):
    emulator = emulate("newapi")
    session = Session("dropped", base_url=emulator.base_url, api_key="k", model="imagen-4.0-generate-001")
    generation = session.generate("an otter", extra={"aspect_ratio": "16:9"})
    assert generation.differences == {"aspect_ratio": ("16:9", "1024x1024")}


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_a_picture_of_another_kind_than_was_asked_for_is_told_by_its_own_bytes(session, emulator, kind):
    url = emulator.publish(paint(kind=kind), "png")
    emulator.next(answer(200, {"data": [{"url": url}]}, billed=1))
    generation = session.generate("an otter", output_format="png")
    assert generation.differences == {"format": ("png", kind)}
    assert generation.pictures[0].path.suffix == {"jpeg": ".jpg", "webp": ".webp"}[kind]


def test_what_the_gateway_says_that_it_used_is_on_the_record(emulate):
    emulator = emulate("openai")
    session = Session("echo", gateway="openai", base_url=emulator.base_url, api_key="k", model="gpt-image-1")
    echo = session.generate("an otter", size="1536x1024", quality="low").record.echo
    assert (echo["size"], echo["quality"], echo["output_format"]) == ("1536x1024", "low", "png")


def test_differences_are_the_same_in_a_later_kernel(session, emulator):
    url = emulator.publish(paint())
    emulator.next(answer(200, {"data": [{"url": url, "revised_prompt": "a sea otter"}]}, billed=1))
    generation = session.generate("an otter", n=2, size="1024x1024")
    session._desk.history._live.clear()
    found = session.history[-1]
    assert found is not generation
    assert found.differences == {
        "prompt": ("an otter", "a sea otter"), "n": ("2", "1"), "size": ("1024x1024", "64x64"),
    }  # fmt: skip
