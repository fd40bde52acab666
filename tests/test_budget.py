"""A budget is never overshot: set aside before a request leaves, settled by what came of it."""

from __future__ import annotations

import math
import threading

import pytest

from nbimagegen import Budget, Gateway, Model, Price, Session, catalog
from nbimagegen.budget import Order, reserve
from nbimagegen.errors import (
    BudgetError,
    CancelledError,
    ImageGenError,
    ParameterError,
)
from nbimagegen.store import Store
from tests.emulator import Cut, EmptyData, TooMany, answer, error

PATIENCE = 30
DIME = 0.1


def spent(budget: Budget) -> tuple[int, float]:
    return budget.spent_images, round(budget.spent_usd, 6)


# Limits.


def test_what_is_set_aside_counts_as_spent():
    budget = Budget(images=10, usd=5)
    budget.reserve(Order(4, DIME))
    assert spent(budget) == (4, 0.4)
    assert repr(budget) == "<Budget 4 of 10 images, US$0.400 of US$5>"


def test_a_budget_without_limits_counts_all_the_same():
    budget = Budget()
    budget.reserve(Order(1_000, 1.0), Order(5))
    assert spent(budget) == (1_005, 1_000)
    assert repr(budget) == "<Budget without limits>"


@pytest.mark.parametrize(
    ("budget", "orders", "fits"),
    [
        (Budget(images=3), [Order(3)], True),
        (Budget(images=3), [Order(4)], False),
        (Budget(images=3), [Order(1), Order(1), Order(1)], True),
        (Budget(images=3), [Order(1), Order(1), Order(2)], False),
        (Budget(images=0), [Order(1)], False),
        (Budget(usd=1), [Order(10, DIME)], True),
        (Budget(usd=1), [Order(1, DIME)] * 10, True),
        (Budget(usd=1), [Order(1, DIME)] * 11, False),
        (Budget(usd=1), [Order(1, 1.0001)], False),
        (Budget(usd=0), [Order(10, 0.0)], True),
        (Budget(usd=0), [Order(1, 0.011)], False),
        (Budget(images=100, usd=1), [Order(11, DIME)], False),
        (Budget(images=2, usd=100), [Order(3, DIME)], False),
        (Budget(usd=1, usd_per_image=0.5), [Order(2)], True),
        (Budget(usd=1, usd_per_image=0.5), [Order(3)], False),
        (Budget(usd=1, usd_per_image=0.5), [Order(10, DIME)], True),  # the catalogue's word counts first
    ],
)
def test_a_limit_holds_to_the_last_picture_and_the_last_cent(budget, orders, fits):
    before = spent(budget)
    if fits:
        assert [each.images for each in budget.reserve(*orders)] == [each.images for each in orders]
    else:
        with pytest.raises(BudgetError, match="Nothing was sent"):
            budget.reserve(*orders)
        assert spent(budget) == before


def test_what_is_refused_says_how_much_all_of_it_would_take():
    budget = Budget(images=20)
    budget.reserve(Order(18))
    with pytest.raises(BudgetError, match=r"take 3 more, and 18 of 20 images are spent"):
        budget.reserve(Order(1), Order(1), Order(1))


def test_with_a_limit_in_dollars_an_unknown_price_is_refused_with_both_ways_out():
    budget = Budget(usd=5)
    with pytest.raises(BudgetError, match=r"usd_per_image=.*Budget\(images=") as caught:
        budget.reserve(Order(1, DIME), Order(1))
    assert spent(budget) == (0, 0)
    assert not caught.value.may_be_billed


@pytest.mark.parametrize("name", ["images", "usd", "usd_per_image"])
@pytest.mark.parametrize("value", [-1, -0.01, math.nan, math.inf, True, "20", [], {}], ids=repr)
def test_a_limit_that_cannot_be_is_refused_by_its_name(name, value):
    with pytest.raises(ParameterError, match=name) as caught:
        Budget(**{name: value})
    assert caught.value.parameter == name


