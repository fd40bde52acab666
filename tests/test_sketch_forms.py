"""The embedded gateway's reader of forms: what it takes, and that all else is refused in a sentence."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen.sketch import answer, forms
from nbimagegen.sketch.multipart import MOST_PARTS, Part, parts
from nbimagegen.sketch.refusal import Refusal

KIND = "multipart/form-data; boundary=cut"


def form(*pieces: bytes) -> bytes:
    return b"".join(b"--cut\r\n" + piece + b"\r\n" for piece in pieces) + b"--cut--\r\n"


def piece(name: str, data: bytes = b"a fox") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + data


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b'Content-Disposition: form-data; name="prompt"', Part("prompt", b"a fox")),
        (b"content-disposition:form-data;name=prompt", Part("prompt", b"a fox")),
        (b'Content-Type: text/plain\r\nContent-Disposition: form-data; name="a b"', Part("a b", b"a fox")),
        (b'Content-Disposition: form-data; name="image"; filename="a.png"', Part("image", b"a fox", "a.png")),
        (
            b'Content-Disposition: form-data; name="image"; filename="a;\\"b.png"',
            Part("image", b"a fox", 'a;"b.png'),
        ),
        (
            'Content-Disposition: form-data; name="image"; filename="狐.png"'.encode(),
            Part("image", b"a fox", "狐.png"),
        ),
    ],
)
def test_a_part_has_a_name_its_bytes_and_perhaps_a_file_name(head, part):
    assert parts(KIND, form(head + b"\r\n\r\na fox")) == [part]


@pytest.mark.parametrize(
    "data", [b"", b"\r\n", b" --cut", b"a\r\n-cut\r\n--cu", bytes(range(256)), b"\r\n\r\n"]
)
def test_a_part_holds_any_bytes_but_the_boundary(data):
    found = parts(KIND, form(piece("image", data), piece("prompt")))
    assert [part.data for part in found] == [data, b"a fox"]


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary=cut",
        'Multipart/Form-Data; boundary="cut"',
        "multipart/form-data; charset=utf-8; boundary=cut",
        "multipart/form-data; boundary=cut; charset=utf-8",
    ],
)
def test_the_boundary_is_read_from_the_content_type(kind):
    assert parts(kind, form(piece("prompt")))[0].text == "a fox"


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="a\tb"',
        f"multipart/form-data; boundary={'x' * 71}",
        "multipart/mixed; boundary=cut",
    ],
)
def test_a_body_that_says_to_be_no_form_is_refused(kind):
    response = answer("POST", "/v1/images/edits", {"Content-Type": kind}, form(piece("prompt")))
    assert response.status == 400
    assert b"invalid_content_type" in b"".join(response.chunks)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--cut",
        b"--cut\r\n" + piece("prompt"),
        b"before" + form(piece("prompt")),
        form(piece("prompt")) + b"after",
        form(piece("prompt"))[:-4],
        form(b"a fox"),
        form(b"\r\n\r\na fox"),
        form(b"Content-Disposition: form-data\r\n\r\na fox"),
        form(b'Content-Disposition: form-data; name=""\r\n\r\na fox'),
        form(b'Content-Disposition: attachment; name="prompt"\r\n\r\na fox'),
        form(piece("prompt").replace(b"\r\n\r\n", b"\r\n" + piece("n"))),
        form(b"X: " + b"y" * 9_000 + b"\r\n" + piece("prompt")),
        form(*[piece("prompt")] * (MOST_PARTS + 1)),
        form(piece("prompt")).replace(b"\r\n", b"\n"),
    ],
)
def test_a_broken_form_is_refused(body):
    with pytest.raises(Refusal):
        parts(KIND, body)


def test_numbers_and_flags_of_a_form_are_what_they_say():
    body = form(
        piece("n", b"2"),
        piece("stream", b"True"),
        piece("latency", b"0.5"),
        piece("prompt", b"7"),
        piece("image[]", b"one"),
        piece("image[]", b"two"),
        piece("mask", b"three"),
    )
    found = forms.read(KIND, body)
    assert found.fields == {"n": 2, "stream": True, "latency": 0.5, "prompt": "7"}
    assert (found.images, found.mask) == ((b"one", b"two"), b"three")


def test_text_that_is_not_utf_8_is_refused_by_its_field():
    with pytest.raises(Refusal) as refusal:
        forms.read(KIND, form(piece("prompt", b"\xff")))
    assert refusal.value.param == "prompt"


@given(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b"--cut", b"--cut--", b"\r\n", b"; name=a", b'"', b":"])),
)
def test_whatever_comes_is_read_or_refused(noise, pieces):
    body = b"--cut\r\n" + noise.join(pieces)
    response = answer("POST", "/v1/images/edits", {"content-type": KIND}, body)
    assert response.status == 400


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=50), max_size=5))
def test_what_a_real_client_encodes_comes_back(fields):
    named = {name.encode("utf-8", "replace").decode(): value for name, value in fields.items()}
    values = {name: value.encode("utf-8", "replace").decode() for name, value in named.items()}
    files = {"image": ("a.png", b"\x89PNG\r\n\x1a\n", "image/png")}
    request = httpx.Request("POST", "http://sketch", data=values, files=files)
    found = parts(request.headers["content-type"], request.read())
    assert [part.text for part in found[:-1]] == list(values.values())
    assert found[-1] == Part("image", b"\x89PNG\r\n\x1a\n", "a.png")
