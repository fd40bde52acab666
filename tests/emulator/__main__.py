"""`python -m tests.emulator --profile serevix --port 0`: a gateway to try by hand."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from threading import Event

from tests.emulator import PROFILES, Emulator


def main() -> None:
    """Print the base URL, and answer until Ctrl-C."""
    options = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    options.add_argument("--profile", choices=sorted(PROFILES), default="plain")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--handover", choices=("b64", "url", "both"))
    options.add_argument("--kind", choices=("png", "jpeg", "webp"), default="png")
    chosen = {name: value for name, value in vars(options.parse_args()).items() if value is not None}
    with suppress(KeyboardInterrupt), Emulator(**chosen) as emulator:
        sys.stdout.write(f"{emulator.base_url}\n")
        sys.stdout.flush()
        Event().wait()


if __name__ == "__main__":
    main()
