"""The contact sheet beside the studio: when it is published, what it holds, and what hosts leave of it."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import bleach
import comm
import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.history import stills
from nbimagegen.studio import sheet as sheets
from nbimagegen.studio.sheet import SHOWN, Sheet, own_shell
from tests.pretend_page import SMALL, Page, settle

MOST_A_PICTURE = 12_000
SECRET = "sk-canary-0123456789"


@dataclass
class Shell:
    """IPython in a kernel, as far as the sheet knows it."""

    is_watched: bool = True
    published: list[dict[str, Any]] = field(default_factory=list)
    hooks: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kernel = SimpleNamespace(_allow_stdin=self.is_watched)
        self.display_pub = SimpleNamespace(publish=lambda **what: self.published.append(what))
        self.events = SimpleNamespace(
            register=lambda _, hook: self.hooks.append(hook),
            unregister=lambda _, hook: self.hooks.remove(hook),
        )

    @property
    def outputs(self) -> list[dict[str, str]]:
        """What stands in the cell: of each display id what was published last."""
        return list({each["transient"]["display_id"]: each["data"] for each in self.published}.values())


class Clock:
    """Runs what waits when a test says so."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []

    def later(self, _seconds: float, action: Any) -> None:
        self.waiting.append(action)

    def strike(self) -> None:
        waiting, self.waiting = self.waiting, []
        for action in waiting:
            action()


@pytest.fixture
def session() -> Session:
    return Session("otters & <b>", gateway="sketch", parameters=SMALL)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shell() -> Shell:
    return Shell()


@pytest.fixture
def sheet(session, clock, shell) -> Sheet:
    return Sheet(session, clock.later, lambda: shell)


def image_of(output: dict[str, str]) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(output["image/jpeg"])))


def test_it_holds_nothing_while_there_is_no_picture(sheet, shell, clock):
    sheet.show()
    clock.strike()
    picture, captions = shell.outputs
    assert picture["text/html"] == ""
    assert "<li" not in captions["text/html"]


def test_it_holds_a_picture_and_then_its_captions(sheet, session, shell, clock):
    session.generate("an otter & <script>alert(1)</script>", n=2)
    sheet.show()
    clock.strike()
    picture, captions = shell.outputs
    assert image_of(picture).format == "JPEG"
    assert "text/html" not in picture  # a host that drops pictures inside HTML would choose it
    assert captions["text/html"].count("<li") == 2
    assert "<script>" not in captions["text/html"]
    assert "<b>otters &amp; &lt;b&gt;</b>" in captions["text/html"]
    assert f'data-nbimagegen-session="{session.folder.name}"' in captions["text/html"]


def test_it_shows_nothing_at_once_so_that_it_does_not_flash_up_before_the_studio(sheet, session, shell):
    session.generate("an otter")
    sheet.show()
    assert [each["update"] for each in shell.published] == [False, False]
    assert "image/jpeg" not in shell.outputs[0]


def test_changes_within_a_moment_are_one_update_and_no_change_is_none(sheet, session, shell, clock):
    sheet.show()
    clock.strike()
    before = len(shell.published)
    for _ in range(3):
        session.generate("an otter")
        sheet.change()
    assert len(clock.waiting) == 1
    clock.strike()
    sheet.change()
    clock.strike()
    assert [each["update"] for each in shell.published[before:]] == [True, True]


def test_every_cell_that_shows_the_studio_has_the_same_outputs(sheet, session, shell, clock):
    sheet.show()
    sheet.show()
    session.generate("an otter")
    clock.strike()
    ids = [each["transient"]["display_id"] for each in shell.published]
    assert ids == ids[:2] * 3
    assert len(shell.hooks) == 1


def test_of_many_pictures_it_holds_the_newest(sheet, session, shell, clock):
    for number in range(3):
        session.generate(f"otter {number}", n=10)
    sheet.show()
    clock.strike()
    captions = shell.outputs[1]["text/html"]
    assert captions.count("<li") == SHOWN
    assert f"the newest {SHOWN} of 30 pictures" in captions
    assert captions.index("otter 2") < captions.index("otter 1") < captions.index("otter 0")


