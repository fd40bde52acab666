"""All benches, one after the other: a table, and with `--write` RESULTS.md with the versions.

python benchmarks [--quick] [--write]; ends with 1 where a target was missed twice.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

from harness import QUICK, Effort, Verdict, judged, table

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "RESULTS.md"
_NAMED = ("openai", "httpx", "pybase64", "pillow", "anywidget", "ipywidgets", "ipyplot", "jupyterlab")
_HEAD = """# What was measured

By `make bench`; `benchmarks/` tells how, one file a line of the table. × is a ratio: medians of alternating
rounds in one run, each contender in a process of its own. Two figures in "today" are of a target that was
missed the first time and measured once more; only two misses are a miss.
"""


def main() -> None:
    """Run them all."""
    effort = QUICK if "--quick" in sys.argv else Effort()
    verdicts: list[Verdict] = []
    for each in sorted(FOLDER.glob("p[0-9]*.py")):
        began = time.monotonic()
        found = judged(importlib.import_module(each.stem).figures, effort)
        print(f"{each.stem}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        print(table(found) if not verdicts else "\n".join(table(found).splitlines()[2:]), flush=True)
        verdicts += found
        if "--write" in sys.argv:  # as they come: a run that is broken off has told something too
            RESULTS.write_text(f"{_HEAD}\n{table(verdicts)}\n\n{_where()}", encoding="utf-8")
    sys.exit(not all(each.is_met for each in verdicts))


def _where() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _NAMED)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"On {machine}, Python {platform.python_version()}, with {versions}.\n"


if __name__ == "__main__":
    main()
