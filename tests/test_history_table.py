"""The history as a data frame: a row a picture, and the same typed columns whatever there is."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from nbimagegen import Session
from nbimagegen.errors import ParameterError
from nbimagegen.records import LostPicture
from tests.remembered import NOON, a_history, remember

COLUMNS = [
    *("id", "generation", "index", "created", "status", "operation", "prompt", "revised_prompt"),
    *("gateway", "model", "n", "parameters", "size", "width", "height", "format", "bytes", "sha256"),
    *("path", "seed", "seconds", "cost", "input_tokens", "output_tokens", "total_tokens"),
    *("starred", "rating", "tags", "note", "parents", "retry_of", "made_by", "error"),
]


@pytest.fixture
def history(tmp_path):
    return a_history(tmp_path)


def remember_some(history) -> None:
    """Put in what has everything, what has nothing, and what failed."""
    otter = remember(
        history,
        "an otter",
        pictures=2,
        revised="a sleek otter",
        n=2,
        parameters={"size": "1024x1024", "seed": 7, "quality": "high"},
        usage={"input_tokens": 10, "output_tokens": 20, "total_tokens": 30},
        seconds=1.5,
        price=0.02,
        cost=0.04,
    )
    remember(history, "a fox", parents=(f"{otter.id}-0",), operation="edit", made_by="click")
    remember(
        history,
        "nothing",
        pictures=0,
        status="failed",
        retry_of=otter.id,
        error={"type": "ModerationError", "message": "It was blocked."},
    )


def test_there_is_one_row_a_picture_with_all_that_is_known(history):
    remember_some(history)
    history.pictures[0].star()
    history.pictures[0].rate(4)
    history.pictures[0].tag("river", "猫")
    history.pictures[0].note = "good"
    frame = history.to_dataframe()
    row = frame.iloc[0]
    assert list(frame.columns) == COLUMNS
    assert list(frame["id"]) == [each.id for each in history.pictures]
    assert list(frame["prompt"]) == ["an otter", "an otter", "a fox"]
    assert row["created"] == pd.Timestamp(NOON, unit="s", tz="UTC")
    assert row["parameters"] == {"size": "1024x1024", "seed": 7, "quality": "high"}
    assert (row["size"], row["width"], row["height"], row["seed"]) == ("1024x1024", 64, 48, 7)
    assert (row["input_tokens"], row["output_tokens"], row["total_tokens"]) == (10, 20, 30)
    assert (row["seconds"], row["cost"], row["revised_prompt"]) == (1.5, 0.02, "a sleek otter")
    assert (row["starred"], row["rating"], row["tags"], row["note"]) == (True, 4, ["river", "猫"], "good")
    assert row["path"] == str(history.pictures[0].path)
    assert frame.iloc[2]["parents"] == [history.pictures[0].id]
    assert (frame.iloc[2]["operation"], frame.iloc[2]["made_by"]) == ("edit", "click")
    assert frame["cost"].sum() == 0.04
    assert frame[["size", "seed", "error", "retry_of"]].isna().iloc[2].all()


def test_a_failed_generation_has_a_row_where_it_is_asked_for(history):
    remember_some(history)
    frame = history.to_dataframe(failed=True)
    assert list(frame["prompt"]) == ["an otter", "an otter", "a fox", "nothing"]
    row = frame.iloc[3]
    assert (row["status"], row["error"], row["starred"], row["tags"]) == (
        "failed",
        "It was blocked.",
        False,
        [],
    )
    assert row[["id", "index", "width", "sha256", "path", "rating", "note"]].isna().all()
    assert row["retry_of"] == row["generation"].replace(row["generation"], history[0].id)


def test_what_is_in_the_trash_has_no_row(history):
    remember_some(history)
    history.pictures[1].delete()
    history[1].delete()
    history[-1].delete()
    assert list(history.to_dataframe(failed=True)["id"]) == [history.pictures[0].id]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_types_do_not_hang_on_what_there_is(history, library):
    empty = history.to_dataframe(library)
    remember_some(history)
    one, all_of_them = history.to_dataframe(library), history.to_dataframe(library, failed=True)
    assert list(empty.columns) == COLUMNS
    assert (len(empty), len(one), len(all_of_them)) == (0, 3, 4)
    assert list(empty.dtypes) == list(one.dtypes) == list(all_of_them.dtypes)


def plain(value):
    """Return what pandas holds, with None for whatever it calls missing."""
    return None if not isinstance(value, list | dict) and pd.isna(value) else value


def test_polars_holds_the_same_as_pandas(history):
    remember_some(history)
    pandas, polars = history.to_dataframe(failed=True), history.to_dataframe("polars", failed=True)
    assert polars.schema["created"] == pl.Datetime("us", "UTC")
    assert polars.schema["tags"] == pl.List(pl.String)
    for name in COLUMNS:
        left = [
            None if not isinstance(each, list | dict) and pd.isna(each) else each for each in pandas[name]
        ]
        right = polars[name].to_list()
        assert left == ([json.loads(each) for each in right] if name == "parameters" else right), name


@pytest.mark.parametrize(
    ("facts", "column", "value"),
    [
        ({"parameters": {"seed": 2**63}}, "seed", None),
        ({"parameters": {"seed": 2**63 - 1}}, "seed", 2**63 - 1),
        ({"parameters": {"seed": "12"}}, "seed", 12),
        ({"parameters": {"seed": "x" * 9}}, "seed", None),
        ({"parameters": {"seed": 1}, "extra": {"seed": 2}}, "seed", 2),
        ({"echo": {"seed": 3}}, "seed", 3),
        ({"usage": {"total_tokens": "many"}}, "total_tokens", None),
        ({"usage": {"total_tokens": [1]}}, "total_tokens", None),
        ({"usage": {"prompt_tokens": 5}}, "input_tokens", 5),
        ({"usage": {"completion_tokens": 6.0}}, "output_tokens", 6),
        ({"parameters": {"size": ["1x1"]}}, "size", None),
    ],
    ids=str,
)
def test_odd_figures_are_missing_rather_than_wrong(history, facts, column, value):
    remember(history, **facts)
    for library in ("pandas", "polars"):
        [found] = history.to_dataframe(library)[column]
        assert (None if found is None or found is pd.NA else found) == value


def test_a_generation_that_lost_its_pictures_still_costs_something(history):
    lost = (LostPicture("https://127.0.0.1/a.png"),)
    remember(history, pictures=0, status="failed", lost=lost, price=0.04)
    assert list(history.to_dataframe(failed=True)["cost"]) == [0.04]


def test_real_pictures_are_where_the_frame_says():
    session = Session("otters", gateway="sketch")
    generation = session.generate("an otter", size="256x256", n=2)
    frame = session.history.to_dataframe()
    assert [Path(each).read_bytes() for each in frame["path"]] == [each.bytes for each in generation.pictures]
    assert frame["created"].dt.tz == dt.timezone.utc
    assert frame["created"][0].to_pydatetime() == generation.created


@pytest.mark.parametrize(
    ("library", "how"), [("pandas", '"nbimagegen[dataframe]"'), ("polars", "pip install polars")]
)
def test_a_library_that_is_missing_is_named_with_how_to_get_it(history, monkeypatch, library, how):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError) as caught:
        history.to_dataframe(library)
    assert how in str(caught.value)


def test_an_unknown_library_is_an_error(history):
    with pytest.raises(ParameterError, match="'pandas' or 'polars'; 'excel' is neither"):
        history.to_dataframe("excel")


def test_what_was_found_is_a_frame_in_its_own_order(history):
    remember_some(history)
    best, fox = history.pictures[1], history.pictures[2]
    best.rate(5)
    found = history.find(order="rating")
    assert list(found.to_dataframe()["id"]) == found.ids == [best.id, fox.id, history.pictures[0].id]
    assert list(found[:1].to_dataframe("polars")["rating"]) == [5]
    assert list(history.find(text="nothing like it").to_dataframe().columns) == COLUMNS