# Settling.


@pytest.mark.parametrize(
    ("asked", "came", "remains"),
    [(4, 4, 4), (4, 2, 2), (4, 0, 0), (4, 6, 6), (1, None, 1), (4, None, 4)],
)
def test_a_reservation_is_settled_by_what_came_and_stays_where_nobody_knows(asked, came, remains):
    budget = Budget(images=10, usd=10)
    [reservation] = budget.reserve(Order(asked, DIME))
    reservation.settle(came)
    assert spent(budget) == (remains, round(remains * DIME, 6))


def test_a_reservation_is_settled_once():
    budget = Budget(images=10)
    [reservation] = budget.reserve(Order(4))
    reservation.settle(1)
    reservation.settle(0)
    assert budget.spent_images == 1


def test_what_nobody_knows_is_not_settled_later():
    budget = Budget(images=10)
    [reservation] = budget.reserve(Order(4))
    reservation.settle(None)
    reservation.settle(0)
    assert budget.spent_images == 4


def test_without_a_budget_nothing_is_set_aside():
    assert reserve(None, [Order(1_000_000)]) == []


# A session.


PRICED = Gateway(
    "priced",
    base_url="http://127.0.0.1:9/v1",
    needs_key=False,
    models={"any": Model("any", max_images_per_request=2, prices=(Price(DIME),)), "free": Model("free")},
)


@pytest.fixture
def session(emulator) -> Session:
    """A session with twenty pictures to spend."""
    return Session("otters", base_url=emulator.base_url, model="any", budget=Budget(images=20))


@pytest.mark.parametrize(
    ("fault", "remains"),
    [
        (None, 4),
        (answer(200, {"data": []}), 4),
        (EmptyData("I cannot draw this."), 4),
        (error(500, "It broke."), 4),
        (Cut(), 4),
        (error(400, "No otters."), 0),
        (error(401, "No."), 0),
        (error(403, "Empty", code="insufficient_user_quota"), 0),
        (error(500, "Bad size", code="invalid_request"), 0),
        (answer(200, {"error": "overloaded"}), 0),
    ],
    ids=repr,
)
def test_what_may_have_been_billed_stays_spent_and_what_was_refused_is_given_back(
    session, emulator, fault, remains
):
    emulator.next(*([fault] if fault else []))
    generation = session.submit("an otter", n=4)
    generation._finished.result(PATIENCE)
    assert session.budget.spent_images == remains
    assert len(emulator.posts) == 1


def test_fewer_pictures_than_were_asked_for_cost_fewer(session, emulator):
    url = emulator.publish(b"no picture at all")
    emulator.next(answer(200, {"data": [{"url": url}] * 2}, billed=2))
    with pytest.raises(ImageGenError):
        session.generate("an otter", n=4)
    assert session.budget.spent_images == 4  # nobody knows what they were
    session.generate("an otter", n=1)
    assert session.budget.spent_images == 5


def test_what_would_go_over_is_not_sent_and_no_record(session, emulator):
    session.generate("an otter", n=10)
    session.generate("an otter", n=8)
    with pytest.raises(BudgetError, match=r"3 more, and 18 of 20"):
        session.generate("an otter", n=3)
    assert (len(emulator.posts), len(session.history), session.budget.spent_images) == (2, 2, 18)


@pytest.mark.parametrize("extra", [{"n": 8}, {"n": "8"}, {"n": 8.0}], ids=repr)
def test_n_is_read_from_the_body_as_it_is_sent(session, emulator, extra):
    session.budget = Budget(images=7)
    with pytest.raises(BudgetError, match="8 more"):
        session.generate("an otter", extra=extra)
    assert emulator.posts == []


