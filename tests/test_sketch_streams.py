"""The embedded gateway's streams: events, previews, deltas, and where the latency goes."""

import base64
import io
import json
from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageStat

from nbimagegen.sketch import Answer, answer

IMAGES, CHAT = "/v1/images/generations", "/v1/chat/completions"


def asked(path=IMAGES, **body) -> Answer:
    return answer("POST", path, {}, json.dumps({"stream": True, **body}).encode())


def events(response):
    """The names and values of the events of a whole answer."""
    assert response.status == 200
    blocks = b"".join(response.chunks).decode().split("\n\n")
    assert blocks.pop() == ""
    return [_event(block.split("\n")) for block in blocks]


def _event(lines):
    fields = dict(line.split(": ", 1) for line in lines)
    data = fields["data"]
    return fields.get("event"), data if data == "[DONE]" else json.loads(data)


def opened(event):
    return Image.open(io.BytesIO(base64.b64decode(event["b64_json"], validate=True))).convert("RGB")


def difference(one, other):
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def chatted(**body):
    return asked(CHAT, messages=[{"role": "user", "content": "a fox"}], **body)


@pytest.mark.parametrize("previews", [0, 1, 2, 3])
def test_a_stream_brings_the_previews_and_then_the_picture(previews):
    response = asked(prompt="a fox", size="256x256", partial_images=previews)
    assert response.headers["content-type"] == "text/event-stream"
    found = events(response)
    names = [name for name, _ in found]
    assert names == ["image_generation.partial_image"] * previews + ["image_generation.completed"]
    assert [value["type"] for _, value in found] == names
    assert [value["partial_image_index"] for _, value in found[:-1]] == list(range(previews))
    assert found[-1][1]["usage"]["total_tokens"]


def test_each_preview_is_nearer_to_the_picture_than_the_one_before():
    found = events(asked(prompt="a cat at dusk", size="512x512", partial_images=3))
    *previews, picture = (opened(value) for _, value in found)
    distances = [difference(preview, picture) for preview in previews]
    assert all(earlier > later for earlier, later in pairwise([*distances, 0.0]))
    assert {image.size for image in previews} == {(512, 512)}


def test_the_picture_of_a_stream_is_the_one_that_comes_without_a_stream():
    body = {"prompt": "a fox", "size": "256x256", "n": 2}
    plain = json.loads(b"".join(asked(**body, stream=False).chunks))
    streamed = events(asked(**body, partial_images=1))
    finished = [value["b64_json"] for name, value in streamed if name.endswith("completed")]
    assert finished == [item["b64_json"] for item in plain["data"]]


def test_usage_comes_once_with_the_last_picture():
    found = events(asked(prompt="a fox", size="256x256", n=3))
    assert ["usage" in value for _, value in found] == [False, False, True]


def test_the_deltas_of_a_chat_add_up_to_its_plain_answer():
    plain = json.loads(b"".join(chatted(n=2, stream=False).chunks))
    found = [value for _, value in events(chatted(n=2))]
    assert found.pop() == "[DONE]"
    assert found[-1]["usage"] == plain["usage"]
    texts, ends = {}, {}
    for choice in (choice for value in found for choice in value["choices"]):
        texts[choice["index"]] = texts.get(choice["index"], "") + choice["delta"].get("content", "")
        ends[choice["index"]] = choice["finish_reason"]
    assert texts == {each["index"]: each["message"]["content"] for each in plain["choices"]}
    assert ends == {0: "stop", 1: "stop"}


def test_one_data_uri_is_spread_over_many_deltas():
    contents = [value["choices"][0]["delta"] for _, value in events(chatted())[:-2]]
    assert len(contents) > 5
    assert all(delta.get("content") for delta in contents)


@pytest.mark.parametrize(
    ("response", "moments"),
    [
        (lambda: asked(prompt="x", size="256x256", latency=6), 1),
        (lambda: asked(prompt="x", size="256x256", latency=6, partial_images=3), 4),
        (lambda: asked(prompt="x", size="256x256", latency=6, partial_images=2, n=2), 6),
        (lambda: chatted(latency=6, n=2, partial_images=3), 2),
        (lambda: asked(prompt="x", size="256x256", latency=6, stream=False, partial_images=3), 1),
    ],
)
def test_the_latency_is_spread_over_the_events(response, moments):
    found = response()
    rests = [chunk for chunk in found.chunks if not chunk]
    assert found.latency + found.pause * len(rests) == pytest.approx(6)
    assert len(rests) == moments - 1


def test_no_slice_is_larger_than_64_kib_and_a_rest_never_splits_an_event():
    so_far = b""
    for chunk in asked(prompt="a fox", partial_images=2).chunks:
        assert len(chunk) <= 65_536
        assert chunk or so_far.endswith(b"\n\n")
        so_far += chunk


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"partial_images": 4}, "partial_images"),
        ({"partial_images": -1}, "partial_images"),
        ({"partial_images": True}, "partial_images"),
        ({"stream": "true"}, "stream"),
        ({"stream": 1}, "stream"),
    ],
)
def test_a_bad_field_of_a_stream_is_refused_in_json(body, param):
    response = asked(prompt="a fox", **body)
    assert (response.status, response.headers["content-type"]) == (400, "application/json")
    assert json.loads(b"".join(response.chunks))["error"]["param"] == param
