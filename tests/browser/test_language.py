"""The studio in the language that Python chose, with a real kernel at the other end."""

from __future__ import annotations

from playwright.sync_api import expect


def test_python_chooses_the_language_and_dialogs_speak_it_too(open_studio):
    studio = open_studio(language="zh-CN")
    expect(studio.root.get_by_role("button", name="生成", exact=True)).to_be_visible()
    studio.root.get_by_role("button", name="快捷键").click()
    expect(studio.page.get_by_role("dialog", name="快捷键")).to_be_visible()
    studio.page.keyboard.press("Escape")
    studio.notebook.evaluate("setattr(studio, 'language', 'en')")
    expect(studio.root.get_by_role("button", name="Generate", exact=True)).to_be_visible()
