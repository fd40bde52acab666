"""A kernel or a host without subshells: clicks wait for the running cell, and the page says so."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import jupyter
from sharing import Shared

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = "The kernel is busy; interrupt it to cancel."
# The cell ends when the test says so, by a file.
WAIT = "import pathlib, time\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.05)"


@pytest.fixture(scope="module")
def shared(browser, tmp_path_factory) -> Iterator[Shared]:
    with (
        jupyter.running(tmp_path_factory.mktemp("plain"), jupyter.SUBSHELLS_OFF) as server,
        closing(Shared(server, browser)) as shared,
    ):
        yield shared


def test_a_click_that_must_wait_says_so_and_is_carried_out_once(open_studio, tmp_path):
    studio = open_studio()
    go_on = tmp_path / "go-on"
    studio.prompt.fill("made after the cell")
    studio.notebook.start(1, WAIT.format(str(go_on)))
    studio.generate.click()
    expect(studio.root.get_by_text(BUSY)).to_be_visible()
    expect(studio.prompt).to_have_value("made after the cell")
    go_on.touch()
    studio.notebook.wait_for_end(1)
    studio.wait_for_pictures(1)
    expect(studio.root.get_by_text(BUSY)).to_be_hidden()
    studio.notebook.tells("len(studio.history)", 1)


def test_a_job_goes_on_and_arrives_while_a_cell_is_busy(open_studio, tmp_path):
    studio = open_studio(parameters={})
    go_on = tmp_path / "go-on"
    studio.prompt.fill("a fox")
    studio.generate.click()
    expect(studio.cancel).to_have_count(1)
    studio.notebook.start(1, WAIT.format(str(go_on)))
    studio.wait_for_pictures(1)  # pushed: the page need not ask
    expect(studio.options.locator("img").first).to_be_visible()
    go_on.touch()
    studio.notebook.wait_for_end(1)


def test_cancel_during_a_blocking_call_says_to_interrupt_and_interrupting_cancels(open_studio):
    studio = open_studio()
    studio.notebook.start(1, "studio.generate('slow', latency=60)")
    studio.cancel.click()
    expect(studio.root.get_by_text(BUSY)).to_be_visible()
    studio.notebook.command("notebook:interrupt-kernel")
    studio.notebook.wait_for_end(1)
    expect(studio.cancel).to_have_count(0)
    studio.notebook.tells("studio.history[-1].status", "cancelled")
