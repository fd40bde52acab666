"""The studio's words: each sentence has its counterpart, and the page gets the table that it asks for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import comm
import pytest

from nbimagegen import ImageStudio, catalog
from nbimagegen.studio import words
from tests.pretend_page import Page

FOLDER = Path(__file__).parents[1] / "js/src"
# All but the one that says what it is given.
SOURCES = sorted(each for each in FOLDER.glob("*.ts") if each.name != "language.ts")
TEXT = r'"((?:[^"\\]|\\.)*)"'
CALLS = [
    re.compile(rf"\bt\(\s*{TEXT}"),
    re.compile(rf'\bcounted\([^"]*{TEXT}\s*,\s*{TEXT}'),
]
# What `t` is given beside a sentence as it stands: the catalogue's words.
NAMED = re.compile(r"\bt\(\s*(?:parameter\.)?(?:label|help|note|catalog\.gateway\()")


def said() -> set[str]:
    """Return the sentences that the page's code says."""
    found = [match for path in SOURCES for call in CALLS for match in call.finditer(path.read_text("utf-8"))]
    return {json.loads(f'"{text}"') for match in found for text in match.groups()}


def catalogued() -> set[str]:
    """Return the words of the catalogue that stand in the page."""
    gateways = catalog.gateways().values()
    models = [*catalog.models().values(), *(each for row in gateways for each in row.models.values())]
    parameters = [each for row in [*gateways, *models] for each in row.parameters.values()]
    texts = [text for each in parameters for text in (each.label, each.help)]
    return {*texts, *(each.note for each in gateways)} - {""}


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


LANGUAGES = ["zh-CN"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_page_has_its_counterpart_and_no_other_has(language):
    table = words.words(language)
    wanted = said() | catalogued()
    assert sorted(wanted - set(table)) == []
    assert sorted(set(table) - wanted) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_both_languages(language):
    table = words.words(language)
    assert all(table.values())
    assert {each: other for each, other in table.items() if placeholders(each) != placeholders(other)} == {}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_what_is_said_stands_in_the_code_as_it_is_said(path):
    """Else nobody could list it; a choice between two sentences is made outside of `t`."""
    text = path.read_text("utf-8")
    calls = [text[match.start() : match.start() + 60] for match in re.finditer(r"(?<![\w.])t\(", text)]
    assert [call for call in calls if not (CALLS[0].match(call + '"') or NAMED.match(call))] == []


@pytest.mark.parametrize("language", ["de", "../zh-CN", "..", "zh-CN.json"])
def test_a_language_without_a_table_gets_an_empty_one(language):
    assert words.words(language) == {}


@pytest.fixture
def studio(monkeypatch) -> ImageStudio:
    monkeypatch.setattr(comm, "create_comm", Page)
    return ImageStudio("otters", gateway="sketch", language="zh-CN")


def test_the_page_is_answered_with_the_words_of_its_language(studio):
    studio.comm.says({"kind": "words", "language": "zh-CN"})
    [reply] = studio.comm.wait_for("words")
    assert reply["language"] == "zh-CN"
    assert reply["words"]["Generate"] == "生成"


def test_python_chooses_the_language_and_may_change_it(studio):
    seen = []
    studio.observe(lambda change: seen.append((change["old"], change["new"])), "language")
    studio.language = None
    assert seen == [("zh-CN", None)]


def test_the_page_does_not_choose_the_language(studio):
    studio.comm.sets(language="en")
    assert studio.language == "zh-CN"
    assert studio.comm.updates()[-1] == {"language": "zh-CN"}
