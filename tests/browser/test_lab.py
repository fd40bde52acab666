"""The studio's story in JupyterLab: from a prompt in a cell to a PIL image in the kernel."""

from __future__ import annotations

from playwright.sync_api import expect

import looks

NEWEST_FIRST = "[picture.id for generation in studio.history[::-1] for picture in generation.pictures]"


def test_from_a_prompt_to_a_pil_image(open_studio):
    studio = open_studio(parameters={})
    studio.prompt.press_sequentially("a fox in the snow")
    studio.generate.click()
    expect(studio.cancel).to_have_count(1)
    expect(studio.cancel).to_have_accessible_description("a fox in the snow")
    expect(studio.options).to_have_count(0)
    studio.wait_for_pictures(1)

    studio.options.first.click()
    notebook = studio.notebook
    notebook.tells("studio.selected", notebook.evaluate(NEWEST_FIRST))
    notebook.tells("studio.prompt", "a fox in the snow")
    notebook.tells("studio.history[-1].prompt", "a fox in the snow")
    assert notebook.evaluate("studio.image.size") == notebook.evaluate(
        "[studio.selection[0].width, studio.selection[0].height]"
    )


def test_selection_by_click_and_by_arrow_keys_reaches_the_kernel(open_studio):
    studio = open_studio()
    studio.have("one", "two", "three")
    newest_first = studio.notebook.evaluate(NEWEST_FIRST)
    studio.options.nth(2).click()
    studio.notebook.tells("studio.selected", newest_first[2:])

    studio.options.nth(0).click()
    studio.page.keyboard.press("ArrowRight")
    expect(studio.options.nth(1)).to_have_attribute("aria-selected", "true")
    studio.notebook.tells("studio.selected", newest_first[1:2])
    studio.notebook.tells("[studio.image == each.image for each in studio.selection]", [True])


def test_what_python_sets_the_page_shows(open_studio):
    studio = open_studio()
    studio.make("a fox")
    studio.notebook.evaluate("setattr(studio, 'prompt', 'an owl, from Python')")
    expect(studio.prompt).to_have_value("an owl, from Python")
    studio.notebook.evaluate("setattr(studio, 'selected', [studio.history[0].pictures[0]])")
    expect(studio.selected).to_have_count(1)


def test_a_picture_made_by_code_appears_and_leaves_the_controls_alone(open_studio):
    studio = open_studio()
    studio.prompt.fill("typed and not sent")
    studio.notebook.evaluate("studio.generate('made by code').status")
    studio.wait_for_pictures(1)
    expect(studio.prompt).to_have_value("typed and not sent")
    expect(studio.selected).to_have_count(0)


def test_a_click_is_carried_out_while_a_cell_runs(open_studio):
    studio = open_studio()
    studio.prompt.fill("made while the kernel is busy")
    # The cell ends when the click's picture is there, or else says so.
    studio.notebook.start(
        1,
        "import time\nend = time.monotonic() + 40\n"
        "while not studio.images and time.monotonic() < end: time.sleep(0.05)\n"
        "print(len(studio.images))",
    )
    studio.generate.click()
    studio.notebook.wait_for_end(1)
    assert studio.notebook.output(1) == "1"


def test_a_running_job_can_be_cancelled(open_studio):
    studio = open_studio()
    studio.notebook.evaluate("studio.submit('slow', latency=60).status")
    expect(studio.cancel).to_have_accessible_description("slow")
    studio.cancel.click()
    expect(studio.cancel).to_have_count(0)
    studio.notebook.tells("studio.history[-1].status", "cancelled")


def test_a_call_that_blocks_a_cell_can_be_cancelled_on_the_page(open_studio):
    studio = open_studio()
    studio.notebook.start(1, "studio.generate('slow', latency=60)")
    studio.cancel.click()
    studio.notebook.wait_for_end(1)
    expect(studio.cancel).to_have_count(0)
    studio.notebook.tells("studio.history[-1].status", "cancelled")


def test_a_cell_that_is_run_again_shows_what_is_under_way(open_studio):
    studio = open_studio()
    studio.notebook.evaluate("studio.submit('slow', latency=60).status")
    studio.notebook.run(0)
    expect(studio.cancel).to_have_count(1)
    studio.cancel.click()
    expect(studio.cancel).to_have_count(0)


def test_an_error_is_a_sentence_and_the_prompt_is_kept(open_studio):
    studio = open_studio()
    studio.prompt.fill("a fox")
    studio.notebook.evaluate("setattr(studio, 'parameters', {'size': '1x1'})")
    studio.generate.click()
    expect(studio.root.get_by_role("alert")).to_contain_text("1x1")
    expect(studio.prompt).to_have_value("a fox")
    studio.notebook.tells("len(studio.history)", 0)


def test_a_reload_of_the_page_keeps_the_pictures(open_studio_alone):
    studio = open_studio_alone()
    studio.make("a fox")
    studio.make("an owl")
    studio.notebook.save()
    studio.notebook.load()
    studio.wait_for_pictures(2)
    expect(studio.prompt).to_have_value("an owl")


def test_a_new_kernel_finds_the_pictures_again(open_studio):
    studio = open_studio()
    studio.make("a fox")
    studio.notebook.restart()
    studio.notebook.run(0)
    studio.wait_for_pictures(1)
    studio.notebook.tells("studio.history[0].prompt", "a fox")


@looks.at((360, 1800), (1280, 900))
def test_it_fits_the_page(open_studio, width, height, theme):
    studio = open_studio(width=width, height=height, theme=theme, parameters={})
    studio.screenshot(f"empty-{width}-{theme}")
    studio.make("a lighthouse on a cliff, evening light, gouache")
    studio.make("a fox in the snow")
    studio.options.first.click()
    expect(studio.options.locator("img").last).to_be_visible()
    studio.screenshot(f"story-{width}-{theme}")
    assert studio.root.evaluate("element => element.scrollWidth <= element.clientWidth")
    dark = studio.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    assert dark is (theme == "dark")
