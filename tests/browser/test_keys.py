"""Keys pressed in the studio are the studio's, and the notebook's own still work there, in both hosts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from servers import wait_for

HOSTS = pytest.mark.parametrize("host", ["lab", "notebook"])


@HOSTS
def test_keys_in_the_strip_leave_the_cells_alone(open_studio, host):
    studio = open_studio(host=host)
    studio.make("a fox")
    studio.make("an owl")
    before = studio.notebook.sources()
    studio.options.first.click()
    for key in ("x", "b", "d", "d", "a", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        studio.page.keyboard.press(key)
    assert studio.notebook.sources() == before
    expect(studio.options).to_have_count(2)


@HOSTS
@pytest.mark.parametrize("place", ["strip", "prompt"])
def test_control_s_saves_the_notebook(open_studio, host, place):
    studio = open_studio(host=host)
    studio.notebook.start(1, "'not saved yet'")
    studio.notebook.wait_for_end(1)
    studio.make("a fox")
    {"strip": studio.options.first, "prompt": studio.prompt}[place].click()
    studio.page.keyboard.press("Control+s")
    wait_for(lambda: "not saved yet" in studio.notebook.saved().cells[-1].source, "the notebook to be saved")


@HOSTS
def test_shift_enter_stays_in_the_prompt(open_studio, host):
    studio = open_studio(host=host)
    before = studio.notebook.sources()
    studio.prompt.fill("one line")
    studio.page.keyboard.press("Shift+Enter")
    expect(studio.prompt).to_be_focused()
    assert studio.notebook.sources() == before
    expect(studio.options).to_have_count(0)


@HOSTS
def test_control_enter_generates_and_does_not_run_the_cell(open_studio, host):
    studio = open_studio(host=host)
    runs = studio.notebook.run_number(0)
    studio.prompt.fill("by the keyboard alone")
    studio.page.keyboard.press("Control+Enter")
    studio.wait_for_pictures(1)
    assert studio.notebook.run_number(0) == runs
