"""Pictures in what a model writes: found wherever they stand, and the words around them kept."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen.wire import markdown
from nbimagegen.wire.flow import Flow
from nbimagegen.wire.reading import read

URL, OTHER = "https://files.test/otter.png", "http://files.test/balloon.webp?sig=1"
DATA = "data:image/png;base64,iVBORw0KGgo="
PAGE = "https://files.test/gallery"


def reduced(text: str) -> str:
    """Return a text with a mark in place of each picture's base64, as this file's subject gets it."""
    return read(text, Flow(), is_prose=True)


def sources(text: str) -> list[str]:
    """Return the pictures in a text; those in base64 as data URIs again."""
    flow = Flow()
    found = markdown.pictures(read(text, flow, is_prose=True))
    pictures = [flow.named(each.source) for each in found]
    files: dict[int, bytes] = {}
    for each in flow.taken():
        files[each.blob] = files.get(each.blob, b"") + each.data
    coded = [picture and base64.b64encode(files[picture.number]).decode() for picture in pictures]
    return [
        f"data:image/png;base64,{code}" if code else each.source
        for code, each in zip(coded, found, strict=True)
    ]


def words(text: str) -> str:
    content = reduced(text)
    return markdown.words(content, [each for each in markdown.pictures(content) if each.certain])


FOUND = {
    "markup with a link": (f"![otter]({URL})", [URL], ""),
    "markup with a data URI": (f"![otter]({DATA})", [DATA], ""),
    "markup with words around it": (f"Here: ![otter]({URL}) Enjoy!", [URL], "Here:  Enjoy!"),
    "markup with a title": (f'![otter]({URL} "An otter")', [URL], ""),
    "markup with angle brackets": (f"![otter](<{URL}>)", [URL], ""),
    "markup without a name": (f"![]({URL})", [URL], ""),
    "markup with brackets in its name": (f"![an [old] otter]({URL})", [URL], ""),
    "markup in a link": (f"[![otter]({URL})]({PAGE})", [URL], f"[]({PAGE})"),
    "markup that never ends": (f"![otter]({URL}", [URL], f"![otter]({URL}"),
    "several": (f"![a]({URL}) and ![b]({OTHER})", [URL, OTHER], "and"),
    "the same twice": (f"![a]({DATA}) ![b]({DATA})", [DATA, DATA], ""),
    "a link in brackets is followed to the right bracket": (
        "![a](https://files.test/an_(old)_otter.png)",
        ["https://files.test/an_(old)_otter.png"],
        "",
    ),
    "markup wins over links": (f"See {PAGE} and ![a]({URL})", [URL], f"See {PAGE} and"),
    "a data URI in lines": (
        "![a](data:image/png;base64,iVBO\nRw0K\n)",
        ["data:image/png;base64,iVBORw0K"],
        "",
    ),
    "a bare data URI": (f"Here: {DATA} Enjoy!", [DATA], "Here:  Enjoy!"),
    "a data URI that is only named": (
        "Put it behind `data:image/png;base64,`.",
        [],
        "Put it behind `data:image/png;base64,`.",
    ),
    "a data URI of another kind": ("data:text/html;base64,AAAA", [], "data:text/html;base64,AAAA"),
    "a bare link": (f"Here: {URL}.", [URL], f"Here: {URL}."),
    "a bare link in Chinese": (f"图片:{URL}。请看", [URL], f"图片:{URL}。请看"),
    "a bare link in brackets": (f"(see {URL})", [URL], f"(see {URL})"),
    "a bare link in emphasis": (f"**{URL}**", [URL], f"**{URL}**"),
    "a link with a name": (f"[otter]({URL})", [URL], f"[otter]({URL})"),
    "a link that ends like a picture wins over others": (f"{PAGE} {URL}", [URL], f"{PAGE} {URL}"),
    "only other links": (f"{PAGE} https://b.test/c", [PAGE, "https://b.test/c"], f"{PAGE} https://b.test/c"),
    "a link in capitals": ("HTTPS://FILES.TEST/OTTER.PNG", ["HTTPS://FILES.TEST/OTTER.PNG"], None),
    "a fragment is no ending": (f"{PAGE}#a.png {URL}", [URL], None),
    "a host that is none": ("https://\u2100/a.png", ["https://\u2100/a.png"], None),
    "no picture": ("I cannot draw that otter.", [], "I cannot draw that otter."),
    "nothing": ("", [], ""),
}


@pytest.mark.parametrize(("text", "pictures", "rest"), FOUND.values(), ids=FOUND)
def test_pictures_are_found_and_the_words_kept(text, pictures, rest):
    assert sources(text) == pictures
    assert rest is None or words(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "![" * 20_000,
        "![](" * 20_000,
        "http://" * 20_000,
        "data:image/png;base64," * 5_000,
        f"![a]({URL})" * 2_000,
    ],
    ids=["![", "![](", "http://", "data:", "markup"],
)
def test_what_was_made_to_be_slow_is_read_to_its_end(text):
    assert sum(len(each.source) for each in markdown.pictures(reduced(text))) <= len(text)


PIECES = st.sampled_from(
    ["![", "](", ")", "<", ">", '"', " ", "\n", URL, DATA, "https://", "data:image/png;base64,", "A"]
)


@given(st.lists(PIECES | st.text(st.characters())).map("".join))
def test_pictures_stand_in_the_text_in_order_and_apart(text):
    text, place = reduced(text), 0
    for each in markdown.pictures(text):
        assert place <= each.start < each.end <= len(text)
        assert each.source in text[each.start : each.end]
        place = each.end
