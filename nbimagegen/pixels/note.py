"""What is written into a picture that leaves, whatever its format. Knows nothing of generations."""

from __future__ import annotations

from dataclasses import dataclass

OWN = "nbimagegen"  # the name under which the facts stand in a file
MAX_TEXT = 8 * 2**20  # bytes of one text that is read out of a file


@dataclass(frozen=True, slots=True)
class Note:
    """What is written into a picture.

    Attributes:
        facts: JSON in one text, without characters that XML cannot hold.
        description: The prompt, for people and their image viewers.
        software: What made it.
    """

    facts: str
    description: str
    software: str
