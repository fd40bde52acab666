"""Plays image gateways on the loopback, faults included, for tests and for a try by hand.

    emulator.next(Cut())                 # the next order breaks in the middle
    session.generate("an otter")
    assert emulator.posts[0].json["model"] == "gpt-image-1"

It knows the gateways' documents and nothing of the package that it tests.
"""

from tests.emulator.answers import Answer, answer, error, page, redirect, streamed, too_many
from tests.emulator.complaints import Complaint
from tests.emulator.damage import EmptyData, ErrorHalfway, GzipBomb, TooMany, WrongLength, Zipped
from tests.emulator.emulator import Emulator
from tests.emulator.faults import Call, Cut, Fault, HangUp, Held, Late, Stall, Stepped, Trickle
from tests.emulator.limiter import Limiter
from tests.emulator.pictures import colour, edited, paint, varied
from tests.emulator.profile import Profile
from tests.emulator.profiles import PROFILES
from tests.emulator.received import File, Received
from tests.emulator.trials import FAULTS, Trial

__all__ = [
    "FAULTS",
    "PROFILES",
    "Answer",
    "Call",
    "Complaint",
    "Cut",
    "EmptyData",
    "Emulator",
    "ErrorHalfway",
    "Fault",
    "File",
    "GzipBomb",
    "HangUp",
    "Held",
    "Late",
    "Limiter",
    "Profile",
    "Received",
    "Stall",
    "Stepped",
    "TooMany",
    "Trial",
    "Trickle",
    "WrongLength",
    "Zipped",
    "answer",
    "colour",
    "edited",
    "error",
    "page",
    "paint",
    "redirect",
    "streamed",
    "too_many",
    "varied",
]
