"""What several threads write at the same time goes into the index together, and each is told of its own."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbimagegen.errors import StoreError
from nbimagegen.store import Store
from nbimagegen.store.index import Index
from tests.histories import record

MANY = 12


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path, "otters")


@pytest.fixture
def transactions(monkeypatch) -> list:
    kept = []
    transact = Index._transact
    monkeypatch.setattr(Index, "_transact", lambda index, work: kept.append(work) or transact(index, work))
    return kept


def at_once(store, *changes):
    """Ask for changes while the index is busy, and return what each thread is given or meets."""
    with ThreadPoolExecutor(len(changes)) as threads:
        with store._index._lock:
            asked = [threads.submit(each) for each in changes]
            while len(store._index._changes._waiting) < len(changes):
                pass
        return [each.exception() or each.result() for each in asked]


def saves(store, kept):
    return lambda: store._index.change(lambda index: index.execute(NOTE, (kept.id,)) and kept.id)


NOTE = "INSERT INTO changes VALUES (?, 1, 1)"


def test_what_many_threads_want_is_one_transaction(store, transactions):
    kept = [record() for _ in range(MANY)]
    assert at_once(store, *(saves(store, each) for each in kept)) == [each.id for each in kept]
    assert len(transactions) == 1


def test_one_that_fails_costs_none_of_the_others(store):
    kept = [record() for _ in range(MANY)]

    def fails():
        store._index.change(lambda index: index.execute("SELECT nothing that there is"))

    *found, problem = at_once(store, *(saves(store, each) for each in kept), fails)
    assert found == [each.id for each in kept]
    assert isinstance(problem, StoreError)
    rows = store._index.read("SELECT id FROM changes")
    assert {each for (each,) in rows} == set(found)


def test_one_who_is_interrupted_leaves_the_others_to_each_other(store, monkeypatch):
    kept = record()
    transact = Index._transact
    interrupted = []

    def interrupt(index, work):
        if not interrupted:
            interrupted.append(True)
            raise KeyboardInterrupt
        return transact(index, work)

    monkeypatch.setattr(Index, "_transact", interrupt)
    found = at_once(store, saves(store, kept), saves(store, record()))
    assert sum(isinstance(each, KeyboardInterrupt) for each in found) == 1
    assert sum(isinstance(each, str) for each in found) == 1


def test_an_interruption_while_each_is_tried_by_itself_costs_no_other(store, monkeypatch):
    """A batch that one of them spoils is done one by one, and just then Ctrl-C is pressed."""
    kept = [record() for _ in range(3)]
    transact, alone = Index._transact, []

    def interrupt_the_second(index, work):
        if len(store._index._changes._waiting) > 3:
            alone.append(True)
        if len(alone) == 3:  # the batch, the first by itself, the second
            alone.extend([True] * 9)
            raise KeyboardInterrupt
        return transact(index, work)

    def fails():
        store._index.change(lambda index: index.execute("SELECT nothing that there is"))

    monkeypatch.setattr(Index, "_transact", interrupt_the_second)
    found = at_once(store, *(saves(store, each) for each in kept), fails)
    assert [type(each) for each in found].count(KeyboardInterrupt) == 1
    told = {each for each in found if isinstance(each, str)}
    rows = {each for (each,) in store._index.read("SELECT id FROM changes")}
    assert len(told) >= 2
    assert told <= rows


def test_a_disk_that_refuses_refuses_all_of_them_once(store, monkeypatch):
    tried = []

    def refuse(index, work):
        del index, work
        tried.append(True)
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(Index, "_transact", refuse)
    found = at_once(store, *(saves(store, record()) for _ in range(MANY)))
    assert [type(each) for each in found] == [StoreError] * MANY
    assert len(tried) == 1
