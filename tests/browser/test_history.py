"""The history in JupyterLab: looked through, marked, deleted and taken back; files in and out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import looks
from nbimagegen import from_image

STARRED = "[picture.prompt for picture in studio.history.find(starred=True)]"
# A target is 24 px high; a box to tick has its label beside it, which is pressed as well.
TOO_SMALL = """element => [...element.querySelectorAll("button, select, input:not([type=checkbox])")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 23.5)
    .map(each => each.outerHTML)"""
PROMPTS = "[picture.prompt for picture in studio.pictures]"


@pytest.fixture
def studio(open_studio):
    """A studio with three pictures."""
    studio = open_studio(height=1400)
    studio.have("a red fox", "一只橙色小猫", "a fox in snow")
    return studio


def named(studio, role: str, name: str):
    return studio.root.get_by_role(role, name=name, exact=True)


def test_typing_narrows_the_strip_down_and_python_sees_it(studio):
    named(studio, "button", "Find").click()
    expect(named(studio, "searchbox", "Search pictures")).to_be_focused()
    studio.page.keyboard.type("小猫")
    expect(studio.options).to_have_count(1)
    expect(studio.root).to_contain_text("1 of 3 pictures")
    studio.notebook.tells("studio.filter", {"text": "小猫"})
    studio.notebook.evaluate("setattr(studio, 'filter', {'text': 'FOX', 'order': 'oldest'})")
    expect(studio.options).to_have_count(2)
    expect(studio.options.first).to_have_accessible_name("a red fox, 1 of 2")
    expect(named(studio, "searchbox", "Search pictures")).to_have_value("FOX")
    named(studio, "button", "Show all").click()
    expect(studio.options).to_have_count(3)


def test_pictures_are_marked_and_deleted_by_the_keyboard_alone(studio):
    *before, _ = studio.notebook.sources()
    studio.options.first.click()
    for key in ("s", "4", "ArrowRight", "Delete"):
        studio.page.keyboard.press(key)
    expect(studio.options).to_have_count(2)
    expect(studio.options.nth(1)).to_be_focused()
    expect(studio.options.first).to_have_accessible_name("a fox in snow, 1 of 2, starred, rated 4")
    studio.notebook.tells(STARRED, ["a fox in snow"])
    studio.notebook.tells(PROMPTS, ["a red fox", "a fox in snow"])
    named(studio, "button", "Undo").click()
    expect(studio.options).to_have_count(3)
    expect(studio.root.get_by_text("1 picture is in the trash.")).to_have_count(0)
    assert studio.notebook.sources()[:-1] == before


def test_what_python_marks_and_deletes_the_page_shows(studio):
    studio.notebook.evaluate("len([studio.pictures[0].star(), studio.pictures[1].delete()])")
    expect(studio.options).to_have_count(2)
    expect(studio.options.nth(1)).to_have_accessible_name("a red fox, 2 of 2, starred")


def test_a_download_tells_how_it_was_made_and_dropped_again_brings_it_back(studio, tmp_path):
    studio.options.nth(1).click()
    with studio.page.expect_download() as download:
        named(studio, "button", "Download").click()
    assert download.value.suggested_filename.startswith("一只橙色小猫-")
    path = tmp_path / "cat.png"
    download.value.save_as(path)
    assert from_image(path).prompt == "一只橙色小猫"

    studio.prompt.fill("mine")
    with studio.page.expect_file_chooser() as chooser:
        named(studio, "button", "Settings from a picture…").click()
    chooser.value.set_files(path)
    expect(studio.prompt).to_have_value("一只橙色小猫")
    studio.notebook.tells("[studio.prompt, len(studio.history)]", ["一只橙色小猫", 3])
    named(studio, "button", "Put back").click()
    expect(studio.prompt).to_have_value("mine")


def test_a_result_of_the_history_shows_all_results_of_its_call(studio):
    call = "studio.generate('an owl', latency=0).status"
    studio.notebook.evaluate(f"[{call}, {call}]")
    studio.wait_for_pictures(5)
    studio.notebook.restart()
    studio.notebook.run(0)
    studio.notebook.evaluate(call)
    expect(studio.root).to_contain_text("From history, 1 of 2")
    named(studio, "button", "Show all 2").click()
    expect(studio.options).to_have_count(2)
    expect(studio.selected).to_have_count(2)


@looks.at((360, 2200), (1280, 1200))
def test_the_finder_fits_the_page(open_studio, width, height, theme):
    studio = open_studio(width=width, height=height, theme=theme)
    studio.have("a fox", "an owl")
    studio.notebook.evaluate("len([studio.pictures[0].star(), studio.pictures[0].tag('logo')])")
    named(studio, "button", "Find").click()
    studio.options.first.click()
    studio.screenshot(f"finder-{width}-{theme}")
    assert studio.root.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert studio.root.evaluate(TOO_SMALL) == []
