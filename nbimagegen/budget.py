"""Money and turns: images and US$ reserved before a request leaves, and the gate that a 429 closes."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import BudgetError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Tell = Callable[[float | None], None]

NEXT_SECONDS = 1.0  # after a refusal they go one by one: when the last one was answered, or after this


@dataclass(frozen=True, slots=True)
class Order:
    """What one request may cost: how many pictures, and US$ a picture where that is known."""

    images: int
    price: float | None = None


class Budget:
    """What a session may spend, counted from its making in this kernel. Safe to use from several threads.

    Args:
        images: At most so many pictures.
        usd: At most so many US dollars; needs prices that are known.
        usd_per_image: What a picture costs, where the catalogue does not say.

    Attributes:
        images: The limit in pictures, or None.
        usd: The limit in US dollars, or None.

    Raises:
        ParameterError: A limit is negative or no number.
    """

    def __init__(
        self,
        images: int | None = None,
        usd: float | None = None,
        *,
        usd_per_image: float | None = None,
    ) -> None:
        self.images = _amount("images", images)
        self.usd = _amount("usd", usd)
        self._usd_per_image = _amount("usd_per_image", usd_per_image)
        self._lock = threading.Lock()
        self._images = 0
        self._usd = 0.0

    @property
    def spent_images(self) -> int:
        """Pictures that came, may have been made, or are reserved for what is under way."""
        return self._images

    @property
    def spent_usd(self) -> float:
        """The same in US dollars, as far as prices are known."""
        return self._usd

    def reserve(self, *orders: Order) -> list[Reservation]:
        """Set aside what requests may cost: for all of them, or for none.

        Raises:
            BudgetError: It is more than is left, or a price is not known and `usd` is set.
        """
        prices = [self._price(each) for each in orders]
        usd = sum(price * each.images for price, each in zip(prices, orders, strict=True))
        with self._lock:
            self._check(sum(each.images for each in orders), usd)
            return [self._book(each.images, price) for price, each in zip(prices, orders, strict=True)]

    def _price(self, order: Order) -> float:
        price = order.price if order.price is not None else self._usd_per_image
        if price is None and self.usd is not None:
            message = (
                "The budget is in US$ and the price of this request is not known; give "
                "Budget(usd=..., usd_per_image=...), or limit it by Budget(images=...). Nothing was sent."
            )
            raise BudgetError(message)
        return price or 0.0

    def _check(self, images: int, usd: float) -> None:
        if self.images is not None and self._images + images > self.images:
            raise BudgetError(_over(f"{images} more", f"{self._images} of {self.images:g} images are spent"))
        # In units of a hundredth of a cent, so that ten times 0.1 is 1.
        if self.usd is not None and round((self._usd + usd - self.usd) * 10_000) > 0:
            raise BudgetError(_over(f"US${usd:.3f} more", f"US${self._usd:.3f} of US${self.usd:g} is spent"))

    def _book(self, images: int, price: float) -> Reservation:
        self._images += images
        self._usd += images * price
        return Reservation(images, lambda more: self._correct(more, price))

    def _correct(self, images: int, price: float) -> None:
        with self._lock:
            self._images += images
            self._usd += images * price

    def __repr__(self) -> str:
        """Say what is spent, in a line."""
        limits = [
            f"{self._images} of {self.images:g} images" if self.images is not None else "",
            f"US${self._usd:.3f} of US${self.usd:g}" if self.usd is not None else "",
        ]
        return f"<Budget {', '.join(filter(None, limits)) or 'without limits'}>"


class Reservation:
    """What was set aside for one request, until it is known what came of it.

    Attributes:
        images: For how many pictures.
    """

    def __init__(self, images: int, correct: Callable[[int], None]) -> None:
        self.images = images
        self._correct = correct
        self._is_open = True

    def settle(self, images: int | None) -> None:
        """Say how many pictures are to be paid; None where nobody knows, so that all stay spent."""
        if self._is_open and images is not None:
            self._correct(images - self.images)
        self._is_open = False


def reserve(budget: Budget | None, orders: Iterable[Order]) -> list[Reservation]:
    """Set aside what several requests may cost: all of it, or nothing.

    Raises:
        BudgetError: It is more than is left.
    """
    return [] if budget is None else budget.reserve(*orders)


class Gate:
    """Lets the requests of one gateway and key through; a 429 closes it for all of them.

    Once it has been closed they leave one by one, the oldest first, so that a burst does not spend its tries.
    Used on the I/O thread alone.
    """

    def __init__(self) -> None:
        self._opens = 0.0  # by the monotonic clock
        self._queue: list[tuple[int, asyncio.Future[None], Tell]] = []
        self._last = -1  # the ticket of the one that was let go last
        self._answered = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def enter(self, ticket: int, tell: Tell) -> None:
        """Return once a request may leave.

        Args:
            ticket: From `ticket()`, one for all tries of a request: who came first goes first.
            tell: Called with the seconds to wait each time that they change, and with None at the end.
        """
        if self.is_open:
            return
        door: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (ticket, door, tell))
        tell(self._seconds())
        if self._keeper is None:
            self._keeper = asyncio.ensure_future(self._keep())
        try:
            await door
        finally:
            tell(None)

    def answered(self, ticket: int) -> None:
        """Note that the request of this ticket was answered, whatever the answer."""
        # An older one's says nothing of whether the gateway takes more by now.
        if ticket == self._last:
            self._answered.set()

    def close(self, seconds: float) -> None:
        """Let nothing through for so long, or longer where that was said before."""
        self._opens = max(self._opens, time.monotonic() + seconds)
        for _, door, tell in self._queue:
            if not door.done():
                tell(self._seconds())

    @property
    def is_open(self) -> bool:
        """Whether a request could leave now; another thread may ask, and learn what was so a moment ago."""
        return self._keeper is None and self._seconds() <= 0

    def _seconds(self) -> float:
        return max(0.0, self._opens - time.monotonic())

    async def _keep(self) -> None:
        """Let those who wait leave one by one, as long as any do."""
        while self._queue:
            while (seconds := self._seconds()) > 0:  # noqa: ASYNC110 - a refusal meanwhile makes it longer
                await asyncio.sleep(seconds)
            ticket, door, _ = heapq.heappop(self._queue)
            if not door.done():
                self._last = ticket
                self._answered.clear()
                door.set_result(None)
                with contextlib.suppress(asyncio.TimeoutError, TimeoutError):
                    await asyncio.wait_for(self._answered.wait(), NEXT_SECONDS)
        self._keeper = None


_tickets = itertools.count()


def ticket() -> int:
    """Return a number higher than any before."""
    return next(_tickets)


def _amount(name: str, value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or (is_number and 0 <= value < math.inf):
        return value
    message = f"{name} is {value!r}; a budget is a number from 0 up, such as Budget(images=20, usd=5)."
    raise ParameterError(message, parameter=name)


def _over(what: str, spent: str) -> str:
    return f"This would take {what}, and {spent}; raise the budget, or ask for less. Nothing was sent."
