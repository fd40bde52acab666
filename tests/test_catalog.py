"""Gateways and models as data: what a row says, what replaces what, and what a value must be."""

from __future__ import annotations

import pytest

from nbimagegen import catalog, wire
from nbimagegen.catalog import check
from nbimagegen.errors import AddressError, ParameterError, PromptError, UnknownGatewayError


def model(gateway: str, name: str) -> catalog.Model:
    found = catalog.find_model(catalog.find_gateway(gateway), name)
    assert found is not None
    return found


# Addresses.

ADDRESSES = {
    "https://api.test": "https://api.test/v1",
    "https://api.test/": "https://api.test/v1",
    "  https://api.test/v1  ": "https://api.test/v1",
    "https://api.test/v1/": "https://api.test/v1",
    "https://api.test/v1//": "https://api.test/v1",
    "https://api.test/v1/images/generations": "https://api.test/v1",
    "https://api.test/v1/images/generations/": "https://api.test/v1",
    "https://api.test/v1/images/edits": "https://api.test/v1",
    "https://api.test/v1/chat/completions": "https://api.test/v1",
    "https://api.test/v1/models": "https://api.test/v1",
    "https://api.test/images/generations": "https://api.test/v1",
    "https://api.test/v1beta/openai": "https://api.test/v1beta/openai",
    "https://api.test/v1beta/openai/chat/completions": "https://api.test/v1beta/openai",
    "https://api.test/api/v3": "https://api.test/api/v3",
    "https://api.test/v2.1/x": "https://api.test/v2.1/x",
    "https://api.test/api": "https://api.test/api/v1",
    "https://api.test/video": "https://api.test/video/v1",
    "https://api.test/gateway/openai/": "https://api.test/gateway/openai/v1",
    "HTTPS://api.test/V1": "https://api.test/V1",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080/v1",
    "http://localhost:8080/v1": "http://localhost:8080/v1",
    "http://[::1]:8080": "http://[::1]:8080/v1",
    "https://api.test/v1#top": "https://api.test/v1",
}
NO_ADDRESSES = [
    " ",
    "api.test/v1",
    "//api.test/v1",
    "ftp://api.test/v1",
    "file:///etc/passwd",
    "https://",
    "https:///v1",
    "https://[::1",
    "https://api.test:port/v1",
    "https://api.test:99999/v1",
    "https://user:secret@api.test/v1",
    "https://api.test/v1?key=secret",
    "https://api.test/a b",
    "https://api.test/v1\nX-Other: 1",
    "sketch://offline/v1",
]


@pytest.mark.parametrize(("pasted", "address"), ADDRESSES.items(), ids=ADDRESSES)
def test_a_base_url_may_be_pasted_as_people_have_it(pasted, address):
    row = catalog.speaking(catalog.find_gateway("custom"), pasted, None)
    assert row.base_url == address
    assert catalog.speaking(row, address, None) == row


@pytest.mark.parametrize("pasted", NO_ADDRESSES)
def test_what_cannot_be_a_base_url_is_an_error_that_tells_no_secret(pasted):
    with pytest.raises(AddressError) as caught:
        catalog.speaking(catalog.find_gateway("custom"), pasted, None)
    assert "secret" not in str(caught.value)


def test_the_paths_of_a_row_stay_at_another_address_and_go_with_another_dialect():
    xiexus = catalog.find_gateway("xiexus")
    elsewhere = catalog.speaking(xiexus, "http://127.0.0.1:1", None)
    talking = catalog.speaking(xiexus, None, "chat")
    assert catalog.path_of(elsewhere, "generate") == "/images/generations/"
    assert catalog.path_of(talking, "generate") == "/chat/completions"


# Rows.

KNOWN = ["serevix", "xty", "rivus", "xiexus", "openai", "custom", "sketch"]


def test_the_gateways_stand_in_the_order_in_which_one_is_chosen():
    assert list(catalog.gateways()) == KNOWN


def test_a_gateways_name_may_be_written_as_its_label():
    assert catalog.find_gateway("OpenAI") is catalog.find_gateway("openai")


@pytest.mark.parametrize(
    ("name", "hint"), [("serevixx", "'serevix'"), ("OpenAPI", "'openai'"), ("midjourney", "sketch")]
)
def test_an_unknown_gateway_is_an_error_with_the_nearest_name(name, hint):
    with pytest.raises(UnknownGatewayError, match="base_url") as caught:
        catalog.find_gateway(name)
    assert name in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize("gateway", KNOWN)
