"""Texts that would be scripts, in all that Python shows in a notebook or writes beside pictures."""

from __future__ import annotations

import ast
from html.parser import HTMLParser

import pytest

from nbimagegen import Session
from tests.hostile_texts import TEXTS
from tests.pretend_page import SMALL
from tests.proof import counted, held

pytestmark = pytest.mark.proof

COUNT = counted(48, len(TEXTS))
ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href"}


class Reader(HTMLParser):
    """Notes what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "svg", "base", "math"}:
            self.found.append(tag)
        for name, value in attrs:
            is_address = name in ADDRESSES and "script" in (value or "")
            if name.startswith("on") or name == "srcdoc" or is_address:
                self.found.append(f"{tag} {name}={value}")


def runs(markup: str) -> list[str]:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader.found


def texts(seed: int) -> str:
    return TEXTS[seed * len(TEXTS) // COUNT].replace("\x00", "")


@pytest.mark.parametrize("seed", range(COUNT))
def test_no_text_is_markup_in_a_cell_in_a_sheet_or_in_code(seed, tmp_path):
    text = texts(seed)
    session = Session(text[:60], gateway="sketch", parameters=SMALL)
    generation = session.generate(text)
    picture = generation.pictures[0]
    picture.note = text
    picture.tag("".join(each for each in text[:60] if each.isprintable() and each != ",") or "x")
    for shown in (picture, generation):
        bundle = shown._repr_mimebundle_()
        assert (
            runs("".join(each for kind, each in bundle.items() if kind in ("text/html", "image/svg+xml")))
            == []
        )
    ast.parse(picture.to_code())
    assert session.history[0].prompt == text
    session.history.export(tmp_path / "out")
    sheets = [page.read_text("utf-8") for page in (tmp_path / "out").rglob("*.html")]
    assert [runs(each) for each in sheets] == [[]]
    held("hostile texts in cells, code and contact sheets", "read as markup")
