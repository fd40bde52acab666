"""The command line that lists histories, mends them and empties their trash."""

from __future__ import annotations

import io
import json

import pytest

from nbimagegen import Session, cli, errors, sessions
from tests.emulator import error


@pytest.fixture
def foxes() -> Session:
    """A session with two pictures."""
    session = Session("foxes", gateway="sketch", parameters={"size": "256x256"})
    for prompt in ("a fox", "a red fox"):
        session.generate(prompt)
    return session


@pytest.fixture
def answers(monkeypatch):
    """Answer what is asked; without an answer nobody is there."""
    return lambda *lines: monkeypatch.setattr(
        "sys.stdin", io.StringIO("".join(f"{each}\n" for each in lines))
    )


@pytest.mark.usefixtures("foxes")
def test_sessions_are_listed(capsys):
    assert cli.main(["sessions"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["session", "generations", "pictures", "size", "created", "changed"]
    assert line.split()[:3] == ["foxes", "2", "2"]


def test_sessions_are_listed_as_json(capsys, foxes):
    assert cli.main(["sessions", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert (row["session"], row["pictures"], row["folder"]) == ("foxes", 2, str(foxes.folder))
    assert row["bytes"] > 1000


def test_without_a_history_a_list_is_empty(capsys):
    assert [cli.main(["sessions", "--json"]), cli.main(["repair"]), cli.main(["trash"])] == [0, 0, 0]
    assert capsys.readouterr().out == "[]\nThe trash is empty.\n"


@pytest.mark.parametrize("command", [["repair"], ["repair", "foxes"]])
def test_a_damaged_index_is_made_again(capsys, foxes, command):
    (foxes.folder / "index.sqlite").write_bytes(b"no index" * 1000)
    assert cli.main(command) == 0
    assert capsys.readouterr().out == "foxes: 2 generations\n"


def test_what_is_missing_is_said(capsys, foxes):
    foxes.pictures[0].path.unlink()
    assert cli.main(["repair"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("foxes: 2 generations; ")
    assert "missing" in told


def test_a_record_that_cannot_be_read_is_named_and_left_alone(capsys, foxes):
    path = foxes.folder / "generations" / "0000000000000000000000000A.json"
    path.write_text("{")
    assert cli.main(["repair", "foxes"]) == 1
    assert f"{path.name} cannot be read" in capsys.readouterr().out
    assert path.read_text() == "{"


def test_a_session_that_is_not_there_cannot_be_repaired(capsys):
    assert cli.main(["repair", "owls"]) == 1
    assert "There is no session 'owls'" in capsys.readouterr().err
    assert list(sessions()) == []


@pytest.fixture
def full(foxes) -> Session:
    """A trash that holds a picture and a session."""
    Session("owls", gateway="sketch").generate("an owl", size="256x256")
    sessions()["owls"].delete()
    foxes.pictures[0].delete()
    return foxes


HELD = "the session owls\npictures of foxes: 1\n"


@pytest.mark.usefixtures("full")
def test_the_trash_is_listed_and_kept(capsys):
    for _ in range(2):
        assert cli.main(["trash", "--list"]) == 0
        assert capsys.readouterr().out == HELD


def test_generations_without_pictures_are_in_the_trash_too(capsys, foxes, emulator):
    emulator.next(error(400, "No."))
    failing = Session("foxes", base_url=emulator.base_url, model="any")
    with pytest.raises(errors.RefusedError):
        failing.generate("a fox")
    failing.history[-1].delete()
    assert cli.main(["trash", "--list"]) == 0
    assert capsys.readouterr().out == "generations of foxes without pictures: 1\n"
    assert cli.main(["trash", "--yes"]) == 0
    assert foxes._desk.store.generation_ids(trashed=True) == []


@pytest.mark.parametrize("said", [["n"], [""], []], ids=str)
def test_what_is_not_agreed_to_is_not_deleted(capsys, full, answers, said):
    answers(*said)
    assert cli.main(["trash"]) == 1
    assert capsys.readouterr().out.endswith("Nothing was deleted.\n")
    full.history.trash[0].restore()
    assert len(full.pictures) == 2


@pytest.mark.parametrize(("command", "said"), [(["trash"], ["y"]), (["trash", "--yes"], [])])
def test_the_trash_is_emptied(capsys, full, answers, command, said):
    gone, kept = full.history.trash[0].path, full.pictures[0].path
    answers(*said)
    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith(HELD)
    assert (gone.exists(), kept.exists()) == (False, True)
    assert cli.main(["trash"]) == 0
    assert capsys.readouterr().out == "The trash is empty.\n"
