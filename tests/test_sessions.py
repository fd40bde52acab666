"""Which session an unnamed one is, what a copied notebook goes on from, and all that there are."""

from __future__ import annotations

import json
import sys
import warnings
from types import SimpleNamespace

import pytest

import nbimagegen
from nbimagegen import ImageStudio, Session, errors
from nbimagegen.session import former, naming
from nbimagegen.store import Store, folder_name
from tests.emulator import Held

HOSTS = ["JPY_SESSION_NAME", "SERVER_SOFTWARE", "COLAB_RELEASE_TAG", *naming._OF_VOILA]


@pytest.fixture
def in_a_kernel(monkeypatch) -> None:
    monkeypatch.setattr(naming, "_is_kernel", lambda: True)
    for name in HOSTS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def make():
    """Make a session that holds some pictures."""

    def filled(name: str, count: int = 1) -> Session:
        session = Session(name, gateway="sketch", parameters={"size": "256x256"})
        for _ in range(count):
            session.generate("a fox")
        return session

    return filled


# Which notebook a host tells.

BOOK = "/books/foxes.ipynb"
TOLD = [
    ({"JPY_SESSION_NAME": BOOK}, BOOK),
    ({"JPY_SESSION_NAME": "/books/foxes.md"}, "/books/foxes.md"),  # as Jupytext opens it
    ({"JPY_SESSION_NAME": "/books/Console 1"}, None),
    ({"JPY_SESSION_NAME": "/books/foxes-jvsc-6f9619ff.ipynb"}, None),
    ({"JPY_SESSION_NAME": BOOK, "VOILA_PREHEAT": "False"}, None),
    ({"JPY_SESSION_NAME": BOOK, "VOILA_KERNEL_ID": "1"}, None),
    ({"JPY_SESSION_NAME": BOOK, "SERVER_SOFTWARE": "voila/0.5.13"}, None),
    ({"JPY_SESSION_NAME": BOOK, "VOILA_APP_IP": "0.0.0.0"}, BOOK),  # noqa: S104 - a setting of a server
    ({"JPY_SESSION_NAME": "/content/fileId=1x", "COLAB_RELEASE_TAG": "1"}, None),
    ({"JPY_SESSION_NAME": "/books/fileId.ipynb", "COLAB_RELEASE_TAG": "1"}, None),
    ({}, None),
]


@pytest.mark.usefixtures("in_a_kernel")
@pytest.mark.parametrize(("variables", "path"), TOLD, ids=str)
def test_a_notebook_is_known_where_its_host_tells_it(monkeypatch, variables, path):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert naming.notebook_path() == path


@pytest.mark.usefixtures("in_a_kernel")
def test_vs_code_knows_better_than_the_server_whose_kernel_it_took(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "/else/where.ipynb")
    monkeypatch.setattr(sys.modules["__main__"], "__vsc_ipynb_file__", BOOK, raising=False)
    assert naming.notebook_path() == BOOK


@pytest.mark.parametrize(
    ("mode", "path"),
    [("edit", "/books/foxes.py"), ("run", None), (None, None)],
    ids=["edit", "app", "script"],
)
def test_marimo_tells_the_notebook_that_is_edited(monkeypatch, mode, path):
    context = SimpleNamespace(filename="/books/foxes.py", session_mode=mode and SimpleNamespace(value=mode))
    room = SimpleNamespace(get_context=lambda: context)
    monkeypatch.setitem(sys.modules, "marimo._runtime.context", room)
    assert naming.notebook_path() == path


def test_another_thread_of_marimo_is_told_nothing(monkeypatch):
    room = SimpleNamespace(get_context=lambda: 1 / 0)
    monkeypatch.setitem(sys.modules, "marimo._runtime.context", room)
    assert naming.notebook_path() is None


@pytest.mark.usefixtures("in_a_kernel")
def test_a_visitor_of_voila_has_a_session_of_his_own_and_is_not_told_to_name_it(monkeypatch):
    monkeypatch.setenv("VOILA_PREHEAT", "True")
    monkeypatch.setattr(naming, "_has_said_unnamed", False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = Session(gateway="sketch"), Session(gateway="sketch")
    assert first.folder != second.folder
    assert Session("guests", gateway="sketch").folder == Session("guests", gateway="sketch").folder


# A notebook that was copied or renamed.


def sheet(name: str) -> str:
    return f'<div class="nbimagegen" data-nbimagegen-session="{folder_name(name)}"><img></div>'


def book_of(*outputs: object) -> str:
    shown = [{"output_type": "display_data", "data": {"text/html": each}} for each in outputs]
    return json.dumps({"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": shown}]})


