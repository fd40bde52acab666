"""A profile's honest answer to a request: refuse what its document does not take, else paint."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.emulator.answers import Answer, answer
from tests.emulator.pictures import paint
from tests.emulator.profiles import IMAGE_CONFIG, Handover, Profile, Size
from tests.emulator.refusal import body_of, flat, refusal

if TYPE_CHECKING:
    from tests.emulator.received import Received

Body: TypeAlias = Mapping[str, Any]
Publish: TypeAlias = Callable[[bytes, str], str]

SQUARE: Size = (1024, 1024)
SCALES = {"512": 0.5, "1K": 1, "2K": 2, "4K": 4}
FORMS: Mapping[object, Handover] = {"url": "url", "b64_json": "b64"}
CREATED = 1_589_478_378


@dataclass(frozen=True)
class Gateway:
    """One profile at work. `publish` puts a file on the server and returns its URL."""

    profile: Profile
    publish: Publish
    handover: Handover
    kind: str = "png"

    def answer(self, received: Received) -> Answer:
        """Return what the document promises for this request."""
        return refusal(self.profile, received) or self._pictures(body_of(received) or {})

    def _pictures(self, body: Body) -> Answer:
        kind = str(body.get("output_format") or self.kind)
        count = int(body.get("n") or 1)
        files = [paint(_size(self.profile, body), number, kind) for number in range(count)]
        content = self._choices if self.profile.dialect == "chat" else self._data
        usage = {"usage": self.profile.usage} if self.profile.usage else {}
        return answer(200, {**content(files, kind, body), **usage}, billed=count)

    def _data(self, files: Sequence[bytes], kind: str, body: Body) -> dict[str, object]:
        form = FORMS.get(body.get("response_format"), self.handover)
        return {"created": CREATED, "data": [self._item(file, kind, form) for file in files]}

    def _item(self, file: bytes, kind: str, form: Handover) -> dict[str, str]:
        coded = {} if form == "url" else {"b64_json": base64.b64encode(file).decode()}
        linked = {} if form == "b64" else {"url": self.publish(file, kind)}
        return {**coded, **linked}

    def _choices(self, files: Sequence[bytes], kind: str, body: Body) -> dict[str, object]:
        return {
            "id": f"gemini-{CREATED}",
            "object": "chat.completion",
            "created": CREATED,
            "model": body.get("model"),
            "choices": [self._choice(index, file, kind) for index, file in enumerate(files)],
        }

    def _choice(self, index: int, file: bytes, kind: str) -> dict[str, object]:
        item = self._item(file, kind, self.handover)
        link = item.get("url") or f"data:image/{kind};base64,{item['b64_json']}"
        content = f"这是第 {index + 1} 张图片:\n\n![image]({link})"
        message = {"role": "assistant", "content": content}
        return {"index": index, "finish_reason": "stop", "message": message}


def _size(profile: Profile, body: Body) -> Size:
    fields = {name.removeprefix(f"{IMAGE_CONFIG}."): str(value) for name, value in flat(body)}
    asked = re.fullmatch(r"(\d{1,4})x(\d{1,4})", fields.get("size", ""))
    if asked and "aspect_ratio" not in fields:
        return int(asked[1]), int(asked[2])
    width, height = profile.ratios.get(fields.get("aspect_ratio", "1:1"), SQUARE)
    scale = SCALES.get(fields.get("image_size", "1K").upper(), 1)
    return int(width * scale), int(height * scale)
