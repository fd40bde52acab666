"""The gateways that the emulator can play, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.documented import OPENAI, RIVUS, SEREVIX, XIEXUS, XTY
from tests.emulator.relays import AIHUBMIX, LITELLM, NEWAPI, NEWAPI_OLD, OPENROUTER, PLAIN, PLAIN_CHAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.emulator.profile import Profile

DOCUMENTED = (SEREVIX, XTY, RIVUS, XIEXUS, OPENAI)
RELAYS = (NEWAPI_OLD, NEWAPI, OPENROUTER, LITELLM, AIHUBMIX)
BARE = (PLAIN, PLAIN_CHAT)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (*DOCUMENTED, *RELAYS, *BARE)}
