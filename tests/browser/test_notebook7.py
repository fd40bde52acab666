"""Notebook 7 shows the same studio: a short story, and how it looks there."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_prompt_becomes_a_pil_image_in_notebook_7(open_studio):
    studio = open_studio(host="notebook")
    studio.make("a fox in the snow")
    studio.options.first.click()
    expect(studio.selected).to_have_count(1)
    studio.notebook.tells("len(studio.selection)", 1)
    studio.notebook.tells("studio.history[-1].prompt", "a fox in the snow")
    studio.screenshot("notebook7")
