"""Every fault by name, with what is true of it, so that a proof can go through all of them.

What a client may do after each is the table "What a retry may do" of the project's notes on gateways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tests.emulator.answers import answer, error, page, redirect
from tests.emulator.damage import EmptyData, ErrorHalfway, GzipBomb, TooMany, WrongLength, Zipped
from tests.emulator.faults import Cut, HangUp, Late, Stall, Trickle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.emulator.faults import Fault

Retry: TypeAlias = Literal["", "for_now", "for_good", "unknown", "unusable"]

LONG = 3_600.0  # seconds: nobody waits so long
SOON = 0.002
ELSEWHERE = "http://127.0.0.1:9/v1/images/generations"


@dataclass(frozen=True)
class Trial:
    """A fault, and the truth about it.

    Attributes:
        make: Makes the fault anew.
        retry: The class of what a client sees, in the words of the package's errors; "" where all is well.
        accepted: Whether a picture was made, or for all that a client can know may have been.
        silent: Whether only a deadline of the client's own ends it.
        whole: Whether a picture may be whole in what came, for a client to keep.
    """

    make: Callable[[], Fault]
    retry: Retry = "unknown"
    accepted: bool = True
    silent: bool = False
    whole: bool = False

    def __call__(self) -> Fault:
        """Make the fault anew."""
        return self.make()


def _refused(retry: Retry, make: Callable[[], Fault]) -> Trial:
    return Trial(make, retry, accepted=False)


FAULTS: Mapping[str, Trial] = {
    # Slow, and well in the end.
    "late": Trial(lambda: Late(SOON), "", whole=True),
    "trickle": Trial(lambda: Trickle(4_096, 0), "", whole=True),
    "gzip": Trial(Zipped, "", whole=True),
    # Never whole.
    "never": Trial(lambda: Late(LONG), silent=True),
    "stall": Trial(Stall, silent=True),
    "stall at once": Trial(lambda: Stall(0), silent=True),
    "trickle without end": Trial(lambda: Trickle(4_096, 0, endless=True), silent=True, whole=True),
    "hang up": Trial(HangUp),
    "cut": Trial(Cut),
    "cut at once": Trial(lambda: Cut(0)),
    "cut at the first byte": Trial(lambda: Cut(1)),
    "length too long": Trial(lambda: WrongLength(+10), whole=True),
    "length too short": Trial(lambda: WrongLength(-10), "unusable", whole=True),
    # 5xx without a definite code.
    "500": Trial(lambda: error(500, "Internal error", code="server_error")),
    "500 empty": Trial(lambda: answer(500)),
    "500 bad upstream": Trial(lambda: error(500, "bad response", code="bad_response_status_code")),
    **{
        f"{status} page": Trial(lambda status=status: page(status, "Bad gateway"))
        for status in (502, 504, 520, 522, 524)
    },
    "503": Trial(lambda: error(503, "Overloaded", code="overloaded")),
    # Refused, and told to come again.
    "429 seconds": _refused("for_now", lambda: TooMany("seconds", 0)),
    "429 date": _refused("for_now", lambda: TooMany("date", 0)),
    "429 ms": _refused("for_now", lambda: TooMany("ms", SOON)),
    "429 silent": _refused("for_now", lambda: TooMany("none")),
    "429 empty": _refused("for_now", lambda: TooMany("empty")),
    "503 with a time": _refused("for_now", lambda: answer(503, headers={"Retry-After": "0"})),
    # Refused for good.
    "400": _refused("for_good", lambda: error(400, "Invalid size", param="size", code="invalid_value")),
    "400 unknown parameter": _refused(
        "for_good", lambda: error(400, "Unknown parameter: 'x'.", param="x", code="unknown_parameter")
    ),
    "400 moderation": _refused("for_good", lambda: error(400, "Blocked", code="moderation_blocked")),
    "401": _refused("for_good", lambda: error(401, "Incorrect API key", code="invalid_api_key")),
    "403 quota": _refused("for_good", lambda: error(403, "No quota", code="insufficient_user_quota")),
    "404": _refused("for_good", lambda: error(404, "Invalid URL")),
    "413 page": _refused("for_good", lambda: page(413, "Request Entity Too Large")),
    "429 quota": _refused("for_good", lambda: error(429, "Quota", code="insufficient_quota")),
    "500 invalid request": _refused("for_good", lambda: error(500, "Bad size", code="invalid_request")),
    "500 sensitive words": _refused(
        "for_good", lambda: error(500, "Sensitive", code="sensitive_words_detected")
    ),
    "503 no channel": _refused("for_good", lambda: error(503, "No channel", code="model_not_found")),
    "302": _refused("for_good", lambda: redirect(302, "/elsewhere")),
    "307 elsewhere": _refused("for_good", lambda: redirect(307, ELSEWHERE)),
    # Delivered, and of no use; a page, or an error that is the whole answer, says that nothing was made.
    "page": _refused("for_good", page),
    "error in a 200": _refused("unusable", lambda: answer(200, {"error": "The model is overloaded."})),
    "error halfway": Trial(ErrorHalfway, "unusable", whole=True),
    "no data": Trial(EmptyData, "unusable"),
    "words": Trial(lambda: EmptyData("I cannot draw this."), "unusable"),
    "nothing": Trial(lambda: answer(200), "unusable"),
    "junk": Trial(lambda: answer(200, bytes(range(256)) * 64), "unusable"),
    "half a json": Trial(lambda: answer(200, b'{"data":[{"b64_json":"iVBORw0KGgo'), "unusable"),
    "no picture": Trial(lambda: answer(200, {"data": [{"b64_json": "bm8gcGljdHVyZQ=="}]}), "unusable"),
    "gzip bomb": Trial(GzipBomb, "unusable"),
}
