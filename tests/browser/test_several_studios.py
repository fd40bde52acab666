"""Several studios on one page: each is its own, and two views of one are the same."""

from __future__ import annotations

from playwright.sync_api import expect

from studios import Studio, show

TWICE = """() => {
    const ids = [...document.querySelectorAll(".nbimagegen [id]")].map(({ id }) => id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""


def test_two_studios_are_independent_and_two_views_of_one_are_alike(open_notebook):
    settings = {"gateway": "sketch", "parameters": {"latency": 0, "size": "256x256"}}
    other = show("another of several", **settings).replace("studio", "other")
    notebook = open_notebook(show("one of several", **settings), other, "studio")
    for cell in range(3):
        notebook.run(cell)
    one, another, view = (Studio(notebook, nth) for nth in range(3))
    another.prompt.fill("typed here alone")
    one.make("a fox")
    another.make("an owl")
    for each in (one, view):
        expect(each.options).to_have_count(1)
        expect(each.options).to_have_accessible_name("a fox, 1 of 1")
        expect(each.prompt).to_have_value("a fox")
    expect(another.options).to_have_accessible_name("an owl, 1 of 1")

    view.options.first.click()
    expect(one.selected).to_have_count(1)
    expect(another.selected).to_have_count(0)
    another.options.first.press("Enter")
    expect(notebook.page.locator("dialog[open]")).to_contain_text("an owl")
    notebook.page.keyboard.press("Escape")
    assert notebook.page.evaluate(TWICE) == []
    both = "[len(studio.images), len(other.images), studio.prompt, other.prompt]"
    notebook.tells(both, [1, 1, "a fox", "an owl"])