def test_a_picture_whose_file_is_gone_is_said_to_be(sheet, session, shell, clock):
    kept, gone = session.generate("kept"), session.generate("gone")
    gone.pictures[0].path.unlink()
    sheet.show()
    clock.strike()
    picture, captions = shell.outputs
    assert image_of(picture).width > 100
    assert "gone (sketch, 256x256) (its file cannot be read)" in captions["text/html"]
    assert captions["text/html"].count("<li") == len(kept.pictures)


@pytest.mark.parametrize("count", [1, 2, 5, SHOWN])
def test_it_takes_less_than_12_kb_a_picture(count, clock, shell, monkeypatch):
    session = Session("noise", gateway="sketch", parameters=SMALL)
    noise = io.BytesIO()
    Image.effect_noise((480, 480), 90).convert("RGB").save(noise, "WEBP")  # nothing is harder to make small
    monkeypatch.setattr(stills, "preview", lambda _picture: noise.getvalue())
    for n in [8] * (count // 8) or [count]:
        session.generate("橙色小猫<" * 30, n=n)
    Sheet(session, clock.later, lambda: shell).show()
    clock.strike()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()])
    book.cells[0].outputs = [nbformat.v4.new_output("display_data", data=each) for each in shell.outputs]
    assert len(nbformat.writes(book).encode()) <= MOST_A_PICTURE * count


def test_it_holds_no_original_no_key_and_no_path(clock, shell, tmp_path):
    name = str(tmp_path / "notes.ipynb")
    session = Session(name, gateway="sketch", parameters=SMALL)
    session.use_key("sketch", SECRET)
    original = session.generate("an otter").pictures[0].bytes
    Sheet(session, clock.later, lambda: shell).show()
    clock.strike()
    text = json.dumps(shell.outputs)
    assert SECRET not in text
    assert base64.b64encode(original).decode()[:60] not in text
    assert str(tmp_path) not in text
    assert "notes.ipynb" in text


def test_where_nobody_looks_on_it_is_filled_before_the_cell_ends(session, clock):
    shell = Shell(is_watched=False)
    session.generate("an otter")
    Sheet(session, clock.later, lambda: shell).show()
    for hook in shell.hooks:
        hook(None)
    assert "image/jpeg" in shell.outputs[0]


def test_a_closed_studios_sheet_stays_as_it_is(sheet, session, shell, clock):
    sheet.show()
    clock.strike()
    sheet.close()
    before = len(shell.published)
    session.generate("an otter")
    sheet.change()
    clock.strike()
    assert len(shell.published) == before
    assert not shell.hooks


def test_outside_a_kernel_and_under_voila_there_is_none(monkeypatch):
    assert own_shell() is None
    shell = SimpleNamespace(get_ipython=Shell)
    monkeypatch.setitem(sheets.sys.modules, "IPython", shell)
    assert own_shell() is not None
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    assert own_shell() is None


# In a studio.


@pytest.fixture
def studio(monkeypatch, clock, shell) -> ImageStudio:
    monkeypatch.setattr(comm, "create_comm", Page)
    monkeypatch.setattr(sheets, "_after", clock.later)
    monkeypatch.setattr(sheets.Sheet.__init__, "__defaults__", (None, lambda: shell))
    return ImageStudio("otters", gateway="sketch", parameters=SMALL)


def test_a_studio_that_is_not_shown_publishes_nothing(studio, shell, clock):
    studio.generate("an otter")
    settle()
    clock.strike()
    assert shell.published == []


def test_a_studio_that_is_shown_brings_its_sheet_up_to_date(studio, shell, clock):
    studio._repr_mimebundle_()
    studio.generate("an otter")
    settle()
    clock.strike()
    assert "an otter" in shell.outputs[1]["text/html"]


def test_show_opens_a_picture_in_the_views_and_leaves_the_selection(studio):
    first = studio.generate("one").pictures[0]
    page = studio.comm
    page.says({"kind": "hello"})
    studio.show(first)
    studio.show(first.id)
    assert [each["id"] for each in page.wait_for("show", 2)] == [first.id, first.id]
    assert studio.selected == ()


