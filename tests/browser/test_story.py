"""A whole sitting in JupyterLab with a real kernel: make, mask, put back, compare, choose, come back."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import expect

from painting import BOTTOM, LEFT, RIGHT, TOP, paint_a_rectangle
from servers import wait_for
from studios import PATIENCE
from tests.emulator import answer, paint

MASK = "[studio.mask.shape, *(studio.mask.any(axis).nonzero()[0][[0, -1]].tolist() for axis in (0, 1))]"
RECTANGLE = [[256, 256], [LEFT, RIGHT], [TOP, BOTTOM]]
SHARE = "int(studio.mask.sum())"
AREA = (RIGHT - LEFT + 1) * (BOTTOM - TOP + 1)


def named(studio, role: str, name: str):
    return studio.root.get_by_role(role, name=name, exact=True)


@pytest.fixture
def studio(open_studio):
    """A studio with three pictures."""
    studio = open_studio(height=1400)
    studio.have("a red fox", "an otter", "an owl in snow")
    return studio


def test_an_edit_with_a_mask_and_a_reference_is_put_back_outside_and_compared(open_studio, emulator):
    remote = {"gateway": "custom", "base_url": emulator.base_url, "model": "any"}
    studio = open_studio(**remote, height=1200, parameters={"size": "256x256"})
    studio.make("a lighthouse")
    studio.make("a boat")
    studio.options.nth(1).press("r")
    expect(named(studio, "list", "References").get_by_role("listitem")).to_have_count(1)
    studio.options.first.press("e")
    named(studio, "button", "Paint a mask").click()
    paint_a_rectangle(studio.page)
    wait_for(lambda: studio.notebook.evaluate("studio.mask is not None"), "the mask")
    studio.notebook.tells(f"[{MASK}, {SHARE}]", [RECTANGLE, AREA])
    ids = studio.notebook.evaluate("[studio.source.id, studio.references[0].id]")
    assert ids == studio.notebook.evaluate("[each.id for each in studio.pictures[::-1]]")

    whole = base64.b64encode(paint((256, 256), 9)).decode()
    emulator.next(answer(content={"data": [{"b64_json": whole}]}, billed=1))
    studio.prompt.fill("make it a storm")
    studio.root.get_by_role("region", name="Compose").get_by_role("button", name="Edit", exact=True).click()
    studio.wait_for_pictures(3)
    assert [each.name.strip("[]") for each in emulator.posts[-1].files] == ["image", "image", "mask"]
    expect(studio.root).to_contain_text("changed outside the mask")
    named(studio, "button", "Put the original back there").click()
    studio.wait_for_pictures(4)
    studio.notebook.tells("studio.pictures[-1].changed_outside", 0)
    assert len(emulator.posts) == 3

    studio.options.nth(1).click()
    studio.options.first.click(modifiers=["Control"])
    studio.page.keyboard.press("c")
    comparison = studio.page.get_by_role("dialog", name="Compare")
    expect(comparison).to_be_visible()
    studio.page.keyboard.press("d")
    expect(comparison).to_contain_text("of the pixels differ")
    studio.page.keyboard.press("Escape")
    expect(comparison).to_have_count(0)
    expect(studio.options.first).to_be_focused()


def test_several_are_starred_tagged_deleted_and_all_of_it_is_taken_back(studio):
    studio.options.nth(2).click()
    studio.options.first.click(modifiers=["Shift"])
    expect(studio.selected).to_have_count(3)
    studio.page.keyboard.press("s")
    studio.page.keyboard.press("t")
    studio.page.get_by_role("combobox", name="Add a tag").fill("cover")
    studio.page.keyboard.press("Enter")
    studio.page.keyboard.press("Escape")
    expect(studio.options.first).to_have_accessible_name("an owl in snow, 1 of 3, starred")
    marks = "[[each.starred, list(each.tags)] for each in studio.pictures]"
    studio.notebook.tells(marks, [[True, ["cover"]]] * 3)
    studio.options.first.focus()
    studio.page.keyboard.press("Delete")
    expect(studio.options).to_have_count(0)
    studio.notebook.tells("len(studio.history.trash)", 3)
    named(studio, "button", "Undo").click()
    expect(studio.options).to_have_count(3)
    studio.notebook.tells(marks, [[True, ["cover"]]] * 3)


def test_a_list_in_the_prompt_makes_one_each_and_earlier_prompts_come_back(open_studio):
    studio = open_studio()
    studio.notebook.start(1, "animal = ['a fox', 'an otter']")
    studio.notebook.wait_for_end(1)
    studio.prompt.fill("{animal} in snow")
    expect(studio.root).to_contain_text("2 requests")
    studio.generate.click()
    studio.wait_for_pictures(2)
    made = "sorted(each.prompt for each in studio.pictures)"
    studio.notebook.tells(made, ["a fox in snow", "an otter in snow"])
    studio.prompt.fill("not sent yet")
    studio.prompt.press("Home")
    studio.prompt.press("ArrowUp")
    expect(studio.prompt).not_to_have_value("not sent yet")
    while studio.prompt.input_value() != "not sent yet":
        studio.prompt.press("Control+End")
        studio.prompt.press("ArrowDown")


def test_what_stood_there_stands_there_after_a_reload_and_nothing_typed_is_lost_with_the_kernel(
    open_studio_alone,
):
    studio = open_studio_alone(height=1200)
    studio.have("a fox", "an otter", "an owl")
    studio.notebook.save()
    studio.options.nth(2).press("r")
    studio.options.nth(1).press("e")
    named(studio, "button", "Paint a mask").click()
    paint_a_rectangle(studio.page)
    studio.options.first.click()
    studio.prompt.fill("make it winter")
    known = "[studio.prompt, studio.source.id, [each.id for each in studio.references], studio.selected]"
    studio.notebook.tells("studio.prompt", "make it winter")
    before = studio.notebook.evaluate(known)
    studio.notebook.save()
    studio.notebook.load()

    studio.wait_for_pictures(3)
    expect(studio.prompt).to_have_value("make it winter")
    expect(named(studio, "list", "References").get_by_role("listitem")).to_have_count(1)
    expect(studio.root).to_contain_text("Mask: ")
    expect(studio.options.first).to_have_attribute("aria-selected", "true")
    studio.notebook.tells(known, before)
    studio.notebook.tells(f"[{MASK}, {SHARE}]", [RECTANGLE, AREA])

    studio.prompt.fill("typed before the kernel went")
    studio.notebook.restart()
    expect(studio.root.locator(".gone")).to_be_visible(timeout=PATIENCE)
    expect(studio.prompt).to_have_value("typed before the kernel went")
    studio.prompt.fill("and typed after it")
    expect(studio.prompt).to_have_value("and typed after it")


def test_what_python_sets_stands_on_the_page_and_what_the_page_does_python_hears(studio):
    evaluate, tells = studio.notebook.evaluate, studio.notebook.tells
    listening = "heard, done = [], []; studio.on_select(heard.append); studio.on_done(done.append)"
    studio.notebook.start(1, listening)
    studio.notebook.wait_for_end(1)
    studio.options.nth(1).click()
    tells("(studio.image.size, [[p.prompt for p in each] for each in heard])[1]", [["an otter"]])
    evaluate("setattr(studio, 'source', studio.pictures[0])")
    evaluate("setattr(studio, 'references', studio.pictures[1:])")
    expect(studio.root).to_contain_text("Editing this picture")
    expect(named(studio, "list", "References").get_by_role("listitem")).to_have_count(2)
    evaluate("setattr(studio, 'mask', __import__('numpy').eye(256, dtype=bool)[::-1])")
    expect(studio.root).to_contain_text("Mask: ")
    named(studio, "button", "Remove the mask").click()
    expect(named(studio, "button", "Paint a mask")).to_be_visible()
    tells("studio.mask", None)
    named(studio, "button", "Stop editing").click()
    tells("studio.source", None)
    evaluate("setattr(studio, 'filter', {'text': 'owl'})")
    expect(studio.options).to_have_count(1)
    evaluate("setattr(studio, 'filter', {})")
    expect(studio.options).to_have_count(3)
    evaluate("studio.show(studio.pictures[0])")
    expect(studio.root.locator(".stage")).to_contain_text("a red fox")
    evaluate("studio.compare(*studio.pictures[:2])")
    expect(studio.page.get_by_role("dialog", name="Compare")).to_be_visible()
    studio.page.keyboard.press("Escape")
    evaluate("setattr(studio, 'references', [])")
    studio.make("a boat")
    tells("[each.prompt for each in done]", ["a boat"])