def test_the_default_model_is_one_that_the_picker_lists(gateway):
    row = catalog.find_gateway(gateway)
    assert row.default_model in {"", *row.models}
    assert bool(row.default_model) == bool(row.models)


@pytest.mark.parametrize("gateway", KNOWN)
def test_every_default_is_a_value_that_the_model_takes(gateway):
    for each in catalog.find_gateway(gateway).models.values():
        defaults = {name: row.default for name, row in each.parameters.items()}
        assert check.parameters(each, defaults) == {k: v for k, v in defaults.items() if v is not None}


def test_a_gateways_own_row_replaces_the_general_one():
    general, own = model("openai", "gpt-image-1"), model("xiexus", "gpt-image-1")
    assert "output_format" in general.parameters
    assert "output_format" not in own.parameters
    assert model("rivus", "gpt-image-1").prompt_limit == 4000
    assert model("xty", "gpt-image-1") == general  # xty says nothing of it


def test_a_row_may_be_like_another_but_for_what_it_names():
    flash, pro = model("xty", "gemini-3.1-flash-image-preview"), model("xty", "gemini-3-pro-image-preview")
    assert pro.parameters["aspect_ratio"] == flash.parameters["aspect_ratio"]
    assert pro.parameters["image_size"].choices == ("1K", "2K", "4K")
    assert model("rivus", "gpt-image-1").max_images_per_request == 4
    assert model("openai", "gpt-image-2").parameters["quality"].choices == ("low", "medium", "high", "auto")


def test_a_model_that_no_row_knows_has_none():
    assert catalog.find_model(catalog.find_gateway("openai"), "otter-9") is None


# Values.

TAKEN = [
    ("openai", "gpt-image-1", "size", "1024x1024", "1024x1024"),
    ("openai", "gpt-image-1", "size", "1024X1024", "1024x1024"),
    ("openai", "gpt-image-1", "size", (1536, 1024), "1536x1024"),
    ("openai", "gpt-image-1", "size", [1536, 1024], "1536x1024"),
    ("openai", "gpt-image-1", "quality", " High ", "high"),
    ("openai", "gpt-image-1", "output_compression", 0, 0),
    ("openai", "gpt-image-1", "output_compression", 100.0, 100),
    ("openai", "gpt-image-1", "partial_images", 3, 3),
    ("openai", "gpt-image-1", "stream", True, True),
    ("openai", "gpt-image-1", "user", "用户", "用户"),
    ("xty", "gemini-3.1-flash-image-preview", "image_size", "2k", "2K"),
    ("xty", "gemini-3.1-flash-image-preview", "image_size", 512, "512"),
    ("rivus", "imagen-3.0-generate-001", "quality", "as fine as can be", "as fine as can be"),
    ("sketch", "sketch", "size", "300 x 400", "300x400"),
    ("sketch", "sketch", "size", "300\u00d7400", "300x400"),
    ("sketch", "sketch", "size", (256, 4096), "256x4096"),
    ("sketch", "sketch", "latency", 0.5, 0.5),
    ("sketch", "sketch", "seed", 2**32 - 1, 2**32 - 1),
    *(
        ("openai", "gpt-image-2", "size", size, size)
        for size in ("auto", "1024x640", "3840x2160", "2160x3840", "3072x1024", "816x816", "1440x480")
    ),
]
REFUSED = [
    ("openai", "gpt-image-1", "size", "512x512", "1536x1024"),
    ("openai", "gpt-image-1", "size", (1, 2, 3), "1536x1024"),
    ("openai", "gpt-image-1", "quality", "hd", "low, medium, high, auto"),
    ("openai", "gpt-image-1", "output_compression", 101, "0 to 100"),
    ("openai", "gpt-image-1", "output_compression", -1, "0 to 100"),
    ("openai", "gpt-image-1", "output_compression", 1.5, "whole number"),
    ("openai", "gpt-image-1", "output_compression", True, "whole number"),
    ("openai", "gpt-image-1", "output_compression", "50", "whole number"),
    ("openai", "gpt-image-1", "partial_images", 4, "0 to 3"),
    ("openai", "gpt-image-1", "stream", "true", "True or False"),
    ("openai", "gpt-image-1", "stream", 1, "True or False"),
    ("openai", "gpt-image-1", "user", "", "text"),
    ("openai", "gpt-image-1", "user", "two\nlines", "text"),
    ("openai", "gpt-image-1", "user", 7, "text"),
    ("sketch", "sketch", "size", "255x300", "256 to 4096"),
    ("sketch", "sketch", "size", "4097x300", "256 to 4096"),
    ("sketch", "sketch", "size", "large", "256 to 4096"),
    ("sketch", "sketch", "latency", float("nan"), "number"),
    ("sketch", "sketch", "latency", float("inf"), "number"),
    ("sketch", "sketch", "seed", -1, "0 to"),
    *(
        ("openai", "gpt-image-2", "size", size, "multiples of 16")
        for size in (
            "1000x1000",  # no multiples of 16
            "3856x2048",  # an edge over 3840
            "3200x1024",  # over 3:1
            "800x800",  # under 655,360 pixels
            "3840x2176",  # over 8,294,400 pixels
            "100000x16",
        )
    ),
]