@pytest.fixture
def copied(tmp_path, monkeypatch, in_a_kernel):  # noqa: ARG001 - where it is opened
    """Save a notebook under a new path; return how a session is begun in it."""
    monkeypatch.setattr(former, "_said", set())
    path = tmp_path / "copy.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))

    def begin(text: str) -> Session:
        path.write_text(text)
        return Session(gateway="sketch")

    return begin


OLD = 'old "foxes" & <owls>.ipynb'
SHEETS = {
    "one text": [sheet(OLD)],
    "lines": [[sheet(OLD)[:30], sheet(OLD)[30:]]],
    "several": [sheet("unheard of"), sheet(OLD), sheet("never was")],
    "among others": ["<p>", sheet(OLD), 7],
}


@pytest.mark.parametrize("outputs", SHEETS.values(), ids=SHEETS)
def test_a_copied_notebook_offers_the_history_that_its_outputs_show(make, copied, outputs):
    make(OLD)
    with pytest.warns(errors.FormerSessionWarning, match="goes on with") as caught:
        session = copied(book_of(*outputs))
    assert session.former == OLD
    assert f"Session({OLD!r})" in str(caught[0].message)
    assert len(session.history) == 0


def test_it_is_said_once_and_no_longer_once_there_is_a_history(make, copied):
    make(OLD)
    with pytest.warns(errors.FormerSessionWarning):
        session = copied(book_of(sheet(OLD)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert copied(book_of(sheet(OLD))).former == OLD
        session.generate("a fox", size="256x256")
        assert copied(book_of(sheet(OLD))).former == ""


def test_the_studio_says_how_to_go_on(make, copied):
    make(OLD)
    with pytest.warns(errors.FormerSessionWarning):
        studio = ImageStudio(copied(book_of(sheet(OLD))))
    assert [each["message"] for each in studio._notices] == [former.how_to_go_on(OLD)]


NOTHING = ["", "{", "[]", '{"cells": 7}', '{"cells": [7]}', '{"cells": [{"outputs": [7]}]}', "[" * 9999]


@pytest.mark.parametrize("text", [*NOTHING, book_of(sheet("never was"))], ids=lambda each: each[:30])
def test_where_nothing_is_told_nothing_is_offered(copied, text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert copied(text).former == ""


def test_a_notebook_too_large_to_look_into_is_left_alone(make, copied, monkeypatch):
    make(OLD)
    monkeypatch.setattr(former, "MAX_BYTES", 20)
    assert copied(book_of(sheet(OLD))).former == ""


def test_its_own_sheet_is_no_former_session(copied, tmp_path, make):
    own = str(tmp_path / "copy.ipynb")
    make(OLD)
    assert copied(book_of(sheet(own))).former == ""


# All that there are.


def test_sessions_are_listed_with_counts_size_and_dates(make):
    make("foxes", 2)
    make("小猫 <b>")
    listed = nbimagegen.sessions()
    assert [(each.name, each.generations, each.pictures) for each in listed] == [
        ("小猫 <b>", 1, 1),
        ("foxes", 2, 2),
    ]
    [cats, foxes] = listed
    assert foxes.folder.is_dir()
    assert foxes.bytes > sum(each.record.bytes for each in foxes.open(gateway="sketch").pictures)
    assert foxes.created <= foxes.changed <= cats.changed
    assert listed["foxes"] == foxes
    assert (listed[1:][0], repr(foxes)) == (foxes, "<SessionInfo 'foxes' 2 generations 2 pictures>")


def test_the_list_shows_itself_as_a_table(make):
    make("foxes & <owls>")
    head, line = repr(nbimagegen.sessions()).splitlines()
    assert head.split()[:3] == ["session", "generations", "pictures"]
    assert line.startswith("foxes & <owls>")
    assert "<td>foxes &amp; &lt;owls&gt;</td>" in nbimagegen.sessions()._repr_html_()


def test_where_there_are_none_the_list_is_empty():
    assert list(nbimagegen.sessions()) == []
    assert repr(nbimagegen.sessions()).startswith("session")
    with pytest.raises(errors.NotFoundError, match="no session 'foxes'"):
        nbimagegen.sessions()["foxes"]


def test_a_session_is_opened_by_its_row(make):
    made = make("foxes")
    assert nbimagegen.sessions()["foxes"].open(gateway="sketch").history[0].id == made.history[0].id


def test_a_renamed_session_is_whole_and_whoever_held_it_is_told(make):
    session = make("foxes")
    sha256 = session.pictures[0].sha256
    renamed = nbimagegen.sessions()["foxes"].rename("owls")
    assert (renamed.name, renamed.pictures) == ("owls", 1)
    assert [each.name for each in nbimagegen.sessions()] == ["owls"]
    assert renamed.open(gateway="sketch").pictures[0].sha256 == sha256
    with pytest.raises(errors.StoreError, match=r"go on with Session\('owls'\)"):
        session.generate("a fox")
    assert "renamed" in repr(session)
    assert len(make("foxes").history) == 1  # a new one


def test_a_session_takes_no_empty_name_and_its_own_changes_nothing(make):
    session, row = make("foxes"), nbimagegen.sessions()["foxes"]
    for name in ("", " ", 1, None):
        with pytest.raises(errors.ParameterError, match="name is a text"):
            row.rename(name)
    assert row.rename("foxes") is row
    assert len(session.history) == 1


def test_a_session_is_found_by_its_name_and_by_its_row(make):
    make("foxes")
    found = nbimagegen.sessions()
    assert "foxes" in found
    assert found[0] in found
    assert "owls" not in found


def test_a_name_that_is_no_text_is_refused():
    with pytest.raises(errors.ParameterError, match="of type int"):
        Session(1, gateway="sketch")


def test_who_has_stopped_listening_may_stop_again():
    session = Session("foxes", gateway="sketch")
    others = [session.listen(print), session.watch(print)]
    for stop in (session.listen(print), session.watch(print)):
        stop()
        stop()
    assert (session._desk.listeners, session._desk.watchers) == ([print], [print])
    for stop in others:
        stop()


def test_a_session_is_not_renamed_over_another(make):
    session = make("foxes")
    make("owls")
    with pytest.raises(errors.StoreError, match="owls"):
        nbimagegen.sessions()["foxes"].rename("owls")
    assert len(nbimagegen.sessions()) == 2
    session.generate("another fox")


@pytest.mark.parametrize("change", [lambda row: row.rename("owls"), lambda row: row.delete()])
def test_a_session_with_a_generation_under_way_stays_where_it_is(emulator, change):
    session = Session("foxes", base_url=emulator.base_url, model="any")
    held = Held()
    emulator.next(held)
    running = session.submit("a fox")
    with pytest.raises(errors.StoreError, match="under way, 1 in all"):
        change(nbimagegen.sessions()["foxes"])
    held.release()
    assert running.wait(30).status == "done"


def test_a_session_that_fetches_pictures_stays_where_it_is(make):
    session = make("foxes")
    session._desk.fetching["one"] = None
    with pytest.raises(errors.StoreError, match="under way, 1 in all"):
        nbimagegen.sessions()["foxes"].rename("owls")


def test_what_the_disk_did_not_take_is_saved_before_a_session_moves(make, monkeypatch):
    session = make("foxes")
    with monkeypatch.context() as patch:
        full = errors.StoreError("no space left")
        patch.setattr(Store, "save_picture", lambda *_, **__: (_ for _ in ()).throw(full))
        session.generate("an owl")
        with pytest.raises(errors.StoreError, match="did not take"):
            nbimagegen.sessions()["foxes"].rename("owls")
    assert nbimagegen.sessions()["foxes"].rename("owls").pictures == 2


def test_a_deleted_session_begins_anew(make):
    session = make("foxes")
    nbimagegen.sessions()["foxes"].delete()
    assert list(nbimagegen.sessions()) == []
    with pytest.raises(errors.StoreError, match="was deleted"):
        _ = session.history
    assert len(make("foxes").history) == 1


def test_a_moved_home_takes_its_histories_along(make, tmp_path):
    session = make("foxes")
    moved = session.folder.parent.rename(tmp_path / "elsewhere")
    [info] = nbimagegen.session.sessions.sessions(moved)
    assert (info.name, info.folder.parent) == ("foxes", moved)
    assert len(info.open(gateway="sketch").pictures) == 1
