"""What several threads write at the same time goes into the index together, and each is told of its own."""

from __future__ import annotations

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
            while len(store._index._waiting) < len(changes):
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
