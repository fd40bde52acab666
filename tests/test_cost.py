"""What pictures came to: by the gateway's own figure, by usage, by price, or unknown."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import replace

import pytest

from nbimagegen import Gateway, ImageStudio, Model, Price, Session, catalog
from nbimagegen.catalog import TokenPrices
from nbimagegen.errors import ImageGenError, ParameterError, StoreError
from nbimagegen.jobs import bounds
from nbimagegen.session.accounts import Cost
from nbimagegen.store import Store
from tests.emulator import Cut, answer, error, paint
from tests.histories import picture, record

OPENAI = "openai"
ONE_SQUARE = {
    "input_tokens": 10,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
    "output_tokens": 1056,
    "total_tokens": 1066,
}

# usage, operation, US$ of gpt-image-1: 5 and 10 a million tokens in (text, image), 40 out.
COUNTED = {
    "text in, picture out": (ONE_SQUARE, "generate", (10 * 5 + 1056 * 40) / 1e6),
    "without details it is text": ({"input_tokens": 10, "output_tokens": 100}, "generate", 0.00405),
    "a chat's names": ({"prompt_tokens": 10, "completion_tokens": 100}, "generate", 0.00405),
    "pictures in": (
        {
            "input_tokens": 400,
            "input_tokens_details": {"text_tokens": 100, "image_tokens": 300},
            "output_tokens": 0,
        },
        "edit",
        (100 * 5 + 300 * 10) / 1e6,
    ),
    "details of one of two requests": (
        {**ONE_SQUARE, "input_tokens": 20, "output_tokens": 2112},
        "generate",
        (20 * 5 + 2112 * 40) / 1e6,
    ),
    "the gateway's own figure": ({**ONE_SQUARE, "cost": 0.0429}, "generate", 0.0429),
    "a figure of nothing": ({**ONE_SQUARE, "cost": 0}, "generate", 0.0),
}


@pytest.mark.parametrize("case", COUNTED)
def test_usage_tells_what_pictures_came_to(case):
    usage, operation, usd = COUNTED[case]
    openai = catalog.find_gateway(OPENAI)
    found = catalog.cost_of(openai, "gpt-image-1", usage, 1, price=99.0, operation=operation)
    assert found == pytest.approx(usd)


UNTOLD = [
    None,
    {},
    {"total_tokens": 1066},
    {"input_tokens": "10", "output_tokens": 100},
    {"input_tokens": -1, "output_tokens": 100},
    {"input_tokens": True, "output_tokens": 100},
    {"input_tokens": 10, "output_tokens": float("inf")},
    {"cost": "0.04"},
    {"cost": -1},
    {"cost": True},
    {"cost": 10**400},
    {"input_tokens": 10**400, "output_tokens": 100},
]


@pytest.mark.parametrize("usage", UNTOLD, ids=lambda usage: repr(usage)[:60])
def test_a_usage_that_does_not_tell_leaves_it_to_the_price(usage):
    openai = catalog.find_gateway(OPENAI)
    assert catalog.cost_of(openai, "gpt-image-1", usage, 3, price=0.04) == pytest.approx(0.12)
    assert catalog.cost_of(openai, "gpt-image-1", usage, 3) is None


def test_an_edit_whose_usage_does_not_split_text_and_pictures_is_not_guessed():
    usage = {"input_tokens": 400, "output_tokens": 100}
    assert catalog.cost_of(catalog.find_gateway(OPENAI), "gpt-image-1", usage, 1, operation="edit") is None


def test_a_makers_token_prices_are_not_another_gateways():
    assert catalog.cost_of(catalog.find_gateway("xiexus"), "gpt-image-1", ONE_SQUARE, 1) is None
    assert catalog.cost_of(catalog.find_gateway("xty"), "gpt-image-1", ONE_SQUARE, 1) is None


def test_a_gateway_whose_figure_is_in_another_currency_says_so():
    yuan = Gateway("mine", base_url="http://127.0.0.1:9/v1", usage_cost="")
    assert catalog.cost_of(yuan, "any", {"cost": 0.3}, 1) is None
    dollars = Gateway("mine", base_url="http://127.0.0.1:9/v1", usage_cost="usd")
    assert catalog.cost_of(dollars, "any", {"cost": 0.3, "usd": 0.04}, 1) == 0.04


@pytest.mark.parametrize("row", [row for row in catalog.models().values() if row.token_prices])
def test_token_prices_bear_a_date(row):
    assert len(row.priced) == len("2026-11-21")


@pytest.mark.parametrize("values", [{"image_out": -1}, {"image_out": "40"}, {"image_out": 40, "text_in": -5}])
def test_token_prices_that_cannot_be_are_refused(values):
    with pytest.raises(ParameterError, match="token_prices"):
        TokenPrices(**values)


# Prices of one's own.

OWN = {
    "a price a picture at a gateway": (
        "gateways",
        '[xiexus.models."gpt-image-1"]\nprices = [{ usd = 0.02 }]',
        "xiexus",
        0.02,
    ),
    "token prices at a gateway": (
        "gateways",
        '[xiexus.models."gpt-image-1"]\ntoken_prices = { image_out = 100 }',
        "xiexus",
        0.1056,
    ),
    "the maker's token prices changed": (
        "models",
        '["gpt-image-1"]\ntoken_prices = { text_in = 0, image_out = 20 }',
        OPENAI,
        0.02112,
    ),
    "by the picture again": (
        "models",
        '["gpt-image-1"]\ntoken_prices = false\nprices = [{ usd = 0.07 }]',
        OPENAI,
        0.07,
    ),
}


@pytest.mark.parametrize("case", OWN)
def test_prices_of_ones_own_count(case, tmp_path, monkeypatch):
    file, text, gateway, usd = OWN[case]
    (tmp_path / f"{file}.toml").write_text(text, "utf-8")
    monkeypatch.setenv("NBIMAGEGEN_CONFIG", str(tmp_path))
    row = catalog.find_gateway(gateway)
    price = catalog.price_of(row, "gpt-image-1", {})
    usage = {**ONE_SQUARE, "input_tokens": 0}
    assert catalog.cost_of(row, "gpt-image-1", usage, 1, price=price) == pytest.approx(usd)


# On the record, and as a sum.


def at(emulator, **model) -> Session:
    row = Gateway("mine", base_url=emulator.base_url, needs_key=False, models={"any": Model("any", **model)})
    return Session("money", gateway=row, model="any")


def made(usage=None, pictures=1):
    coded = [{"b64_json": base64.b64encode(paint(number=each)).decode()} for each in range(pictures)]
    return answer(200, {"data": coded, **({"usage": usage} if usage else {})})


TOKENS = TokenPrices(text_in=5, image_out=40)
ANSWERED = {
    "usage at token prices": ({"token_prices": TOKENS}, made(ONE_SQUARE), 0.04229),
    "usage without token prices": ({}, made(ONE_SQUARE), None),
    "the gateway's figure": ({}, made({"cost": 0.05}), 0.05),
    "a price a picture": ({"prices": (Price(0.03),)}, made(), 0.03),
    "nobody knows": ({}, made(), None),
    "refused": ({"prices": (Price(0.03),)}, error(400, "No otters."), 0.0),
    "broken off": ({"prices": (Price(0.03),)}, Cut(), None),
    "paid for nothing": ({}, answer(200, {"data": [], "usage": {"cost": 0.05}}), 0.05),
}


@pytest.mark.parametrize("case", ANSWERED)
def test_the_cost_is_kept_on_the_record(emulator, case):
    model, reply, usd = ANSWERED[case]
    emulator.next(reply)
    session = at(emulator, **model)
    with contextlib.suppress(ImageGenError):
        session.generate("an otter")
    [generation] = session.history
    assert generation.record.cost == (None if usd is None else pytest.approx(usd))
    assert generation.cost == generation.record.cost


def test_requests_side_by_side_are_counted_together(emulator):
    emulator.next(made(ONE_SQUARE), made(ONE_SQUARE))
    session = at(emulator, token_prices=TOKENS)
    assert session.generate("an otter", n=2).cost == pytest.approx(2 * 0.04229)


def test_extra_that_names_another_model_is_charged_by_that(emulator):
    emulator.next(made(ONE_SQUARE))
    session = at(emulator, token_prices=TOKENS)
    assert session.generate("an otter", extra={"model": "another"}).cost is None


def test_a_session_knows_what_it_cost_and_of_how_many_it_does_not_know(emulator):
    emulator.next(made({"cost": 0.05}), made({"cost": 0.02}), made(), error(400, "No."))
    session = at(emulator)
    for prompt in ("a", "b", "c"):
        session.generate(prompt)
    with pytest.raises(ImageGenError):
        session.generate("d")
    assert session.cost == Cost(usd=pytest.approx(0.07), unknown=1)
    assert str(session.cost) == "US$0.070, and 1 generation of unknown cost"
    assert session.history.to_dataframe()["cost"].sum() == pytest.approx(0.07)


DEEP: object = 1
for _ in range(600):
    DEEP = {"of": DEEP}
ODD = {
    "a cost beyond measure": ({"cost": 1e12, "total_tokens": 7}, {"cost": 1e12, "total_tokens": 7}),
    "too deep": ({"total_tokens": 7, "details": DEEP}, {"total_tokens": 7}),
    "too large": ({"total_tokens": 7, "note": "x" * 300, "many": [1] * 10**5}, {"total_tokens": 7}),
}


@pytest.mark.parametrize("case", ODD)
def test_a_usage_that_no_record_takes_costs_no_picture(emulator, case):
    usage, kept = ODD[case]
    emulator.next(made(usage))
    session = at(emulator)
    generation = session.generate("an otter")
    assert (len(generation.pictures), generation.usage) == (1, kept)
    session._desk.close("")
    [later] = at(emulator).history
    assert (later.id, later.usage) == (generation.id, kept)


def test_words_without_end_are_cut_to_what_a_record_takes():
    words = "x" * (bounds.MOST_TEXT + 1)
    told = record(text=words, error={"message": words, "status": 200})
    found = bounds.bounded(replace(told, pictures=(picture(revised_prompt=words),)))
    texts = (found.text, found.error["message"], found.pictures[0].revised_prompt)
    assert {len(each) for each in texts} == {bounds.MOST_TEXT}
    assert found.error["status"] == 200


def test_what_is_in_the_trash_was_paid_for_all_the_same(emulator):
    emulator.next(made({"cost": 0.05}), made({"cost": 0.02}))
    session = at(emulator)
    session.generate("a").delete()
    session.generate("b")
    assert session.cost == Cost(usd=pytest.approx(0.07), unknown=0)
    assert Store(session.folder.parent, "money").repair().found == 2
    assert session.cost == Cost(usd=pytest.approx(0.07), unknown=0)


def test_what_the_disk_did_not_take_is_counted_once(emulator, monkeypatch):
    emulator.next(made({"cost": 0.05}))
    session = at(emulator)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_picture", full)
        generation = session.generate("a")
        assert session.cost == Cost(0.05, 0)
    generation.save()
    assert session.cost == Cost(0.05, 0)


def full(*_, **__):
    raise StoreError("The disk is full.")


def test_the_newest_picture_is_found_without_reading_the_others(emulator, monkeypatch):
    session = at(emulator)
    assert session.image is None
    emulator.next(made(pictures=2))
    newest = session.generate("a", n=2).pictures[-1]
    monkeypatch.setattr(Store, "picture_ids", None)
    assert session.image.tobytes() == newest.image.tobytes()


def test_sketches_cost_nothing():
    session = Session("free", gateway="sketch", parameters={"size": "256x256"})
    assert session.generate("an otter").cost == 0
    assert session.cost == Cost(0, 0)
    assert session.estimate() == 0


# Before it is paid.

ESTIMATES = [
    ({"quality": "low", "size": "1024x1024"}, 0.011),
    ({"quality": "low", "size": "1024x1024", "n": 4}, 0.044),
    ({"quality": "low", "size": "1024x1024", "extra": {"n": 3}}, 0.033),
    ({"quality": "auto", "size": "1024x1024"}, None),
    ({"quality": "low", "size": "1024x1024", "operation": "edit"}, None),
    ({"model": "dall-e-3"}, 0.04),
    ({"model": "dall-e-3", "n": 3}, 0.12),
    ({"model": "no-such-model"}, None),
    ({"gateway": "sketch", "model": "sketch"}, 0.0),
]


@pytest.mark.parametrize(("call", "usd"), ESTIMATES, ids=repr)
def test_a_call_is_estimated_before_it_is_made(call, usd):
    session = Session("estimates", gateway=OPENAI, model="gpt-image-1")
    found = session.estimate("an otter", **call)
    assert found == (None if usd is None else pytest.approx(usd))
    assert len(session.history) == 0


def test_a_call_that_cannot_be_is_not_estimated():
    with pytest.raises(ParameterError):
        Session("estimates", gateway=OPENAI).estimate(size="7x7")


def test_the_studio_shows_what_a_press_would_cost():
    studio = ImageStudio("estimates", gateway=OPENAI, model="gpt-image-1")
    assert studio._estimate == {}  # the size is "auto"
    studio.parameters = {"size": "1024x1024", "quality": "low"}
    assert studio._estimate == {"usd": pytest.approx(0.011), "priced": "2026-11-21"}
    studio.n = 3
    assert studio._estimate["usd"] == pytest.approx(0.033)
    studio.gateway = "rivus"
    studio.model, studio.n = "gpt-image-1", 1
    studio.parameters = {"size": "1024x1024", "quality": "low"}
    assert studio._estimate == {"list_usd": pytest.approx(0.011), "priced": "2026-11-21"}
    studio.gateway = "sketch"
    assert studio._estimate == {"usd": 0.0, "priced": ""}
    studio.close()
