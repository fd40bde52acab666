"""Thumbnails, and what a cell shows, are made when first asked for and kept on the disk."""

from __future__ import annotations

import pytest

from nbimagegen import Session, pixels

SMALL = {"size": "256x256", "latency": 0}
ASKED = {
    "a thumbnail": lambda picture: picture.preview(),
    "another size": lambda picture: picture.preview(96),
    "what a cell shows": lambda picture: picture._repr_mimebundle_(),
}


@pytest.fixture
def session() -> Session:
    return Session("otters", gateway="sketch")


@pytest.fixture
def decoded(monkeypatch) -> list[int]:
    """How many bytes each picture had that was decoded."""
    sizes: list[int] = []
    for name in ("thumbnail", "still"):
        make = getattr(pixels, name)
        monkeypatch.setattr(
            pixels, name, lambda data, *args, make=make: sizes.append(len(data)) or make(data, *args)
        )
    return sizes


def kept(session):
    return sorted(each.name for each in (session.folder / "small").iterdir())


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_it_is_made_once_also_for_later_kernels(session, decoded, ask):
    session.generate("an otter", **SMALL)
    first = ask(session.history.pictures[-1])
    assert ask(Session("otters", gateway="sketch").history.pictures[-1]) == first
    assert len(decoded) == len(kept(session)) == 1


def test_it_goes_with_its_picture(session):
    for prompt in ("an otter", "a fox"):
        session.generate(prompt, **SMALL).pictures[0].preview()
    session.history.pictures[0].delete()
    session.history.empty_trash()
    [left] = session.history.pictures
    assert kept(session) == [f"{left.sha256}.256.webp"]


def test_it_stands_for_no_picture_that_is_gone(session):
    picture = session.generate("an otter", **SMALL).pictures[0]
    picture.preview()
    picture.path.unlink()
    with pytest.raises(OSError, match=picture.sha256):
        picture.preview()


def test_a_disk_that_refuses_costs_time_and_no_picture(session):
    picture = session.generate("an otter", **SMALL).pictures[0]
    (session.folder / "small").rmdir()
    (session.folder / "small").write_bytes(b"")
    assert picture.preview() == picture.preview() != b""