def test_of_requests_side_by_side_equal_ones_are_priced_once(monkeypatch):
    priced = []
    price_of = catalog.price_of
    monkeypatch.setattr(catalog, "price_of", lambda *asked: priced.append(asked) or price_of(*asked))
    session = Session("priced", gateway=PRICED)
    assert session.estimate("an otter", model="any", n=7) == pytest.approx(7 * DIME)
    assert len(priced) == len({2, 1})


def test_requests_side_by_side_are_paid_for_all_or_none(emulate):
    emulator = emulate("rivus")
    session = Session(
        "split", gateway="rivus", base_url=emulator.base_url, api_key="k", budget=Budget(images=3)
    )
    with pytest.raises(BudgetError, match=r"take 4 more, and 0 of 3"):
        session.generate("an otter", n=4)
    assert (emulator.posts, session.budget.spent_images) == ([], 0)
    session.generate("an otter", n=3)
    assert (len(emulator.posts), session.budget.spent_images) == (3, 3)


def test_of_requests_side_by_side_each_is_settled_by_itself(emulate):
    emulator = emulate("rivus")
    session = Session(
        "split", gateway="rivus", base_url=emulator.base_url, api_key="k", budget=Budget(images=9)
    )
    emulator.next(error(400, "No."), error(500, "It broke."))
    session.generate("an otter", n=3)
    assert session.budget.spent_images == 2


def test_a_budget_may_be_shared_by_sessions(emulator):
    budget = Budget(images=3)
    first, second = (
        Session(name, base_url=emulator.base_url, model="any", budget=budget) for name in ("a", "b")
    )
    first.generate("an otter", n=2)
    with pytest.raises(BudgetError):
        second.generate("an otter", n=2)
    second.generate("an otter")
    assert (budget.spent_images, emulator.billed) == (3, 3)


def test_dollars_are_counted_by_the_row_and_kept_on_the_record():
    session = Session("priced", gateway=PRICED, budget=Budget(usd=1))
    generation = session.submit("an otter", model="any", n=3)
    assert session.budget.spent_usd == pytest.approx(0.3)
    assert generation.record.price == DIME
    session.cancel(generation)


def test_dollars_without_a_price_are_refused_before_sending(emulator):
    session = Session("priced", base_url=emulator.base_url, model="any", budget=Budget(usd=1))
    with pytest.raises(BudgetError, match="usd_per_image"):
        session.generate("an otter")
    session.budget = Budget(usd=1, usd_per_image=0.4)
    session.generate("an otter", n=2)
    with pytest.raises(BudgetError, match=r"US\$0.400 more, and US\$0.800 of US\$1"):
        session.generate("an otter")
    assert emulator.billed == 2


def test_a_cancel_after_sending_stays_spent_and_one_in_the_queue_is_given_back(emulator):
    session = Session("q", base_url=emulator.base_url, model="any", parallel=1, budget=Budget(images=9))
    with emulator.hold() as held:
        sent, queued = session.submit("an otter", n=4), session.submit("a fox", n=5)
        held.wait_for(1)
        assert session.budget.spent_images == 9
        session.cancel(queued)
        queued._finished.result(PATIENCE)
        assert session.budget.spent_images == 4
        session.cancel(sent)
        sent._finished.result(PATIENCE)
    assert session.budget.spent_images == 4


def test_a_cancel_at_the_gate_after_a_refusal_is_given_back_and_was_not_billed(session, emulator):
    emulator.next(TooMany("seconds", 100))
    refused = threading.Event()
    session.listen(lambda generation: generation.waiting_until and refused.set())
    generation = session.submit("an otter", n=4)
    assert refused.wait(PATIENCE)
    session.cancel(generation)
    with pytest.raises(CancelledError, match="not billed") as caught:
        generation.wait(PATIENCE)
    assert not caught.value.may_be_billed
    assert session.budget.spent_images == 0


def test_a_history_that_cannot_be_written_gives_all_back(session, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "intend", full)
    with pytest.raises(OSError, match="No space"):
        session.generate("an otter", n=4)
    assert session.budget.spent_images == 0
