"""The contact sheet that a saved notebook keeps beside the studio, for whoever opens it without a kernel.

Two outputs: a JPEG alone, since code hosts drop pictures that are inside HTML, and the captions, whose
element lets the style sheet hide both while the studio lives.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from nbimagegen.history import stills

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.history import Picture
    from nbimagegen.session import Session

Later: TypeAlias = Callable[[float, Callable[[], object]], object]

SHOWN = 24
PAUSE = 1.0  # also what keeps the sheet from flashing up before the studio is there


def own_shell() -> Any:
    """Return the IPython of a kernel whose outputs are kept; None elsewhere."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    # Voila shows outputs to visitors, keeps none, and its pages may lack the studio's style sheet.
    is_voila = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    return shell if hasattr(shell, "kernel") and not is_voila else None


class Sheet:
    """One studio's contact sheet, in as many cells as the studio is shown in.

    Args:
        session: Whose newest pictures it shows.
        later: Runs an action after so many seconds.
        shell: Tells the shell to publish by, or None.
    """

    def __init__(
        self, session: Session, later: Later | None = None, shell: Callable[[], Any] = own_shell
    ) -> None:
        self._session = session
        self._later = later or _after
        self._find_shell = shell
        self._lock = threading.Lock()
        self._drawing = threading.Lock()
        self._is_waiting = False
        self._shell: Any = None
        self._publisher: Any = None
        self._ids = tuple(f"nbimagegen-{uuid4().hex}" for _ in range(2))
        self._previews: dict[Picture, bytes] = {}
        self._told: object = None

    def show(self) -> None:
        """Make room for the sheet in the running cell's output; it is filled a moment later."""
        shell = self._find_shell()
        if shell is None:
            return
        # A cell under %%capture exchanges the publisher while it runs, and is not to swallow an update.
        self._publisher = shell.display_pub
        if self._shell is None:
            self._shell = shell
            shell.events.register("post_run_cell", self._at_the_end_of_a_cell)
        self._told = None
        self._publish(stills.EMPTY, self._captions({}, 0), update=False)
        self.change()

    def change(self) -> None:
        """Take note that the pictures may be others now."""
        with self._lock:
            if self._publisher is None or self._is_waiting:
                return
            self._is_waiting = True
        self._later(PAUSE, self._update)

    def close(self) -> None:
        """Leave the sheet as it is."""
        if self._shell is not None:
            self._shell.events.unregister("post_run_cell", self._at_the_end_of_a_cell)
        self._shell = self._publisher = None

    def _captions(self, previews: Mapping[Picture, bytes], total: int) -> dict[str, str]:
        session = self._session
        return stills.captions(previews, session.name, session.folder.name, total)

    def _at_the_end_of_a_cell(self, _result: object = None) -> None:
        """Where nobody looks on, as in `nbconvert --execute`, nothing is heard after the last cell."""
        if not getattr(self._shell.kernel, "_allow_stdin", True):
            self._update()

    def _update(self) -> None:
        with self._lock:
            self._is_waiting = False
        with self._drawing:  # in order, so that the newest is what stays
            history = self._session.history
            pictures, total = history.page(None, SHOWN), history.picture_count
            told = (pictures, total)
            if self._publisher is None or told == self._told:
                return
            self._told = told
            self._previews = {each: self._previews.get(each) or stills.preview(each) for each in pictures}
            words = self._captions(self._previews, total)
            self._publish(stills.of_history(self._previews), words, update=True)

    def _publish(self, picture: dict[str, str], words: dict[str, str], *, update: bool) -> None:
        publisher = self._publisher
        for place, bundle in zip(self._ids, (picture, words), strict=True):
            publisher.publish(data=bundle, metadata={}, transient={"display_id": place}, update=update)


def _after(seconds: float, action: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
