"""A gateway with moods, seen in JupyterLab: previews, waiting, trying again, and keys."""

from __future__ import annotations

import base64
import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import looks
from studios import PATIENCE, Studio
from tests.emulator import Stall, answer, error, paint, too_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator import Emulator

KEYRING = """\
import keyring
from keyring.backend import KeyringBackend

class InMemory(KeyringBackend):
    priority = 1
    held = {}
    def get_password(self, service, user): return self.held.get(user)
    def set_password(self, service, user, secret): self.held[user] = secret

keyring.set_keyring(InMemory())
from nbimagegen import ImageStudio
studio = ImageStudio("key tick", gateway="xiexus")
studio
"""


@pytest.fixture
def open_remote(open_studio, emulator: Emulator) -> Callable[..., Studio]:
    """Show a studio of the emulated gateway."""
    remote = {"gateway": "openai", "base_url": emulator.base_url, "model": "gpt-image-1", "parameters": {}}
    return partial(open_studio, **remote, api_key="sk-loopback")


def growing(size: tuple[int, int] = (512, 512)) -> bytes:
    """Return the server-sent event of an unfinished picture."""
    fields = {
        "type": "image_generation.partial_image",
        "partial_image_index": 0,
        "b64_json": base64.b64encode(paint(size)).decode(),
    }
    return f"event: {fields['type']}\ndata: {json.dumps(fields)}\n\n".encode()


@looks.at((360, 1700), (1280, 900))
def test_a_live_preview_shows_the_picture_while_it_grows(open_remote, emulator, width, height, theme):
    studio = open_remote(width=width, height=height, theme=theme)
    partial = growing()
    stream = answer(200, partial + b"\n", headers={"Content-Type": "text/event-stream"})
    emulator.next(Stall(len(partial), stream))
    tick = studio.root.get_by_role("checkbox", name="Live preview")
    expect(tick).not_to_be_checked()
    tick.check()
    studio.prompt.fill("an otter")
    studio.generate.click()
    preview = studio.root.get_by_role("img", name="Live preview")
    expect(preview).to_be_visible(timeout=PATIENCE)
    expect(preview).to_have_js_property("naturalWidth", 512)
    asked = emulator.posts[0].json
    assert (asked["stream"], asked["partial_images"]) == (True, 2)
    studio.screenshot(f"live-{width}-{theme}")
    studio.cancel.click()
    expect(preview).to_have_count(0)
    expect(studio.root.get_by_text("This may have been billed.")).to_be_visible()


def test_a_job_that_is_rate_limited_counts_down(open_remote, emulator):
    studio = open_remote()
    emulator.always(too_many(Retry_After="40"))
    studio.prompt.fill("an otter")
    studio.generate.click()
    countdown = studio.root.get_by_text("Rate limited; next try in")
    expect(countdown).to_be_visible(timeout=PATIENCE)
    first = countdown.inner_text()
    expect(countdown).not_to_have_text(first)
    studio.screenshot("limited-1280-light")
    studio.cancel.click()
    expect(studio.cancel).to_have_count(0)
    studio.notebook.tells("studio.history[-1].status", "cancelled")


@looks.at((360, 1700), (1280, 900))
def test_what_failed_is_tried_again_by_one_press(open_remote, emulator, width, height, theme):
    studio = open_remote(width=width, height=height, theme=theme)
    emulator.next(error(500, "The upstream broke."))
    studio.prompt.fill("an otter")
    studio.generate.click()
    retry = studio.root.get_by_role("button", name="Retry (may be billed again)")
    expect(retry).to_be_visible(timeout=PATIENCE)
    expect(studio.root.get_by_text("HTTP 500")).to_be_visible()
    studio.screenshot(f"failed-{width}-{theme}")
    retry.click()
    studio.wait_for_pictures(1)
    expect(retry).to_have_count(0)
    first, second = studio.notebook.evaluate("[[each.id, each.retry_of] for each in studio.history]")
    assert second[1] == first[0]
    assert len(emulator.posts) == 2


def test_a_key_is_saved_in_the_keyring_where_it_is_ticked(open_notebook_alone):
    notebook = open_notebook_alone(KEYRING)
    notebook.run(0)
    studio = Studio(notebook)
    tick = studio.root.get_by_role("checkbox", name="Save in this computer's keyring")
    expect(tick).to_be_visible(timeout=PATIENCE)
    tick.check()
    studio.root.get_by_label("API key").fill("sk-loopback")
    studio.screenshot("key-1280-light")
    studio.root.get_by_role("button", name="Use key").click()
    change = studio.root.get_by_role("button", name="Change key")
    expect(change).to_be_focused()
    notebook.tells("InMemory.held", {"xiexus": "sk-loopback"})
    change.click()
    expect(studio.root.get_by_label("API key")).to_be_focused()


def test_the_picker_lists_what_the_gateway_serves(open_remote, emulator):
    studio = open_remote()
    emulator.next_get(answer(200, {"data": [{"id": "gpt-image-1"}, {"id": "otter-9"}]}))
    studio.root.get_by_role("combobox", name="Model", exact=True).click()
    listed = studio.root.get_by_role("option", name="otter-9")
    listed.click(timeout=PATIENCE)
    studio.notebook.tells("studio.model", "otter-9")
    assert emulator.posts == []
