"""What goes over the wire: each operation in each dialect, with files as places that the sender fills."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from email.parser import BytesParser
from email.policy import HTTP

import pytest

from nbimagegen import catalog, wire
from nbimagegen.records import ImageRequest, InputRecord
from nbimagegen.wire.messages import Upload

FILES = {
    "fox": b"\x89PNG\r\n\x1a\n a fox",
    "otter": b"\xff\xd8\xff an otter\r\n--",
    "lynx": b"RIFF....WEBP",
    "hole": b"\x89PNG\r\n\x1a\n a hole",
}
FORMATS = {"fox": "png", "otter": "jpeg", "lynx": "webp", "hole": "png"}


def file(name: str, role: str = "image") -> InputRecord:
    data = FILES[name]
    return InputRecord(role, hashlib.sha256(data).hexdigest(), FORMATS[name], 64, 48, len(data))


FOX, OTTER, LYNX = file("fox"), file("otter", "reference"), file("lynx", "reference")
HOLE = file("hole", "mask")
FORM = catalog.Gateway("mine", base_url="http://127.0.0.1:1", default_model="m")
CHAT = replace(FORM, dialect="chat")


def asked(gateway=FORM, **facts) -> ImageRequest:
    """Return a request for an edit of the fox, but for what is said."""
    said = {"prompt": "add a balloon", "model": "m", "operation": "edit", "inputs": (FOX,), **facts}
    return ImageRequest(gateway=gateway.id, base_url=gateway.base_url, dialect=gateway.dialect, **said)


def sent(message: wire.Message) -> bytes:
    """Return the body with the files in it, as the transport sends it."""
    by_hash = {hashlib.sha256(data).hexdigest(): data for data in FILES.values()}

    def filled(piece: bytes | Upload) -> bytes:
        if isinstance(piece, bytes):
            return piece
        data = by_hash[piece.input.sha256]
        return base64.b64encode(data) if piece.as_base64 else data

    body = b"".join(map(filled, message.body))
    assert message.headers["Content-Length"] == str(message.size) == str(len(body))
    return body


def parts(message: wire.Message) -> list[tuple[str, str | None, str | None, bytes]]:
    """Return the form as another reader reads it: name, file name, type and bytes of each part."""
    head = f"Content-Type: {message.headers['Content-Type']}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + sent(message))
    assert form.is_multipart()
    assert form.defects == []
    return [
        (
            each.get_param("name", header="Content-Disposition"),
            each.get_filename(),
            each["Content-Type"],
            each.get_payload(decode=True),
        )
        for each in form.iter_parts()
    ]


def texts(message: wire.Message) -> dict[str, str]:
    return {name: data.decode() for name, file_name, _, data in parts(message) if file_name is None}


def files(message: wire.Message) -> list[tuple[str, str, str, bytes]]:
    return [part for part in parts(message) if part[1] is not None]


# Edits and variations by the Images API.


def test_an_edit_is_a_form_with_the_model_first_and_the_files_last():
    message = wire.encode(asked(parameters={"size": "1024x1024"}), FORM, 1)
    assert (message.method, message.url) == ("POST", "http://127.0.0.1:1/v1/images/edits")
    assert [name for name, *_ in parts(message)] == ["model", "prompt", "size", "image"]
    assert texts(message) == {"model": "m", "prompt": "add a balloon", "size": "1024x1024"}


SHAPES = [
    ((FOX,), ["image"]),
    ((FOX, HOLE), ["image", "mask"]),
    ((FOX, OTTER), ["image[]", "image[]"]),
    ((FOX, OTTER, LYNX, HOLE), ["image[]", "image[]", "image[]", "mask"]),
]


@pytest.mark.parametrize(("inputs", "names"), SHAPES)
def test_one_file_is_image_and_several_are_each_an_element_of_it(inputs, names):
    message = wire.encode(asked(inputs=inputs), FORM, 1)
    assert [name for name, *_ in files(message)] == names


def test_each_file_arrives_with_a_name_and_a_type_that_say_what_it_is():
    message = wire.encode(asked(inputs=(FOX, OTTER, LYNX, HOLE)), FORM, 1)
    assert files(message) == [
        ("image[]", "image-1.png", "image/png", FILES["fox"]),
        ("image[]", "image-2.jpg", "image/jpeg", FILES["otter"]),
        ("image[]", "image-3.webp", "image/webp", FILES["lynx"]),
        ("mask", "mask.png", "image/png", FILES["hole"]),
    ]


VALUES = [
    ("高保真 🦦\nin two lines", "高保真 🦦\nin two lines"),
    (True, "true"),
    (False, "false"),
    (7, "7"),
    (0.5, "0.5"),
    ({"of": {"the": "field"}}, '{"of": {"the": "field"}}'),
    (["image", "text"], '["image", "text"]'),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_field_of_a_form_is_text_and_what_has_parts_is_json(value, text):
    message = wire.encode(asked(extra={"field": value}), FORM, 1)
    assert texts(message)["field"] == text
    assert message.fields["field"] == value


def test_none_is_left_out_of_a_form():
    assert "field" not in texts(wire.encode(asked(extra={"field": None}), FORM, 1))


def test_a_prompt_goes_as_it_was_typed():
    prompt = '在天空中加入热气球 "🎈"\n\n--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n9'
    assert texts(wire.encode(asked(prompt=prompt), FORM, 1))["prompt"] == prompt


def test_no_name_of_a_field_can_end_its_header():
    message = wire.encode(asked(extra={'a"\r\nX: 1': "b"}), FORM, 1)
    assert texts(message)["a%22%0D%0AX: 1"] == "b"


def test_the_same_request_is_the_same_message_and_another_one_has_another_boundary():
    first, again = (wire.encode(asked(), FORM, 1) for _ in range(2))
    assert first == again
    others = [asked(prompt="add two"), asked(inputs=(FOX, HOLE)), asked(extra={"seed": 1})]
    kinds = {wire.encode(each, FORM, 1).headers["Content-Type"] for each in (asked(), *others)}
    assert len(kinds) == 4


def test_a_variation_is_a_form_without_a_prompt():
    rivus = catalog.find_gateway("rivus")
    request = asked(rivus, operation="vary", prompt="", model="gpt-image-1", parameters={"size": "1024x1024"})
    message = wire.encode(request, rivus, 3)
    assert message.url == "https://models.rivus.cn/v1/images/variations"
    assert texts(message) == {"model": "gpt-image-1", "n": "3", "size": "1024x1024"}
    assert [name for name, *_ in files(message)] == ["image"]


# Edits by chat.


def test_an_edit_by_chat_says_the_prompt_and_then_shows_the_pictures():
    message = wire.encode(asked(CHAT, inputs=(FOX, OTTER)), CHAT, 1)
    assert message.url == "http://127.0.0.1:1/v1/chat/completions"
    assert message.headers["Content-Type"] == "application/json"
    fox, otter = (base64.b64encode(FILES[each]).decode() for each in ("fox", "otter"))
    assert json.loads(sent(message)) == {
        "model": "m",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "add a balloon"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{fox}"}},
                    {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{otter}"}},
                ],
            }
        ],
    }


def test_no_file_is_in_memory_while_a_message_is_made():
    for gateway in (FORM, CHAT):
        message = wire.encode(asked(gateway, inputs=(FOX, OTTER)), gateway, 1)
        assert [each.input for each in message.body if isinstance(each, Upload)] == [FOX, OTTER]
        assert sum(len(each) for each in message.body if isinstance(each, bytes)) < 2000


def test_extra_wins_in_a_chat_with_pictures_too():
    xty = catalog.find_gateway("xty")
    request = asked(
        xty,
        model="gemini-3.1-flash-image-preview",
        parameters={"image_size": "1K", "aspect_ratio": "16:9"},
        extra={"extra_body": {"google": {"image_config": {"image_size": "4K"}}}, "seed": 7},
    )
    body = json.loads(sent(wire.encode(request, xty, 2)))
    assert body["extra_body"] == {"google": {"image_config": {"image_size": "4K", "aspect_ratio": "16:9"}}}
    assert (body["n"], body["seed"], len(body["messages"][0]["content"])) == (2, 7, 2)


def test_messages_of_the_users_own_replace_ours_and_their_pictures():
    own = [{"role": "user", "content": "something else"}]
    message = wire.encode(asked(CHAT, extra={"messages": own}), CHAT, 1)
    assert json.loads(sent(message)) == {"model": "m", "messages": own}


def test_the_output_of_an_edit_takes_the_inputs_size_since_none_is_sent():
    assert set(json.loads(sent(wire.encode(asked(CHAT), CHAT, 1)))) == {"model", "messages"}
    assert set(texts(wire.encode(asked(), FORM, 1))) == {"model", "prompt"}


# What a row adds.

ADDING = replace(CHAT, adds={"modalities": ["image", "text"], "provider": {"sort": "price", "only": ["x"]}})


def test_what_a_row_adds_goes_into_every_body():
    message = wire.encode(asked(ADDING), ADDING, 1)
    assert json.loads(sent(message)).items() >= ADDING.adds.items()
    assert message.added == ("modalities", "provider")


def test_parameters_and_extra_win_over_what_a_row_adds_and_make_it_the_users():
    request = asked(ADDING, parameters={"modalities": ["image"]}, extra={"provider": {"sort": "speed"}})
    message = wire.encode(request, ADDING, 1)
    assert message.fields["modalities"] == ["image"]
    assert message.fields["provider"] == {"sort": "speed", "only": ["x"]}
    assert message.added == ()


def test_a_field_that_the_gateway_does_not_know_is_dropped():
    message = wire.encode(asked(ADDING), ADDING, 1, dropped=["modalities"])
    assert "modalities" not in json.loads(sent(message))
    assert message.added == ("provider",)


def test_only_what_the_row_added_is_dropped():
    message = wire.encode(asked(ADDING, extra={"modalities": ["image"]}), ADDING, 1, dropped=["modalities"])
    assert json.loads(sent(message))["modalities"] == ["image"]


# What is known of a message.


def test_whoever_counts_money_sees_the_fields_as_they_are_sent():
    request = asked(parameters={"size": "1024x1024"}, extra={"n": 4, "quality": "high", "model": "dear"})
    fields = wire.encode(request, FORM, 1).fields
    assert {"n": 4, "size": "1024x1024", "quality": "high", "model": "dear"}.items() <= fields.items()


NAMING = replace(FORM, idempotency_header="Idempotency-Key")


@pytest.mark.parametrize(
    ("gateway", "key", "headers"),
    [(NAMING, "7", {"Idempotency-Key": "7"}), (NAMING, "", {}), (FORM, "7", {})],
)
def test_a_request_is_named_where_the_row_has_a_header_for_it(gateway, key, headers):
    message = wire.encode(asked(), gateway, 1, request_key=key)
    assert {name: value for name, value in message.headers.items() if name.startswith("Idem")} == headers


def test_a_rows_headers_go_along_but_for_what_frames_the_body():
    row = replace(FORM, headers={"X-Title": "otters", "content-type": "text/plain", "Accept": "*/*"})
    headers = wire.encode(asked(row), row, 1).headers
    assert (headers["X-Title"], headers["Accept"]) == ("otters", "*/*")
    assert [name for name in headers if name.lower() == "content-type"] == ["Content-Type"]
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize("gateway", [FORM, CHAT], ids=["images", "chat"])
def test_a_generation_is_plain_json(gateway):
    message = wire.encode(asked(gateway, operation="generate", inputs=(), extra={"seed": 7}), gateway, 2)
    body = json.loads(sent(message))
    said = body.pop("prompt", None) or body.pop("messages")[0]["content"]
    assert (said, body) == ("add a balloon", {"model": "m", "n": 2, "seed": 7})
    assert message.headers == {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Content-Length": str(message.size),
    }
