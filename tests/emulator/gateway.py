"""A profile's honest answer to a request: refuse what its document does not take, else paint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.emulator.answers import Answer, answer
from tests.emulator.complaints import Complaint
from tests.emulator.documented import IMAGE_CONFIG
from tests.emulator.handing import CREATED, Hand, Publish
from tests.emulator.orders import Order, order_of
from tests.emulator.pictures import edited, opened, paint, varied
from tests.emulator.profile import CHAT, EDITS, GENERATIONS, VARIATIONS
from tests.emulator.refusal import complaint, keyless, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.emulator.profile import Operation, Profile, Size
    from tests.emulator.received import Received

SQUARE: Size = (1024, 1024)
SCALES = {"512": 0.5, "1K": 1, "2K": 2, "4K": 4}
CONFIGS = (f"{IMAGE_CONFIG}.", "image_config.")
NOT_HERE = Complaint(404, "This API is not implemented here.", code="not_implemented")


@dataclass(frozen=True)
class Gateway:
    """One profile at work. `publish` puts a file on the server and returns its URL."""

    profile: Profile
    publish: Publish
    kind: str = "png"
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def answer(self, received: Received) -> Answer:
        """Return what the document promises for this request."""
        request_id = f"2025112110420{next(self._numbers):07}"
        return self._signed(self._answer(received, request_id), request_id)

    def refuse(self, complaint: Complaint) -> Answer:
        """Return what this gateway says in its own words; whether a picture was made is for these to tell."""
        request_id = f"2025112110420{next(self._numbers):07}"
        said = replace(self.profile.errors.answer(complaint, request_id), made=None)
        return self._signed(said, request_id)

    def _signed(self, given: Answer, request_id: str) -> Answer:
        signs = {name: value.format(id=request_id) for name, value in self.profile.headers.items()}
        return replace(given, headers={**given.headers, **signs})

    def _answer(self, received: Received, request_id: str) -> Answer:
        operation = self._operation(received)
        if not operation:
            return self._elsewhere(received, request_id)
        wrong = complaint(self.profile, operation, received)
        if wrong:
            return self.profile.errors.answer(wrong, request_id)
        _, rules = rules_of(self.profile, operation, received)
        return self._made(order_of(self.profile, operation, rules or {}, received))

    def _operation(self, received: Received) -> Operation | None:
        path = received.path.removeprefix(self.profile.root)
        found = self.profile.operations.get(path) if received.path != path else None
        return found if received.method == "POST" else None

    def _elsewhere(self, received: Received, request_id: str) -> Answer:
        root, path = self.profile.root, received.path
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        if self.profile.slash and other.removeprefix(root) in self.profile.operations:
            to = self.profile.slash_to.format(host=received.headers["host"], path=other)
            return answer(self.profile.slash, headers={"Location": to})
        if received.method == "GET" and path == f"{root}/models" and self.profile.listed is not None:
            return self._models(received, request_id)
        if path in {root + known for known in (GENERATIONS, EDITS, VARIATIONS, CHAT)}:
            says = self.profile.errors.said_as.get("not_implemented")
            return self.profile.errors.answer(NOT_HERE, request_id) if says else self._lost(received)
        return self._lost(received)

    def _lost(self, received: Received) -> Answer:
        return self.profile.errors.lost(received)

    def _models(self, received: Received, request_id: str) -> Answer:
        wrong = next(keyless(self.profile, received), None)
        if wrong:
            return self.profile.errors.answer(wrong, request_id)
        listed = [_listed(name) for name in self.profile.listed or ()]
        return answer(200, {"object": "list", "data": listed})

    def _made(self, order: Order) -> Answer:
        asked = order.fields.get("modalities", ())
        is_wordy = self.profile.wants_modalities and "image" not in asked
        kind = str(order.fields.get("output_format") or self.kind)
        number = 0 if is_wordy else int(order.fields.get("n") or 1)
        files = [_painted(self.profile, order, each, kind) for each in range(number)]
        return Hand(self.profile, order, kind, self.publish).give(files)


def _listed(name: str) -> Mapping[str, object]:
    kinds = {"input_modalities": ["text", "image"], "output_modalities": ["image", "text"]}
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "them", "architecture": kinds}


def _painted(profile: Profile, order: Order, number: int, kind: str) -> bytes:
    size = _size(profile, order.fields, order.images)
    if not order.images:
        return paint(size, number, kind)
    first, *references = order.images
    if order.operation.kind == "vary":
        return varied(first, size, number=number, kind=kind)
    return edited(first, size, mask=order.mask, references=references, number=number, kind=kind)


def _size(profile: Profile, fields: Mapping[str, Any], images: Sequence[bytes]) -> Size:
    plain = {_bare(name): str(value) for name, value in fields.items()}
    asked = re.fullmatch(r"(\d{1,4})x(\d{1,4})", plain.get("size", ""))
    ratio = plain.get("aspect_ratio") or plain.get("size", "")
    if asked and "aspect_ratio" not in plain:
        return int(asked[1]), int(asked[2])
    own = opened(images[0]).size if images else SQUARE
    width, height = profile.ratios.get(ratio, own)
    scale = SCALES.get(plain.get("image_size", "1K").upper(), 1)
    return int(width * scale), int(height * scale)


def _bare(name: str) -> str:
    return next((name.removeprefix(config) for config in CONFIGS if name.startswith(config)), name)
