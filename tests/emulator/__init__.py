"""Plays image gateways on the loopback, faults included, for tests and for a try by hand.

    emulator.next(Cut())                 # the next order breaks in the middle
    session.generate("an otter")
    assert emulator.posts[0].json["model"] == "gpt-image-1"

It knows the gateways' documents and nothing of the package that it tests.
"""

from tests.emulator.answers import Answer, answer, error, page, redirect, too_many
from tests.emulator.emulator import Emulator
from tests.emulator.faults import Call, Cut, Fault, HangUp, Held, Late, Trickle
from tests.emulator.pictures import paint
from tests.emulator.profiles import PROFILES, Profile
from tests.emulator.received import Received

__all__ = [
    "PROFILES",
    "Answer",
    "Call",
    "Cut",
    "Emulator",
    "Fault",
    "HangUp",
    "Held",
    "Late",
    "Profile",
    "Received",
    "Trickle",
    "answer",
    "error",
    "page",
    "paint",
    "redirect",
    "too_many",
]
