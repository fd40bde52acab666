"""Ten minutes of everything at once, with faults: memory stays flat, and nothing is left behind.

python benchmarks/soak.py [operations] [seconds]; ends with 1 where something grew or stayed.
"""

from __future__ import annotations

import contextlib
import gc
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from harness import ROOT, resident

sys.path.append(str(ROOT))

from nbimagegen import Session, errors
from tests.emulator import Cut, Emulator, GzipBomb, HangUp, WrongLength, answer, paint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OPERATIONS, _SECONDS = 2000, 600.0
_WARM = 0.2  # of the operations, before memory is looked at
_MAY_GROW = 1.10
_PICTURES = 200  # that stay; of more, the oldest go, so that the history is no growth
_HANDLES = Path("/proc/self/fd")
_SOMETIMES = 25  # operations between one sweep and the next
_FAULTS = (
    Cut,
    HangUp,
    GzipBomb,
    lambda: WrongLength(3),
    lambda: answer(500, {"error": {"message": "busy"}}),
    lambda: answer(400, {"error": {"message": "no", "code": "content_policy_violation"}}),
    lambda: answer(200, b"<html>"),
    lambda: answer(200, {"data": []}),
)


def main(operations: int = _OPERATIONS, seconds: float = _SECONDS) -> None:
    """Run, and judge."""
    dice = random.Random(7)  # noqa: S311 - the same operations each time
    with tempfile.TemporaryDirectory(prefix="nbimagegen-soak-") as home, Emulator("openai") as emulator:
        session = Session("soak", gateway="openai", base_url=emulator.base_url, api_key="sk-soak", home=home)
        session.model = "gpt-image-1"
        for each in _DONE:  # so that every pool has its threads
            with contextlib.suppress(errors.ImageGenError):
                each(session, 0)
        before, counts = _left(session, emulator), []
        for number in _paced(operations, seconds):
            _one(session, emulator, dice, number)
            if number % _SOMETIMES == 0:
                _sweep(session, emulator)
                counts.append((number, resident()))
        _sweep(session, emulator)
        after = _left(session, emulator)
    early = statistics.median([size for number, size in counts if _WARM <= number / operations < 2 * _WARM])
    late = statistics.median([size for number, size in counts if number / operations >= 1 - _WARM])
    print(f"{operations:,} operations: {early / 1e6:.0f} MB at first, {late / 1e6:.0f} MB at last; {after}")
    left = {name: count for name, count in after.items() if count > before[name]}
    if left or late > early * _MAY_GROW:
        sys.exit(f"left behind: {left or 'memory'}")


def _paced(operations: int, seconds: float) -> Iterator[int]:
    began = time.monotonic()
    for number in range(1, operations + 1):
        yield number
        time.sleep(max(0.0, began + number * seconds / operations - time.monotonic()))


def _one(session: Session, emulator: Emulator, dice: random.Random, number: int) -> None:
    """Do one thing of many, in a third of the cases with a gateway that fails."""
    if dice.random() < 1 / 3:
        emulator.next(dice.choice(_FAULTS)())
    with contextlib.suppress(errors.ImageGenError):
        dice.choice(_DONE)(session, number)


def _generate(session: Session, number: int) -> None:
    session.generate(f"an otter {number}", n=1 + number % 3, size="1024x1024")


def _edit(session: Session, number: int) -> None:
    session.edit(paint((64, 64), number), f"a hat {number}")


def _stream(session: Session, number: int) -> None:
    for _ in session.stream(f"a lighthouse {number}", partial_images=2):
        pass


def _cancel(session: Session, number: int) -> None:
    generation = session.submit(f"a hare {number}")
    session.cancel(generation)
    generation.wait()


def _several(session: Session, number: int) -> None:
    for each in [session.submit(f"a fox {number} {turn}") for turn in range(8)]:
        each.wait()


def _mark(session: Session, number: int) -> None:
    for picture in session.history.pictures[-3:]:
        picture.star().rate(number % 6).tag(f"tag {number % 20}")


def _look(session: Session, number: int) -> None:
    found = session.history.find(f"otter {number % 100}")
    _ = [each.preview() for each in found[:3]]
    _ = session.history.page(None, 48)


def _show(session: Session, number: int) -> None:
    del number
    for picture in session.history.pictures[-1:]:
        picture._repr_mimebundle_()


_DONE: tuple[Callable[[Session, int], None], ...] = (
    *[_generate] * 3,
    *[_stream] * 2,
    _edit,
    _cancel,
    _several,
    _mark,
    _look,
    _show,
)


def _sweep(session: Session, emulator: Emulator) -> None:
    """Let the oldest pictures and what the gateway remembers go."""
    emulator.wait_until_idle()
    emulator.forget()
    for picture in session.history.pictures[:-_PICTURES]:
        picture.delete()
    with contextlib.suppress(errors.StoreError):
        session.history.empty_trash()
    gc.collect()


def _left(session: Session, emulator: Emulator) -> dict[str, int]:
    """Return how many there are of what may not pile up."""
    emulator.wait_until_idle()
    time.sleep(6)  # a connection is kept for five seconds
    session.generate("at last")  # which closes those that were kept
    gc.collect()
    files = list(Path(session.folder).rglob("*"))
    return {
        # Those of asyncio's own pool come as they are needed, up to a few, and stay.
        "threads": sum(not each.name.startswith("asyncio_") for each in threading.enumerate()),
        "handles": len([*_HANDLES.iterdir()]) if _HANDLES.exists() else 0,
        "half files": sum(each.name.endswith(".part") for each in files),
        "notes": len([*(session.folder / "saving").iterdir()]),
        "jobs": len(session.running),
    }


if __name__ == "__main__":
    main(*(kind(each) for kind, each in zip((int, float), sys.argv[1:], strict=False)))