def test_show_before_there_is_a_view_is_carried_out_by_the_first(studio):
    first = studio.generate("one").pictures[0]
    studio.show(first)
    assert studio.comm.heard("show") == []
    studio.comm.says({"kind": "hello"})
    studio.comm.says({"kind": "hello"})
    assert [each["id"] for each in studio.comm.heard("show")] == [first.id]


@pytest.mark.parametrize("wrong", ["no such picture", "", "01ARZ3NDEKTSV4RRFFQ69G5FAV-0"])
def test_show_refuses_what_is_no_picture_of_the_session(studio, wrong):
    with pytest.raises(errors.NotFoundError):
        studio.show(wrong)


def test_a_notebook_that_is_executed_with_nobody_there_keeps_its_sheet(tmp_path, monkeypatch):
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    cells = [
        "from nbimagegen import ImageStudio\nstudio = ImageStudio('x', gateway='sketch')\nstudio",
        "quiet = studio.generate('an otter', latency=0)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    NotebookClient(book, timeout=120, kernel_name="python3", store_widget_state=False).execute()
    picture, captions, studio = [output.data for output in book.cells[0].outputs]
    assert "image/jpeg" in picture
    assert "an otter" in captions["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in studio


# What code hosts show. Pictures that are outputs of their own are shown by a host itself; of HTML it keeps
# what its sanitiser allows.

# GitHub: html-pipeline 2, lib/html/pipeline/sanitization_filter.rb, WHITELIST: no style, no data-*, and an
# `img` from http, https or a relative address alone.
GITHUBS_TAGS = (
    "h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p ol ul table thead tbody "
    "tfoot blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary details"
)
GITHUB = {
    "tags": set(GITHUBS_TAGS.split()),
    "attributes": {"a": ["href"], "img": ["src", "alt", "width", "height"], "*": ["dir", "title", "align"]},
    "protocols": {"http", "https", "mailto"},
}
# GitLab: app/assets/javascripts/notebook/cells/output/index.vue: a PNG or a JPEG before HTML; its DOMPurify
# (lib/dompurify.js) drops style elements.
# VS Code, and JupyterLab for a notebook that is not trusted, may show no HTML at all.
CHOICES = {
    "github": ("text/html", "image/png", "image/jpeg", "text/plain"),
    "gitlab": ("image/png", "image/jpeg", "text/html", "text/plain"),
    "no html": ("image/png", "image/jpeg", "text/plain"),
}


def left_of(host: str, output: dict[str, str]) -> str:
    """Return what a host shows of one output, as HTML."""
    kind = next(each for each in CHOICES[host] if each in output)
    if kind.startswith("image/"):
        return f"<img src='data:{kind};base64,{output[kind]}'>"
    return bleach.clean(output[kind], **GITHUB, strip=True) if kind == "text/html" else output[kind]


@pytest.mark.parametrize("host", CHOICES)
def test_code_hosts_show_the_pictures_and_what_they_are(host, sheet, session, shell, clock):
    session.generate("an otter", n=2)
    sheet.show()
    clock.strike()
    picture, captions = (left_of(host, each) for each in shell.outputs)
    assert picture.startswith("<img src='data:image/jpeg;base64,")
    assert host == "no html" or captions.count("<li") == captions.count("an otter") == 2
    assert "style" not in captions


@pytest.mark.parametrize("host", CHOICES)
def test_code_hosts_show_a_picture_that_was_shown_in_a_cell(host, session):
    bundle = session.generate("an otter").pictures[0]._repr_mimebundle_()
    assert left_of(host, bundle).startswith("<img src='data:image/jpeg;base64,")


def test_nbconvert_shows_them_also_where_it_sanitises(sheet, session, shell, clock):
    session.generate("an otter")
    sheet.show()
    clock.strike()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()])
    book.cells[0].outputs = [nbformat.v4.new_output("display_data", data=each) for each in shell.outputs]
    page, _ = HTMLExporter(sanitize_html=True).from_notebook_node(book)
    assert "data:image/jpeg;base64," in page
    assert "an otter" in page