@pytest.mark.parametrize(("gateway", "name", "parameter", "value", "sent"), TAKEN)
def test_a_value_is_taken_in_the_models_own_spelling(gateway, name, parameter, value, sent):
    checked = check.parameters(model(gateway, name), {parameter: value})
    assert (checked, type(checked[parameter])) == ({parameter: sent}, type(sent))


@pytest.mark.parametrize(("gateway", "name", "parameter", "value", "hint"), REFUSED)
def test_a_value_that_the_model_does_not_take_is_an_error_that_says_what_it_takes(
    gateway, name, parameter, value, hint
):
    with pytest.raises(ParameterError) as caught:
        check.parameters(model(gateway, name), {parameter: value})
    assert caught.value.parameter == parameter
    assert [part for part in (name, parameter, repr(value), hint) if part not in str(caught.value)] == []


def test_none_means_not_set():
    assert check.parameters(model("openai", "gpt-image-1"), {"size": None, "quality": "low"}) == {
        "quality": "low"
    }


@pytest.mark.parametrize(("name", "hint"), [("qualty", "did you mean quality?"), ("depth", "it knows size")])
def test_an_unknown_parameter_of_a_known_model_is_an_error_with_the_nearest_name(name, hint):
    with pytest.raises(ParameterError) as caught:
        check.parameters(model("openai", "gpt-image-1"), {name: 1})
    assert hint in str(caught.value)
    assert "extra=" in str(caught.value)


def test_an_unknown_model_takes_every_parameter_as_it_is():
    values = {"size": "7x7", "depth": {"of": ["field"]}, "steps": 3}
    assert check.parameters(None, {**values, "seed": None}) == values


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", float("nan"), "half an emoji \ud83e"])
def test_what_json_cannot_carry_is_refused_before_sending(value):
    with pytest.raises(ParameterError, match="extra"):
        check.json_object({"field": {"deep": [value]}})


# Prompts and counts.


@pytest.mark.parametrize("text", ["an otter", " 一只水獭 \n", "🦦", "a\tb", "x" * 10])
def test_a_prompt_is_sent_as_it_was_typed(text):
    assert check.prompt(text, 10) == text


@pytest.mark.parametrize("text", ["", " \n\t\u3000", None, 7, "otter \ud83e", "otter\0", "x" * 11])
def test_a_prompt_that_is_none_is_an_error(text):
    with pytest.raises(PromptError):
        check.prompt(text, 10)


@pytest.mark.parametrize(("n", "count"), [(None, 1), (1, 1), (10, 10)])
def test_a_call_gives_one_to_ten_pictures(n, count):
    assert check.count(n) == count


@pytest.mark.parametrize("n", [0, -1, 11, 99, 2.0, 2.5, "3", True, [2]])
def test_any_other_number_of_pictures_is_an_error(n):
    with pytest.raises(ParameterError, match="1 to 10") as caught:
        check.count(n)
    assert caught.value.parameter == "n"


@pytest.mark.parametrize(
    ("n", "most", "requests"),
    [(1, 10, [1]), (10, 10, [10]), (3, 1, [1, 1, 1]), (6, 4, [4, 2]), (8, 4, [4, 4]), (10, 4, [4, 4, 2])],
)
def test_n_is_split_into_full_requests_and_the_remainder(n, most, requests):
    assert wire.split(n, most) == requests
