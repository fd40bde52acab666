"""The studio's story in marimo and Voila: generate, select, mask, reload, fetch in the kernel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import hosts
from painting import BOTTOM, LEFT, RIGHT, TOP, paint_a_rectangle
from studios import PATIENCE, Studio

if TYPE_CHECKING:
    from collections.abc import Iterator

PROMPT = "a fox in the snow"
HOSTS = {
    "marimo run": partial(hosts.marimo, mode="run"),
    "marimo edit": partial(hosts.marimo, mode="edit"),
    "voila": hosts.voila,
}
EDGES = "[studio.mask.any(axis).nonzero()[0][[0, -1]].tolist() for axis in (0, 1)]"
LIGHTNESS = """element => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = getComputedStyle(element.querySelector(".studio")).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data[1];
}"""


@pytest.fixture(params=HOSTS)
def host(request, browser, tmp_path) -> Iterator[hosts.Host]:
    # Hosts whose own theme is light, whatever the system's is.
    with (
        HOSTS[request.param](tmp_path) as address,
        browser.new_context(viewport={"width": 1280, "height": 1000}, color_scheme="dark") as context,
    ):
        opened = hosts.Host(context.new_page(), address)
        yield opened
        assert opened.errors == []


def test_from_a_prompt_by_way_of_a_mask_to_the_kernel_and_over_a_reload(host):
    studio = Studio(host)
    expect(studio.prompt).to_be_visible(timeout=PATIENCE)
    assert studio.root.evaluate(LIGHTNESS) > 200
    studio.make(PROMPT)
    studio.options.first.click()
    host.tells("[studio.prompt, studio.image.size]", [PROMPT, [256, 256]])
    host.tells("studio.selected", host.evaluate("[studio.pictures[-1].id]"))

    studio.options.first.press("e")
    studio.root.get_by_role("button", name="Paint a mask").click()
    paint_a_rectangle(host.page)
    host.tells("studio.mask is not None", value=True)
    assert host.evaluate("studio.mask.shape") == [256, 256]
    assert host.evaluate(EDGES) == [[LEFT, RIGHT], [TOP, BOTTOM]]

    host.page.reload()
    host.tells("len(studio.history)", 1)  # until it answers, a host may put up the page anew
    studio.wait_for_pictures(1)
    studio.options.first.click()
    expect(studio.selected).to_have_count(1)
    assert host.evaluate("[studio.image.size, studio.history[-1].prompt]") == [[256, 256], PROMPT]
