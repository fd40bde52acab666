"""What a session's pictures came to, and what a call would: as far as prices are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nbimagegen.lazily import rooms
from nbimagegen.session import asking
from nbimagegen.session.call import Call
from nbimagegen.session.orders import list_price, orders
from nbimagegen.session.recovering import Recovering

if TYPE_CHECKING:
    from nbimagegen import catalog
    from nbimagegen.records import ImageRequest
else:
    (catalog,) = rooms("catalog")

_ANY_PROMPT = "?"  # the price of a picture does not depend on its words


@dataclass(frozen=True, slots=True)
class Cost:
    """What generations came to.

    Attributes:
        usd: US$ in all, of those whose cost is known.
        unknown: How many more there are whose cost nobody knows.
    """

    usd: float
    unknown: int

    def __str__(self) -> str:
        """Say it in a few words."""
        many = "1 generation" if self.unknown == 1 else f"{self.unknown} generations"
        rest = f", and {many} of unknown cost" if self.unknown else ""
        return f"US${self.usd:.3f}{rest}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a call would cost.

    Attributes:
        usd: US$ for all of its pictures, by the gateway's own prices; None where they are not known.
        list_usd: The same by the prices of the model's maker, for a gateway that may charge others.
        priced: The day of these prices; empty where it is not said.
    """

    usd: float | None = None
    list_usd: float | None = None
    priced: str = ""


class Accounts(Recovering):
    """Counts what was spent, and estimates what will be."""

    @property
    def cost(self) -> Cost:
        """What this history came to, the trash included: what is in it was paid for all the same."""
        return Cost(*self._desk.store.cost())

    def estimate(self, prompt: str | None = None, **call: Any) -> float | None:
        """Return what a call would cost, in US$, before it is made; None where prices are not known.

        Args:
            prompt: As `generate`; the price of a picture does not depend on it.
            **call: As `submit`; what it starts from may be left out.

        Raises:
            RequestError: The call cannot be.
        """
        return self.estimated(Call.of(prompt, call)).usd

    def estimated(self, call: Call) -> Estimate:
        """Return what a call would cost, by whose prices, and of which day.

        Raises:
            RequestError: The call cannot be.
        """
        row = self.row(call.gateway)
        defaults = asking.Defaults(self.default.id, self.model, self.parameters)
        name = asking.model_name(call, row, defaults)
        catalog.check.operation(row, name, call.operation)
        request = asking.request(replace(call, prompt=call.prompt or _ANY_PROMPT), row, name, defaults, ())
        return self.priced(request)

    def priced(self, request: ImageRequest) -> Estimate:
        """Return what a request would cost, as `estimated`.

        Raises:
            UnknownGatewayError: Its gateway is none of this session.
        """
        row = self.row(request.gateway)
        parts = orders(request, row)
        model = catalog.find_model(row, request.model)
        if parts[0].price is not None:
            usd = sum((each.price or 0.0) * each.images for each in parts)
            return Estimate(usd=usd, priced=model.priced if model else "")
        return _by_the_list(request, sum(each.images for each in parts), list_price(request, row))


def _by_the_list(request: ImageRequest, images: int, price: float | None) -> Estimate:
    if price is None:
        return Estimate()
    general = catalog.models().get(request.model)
    return Estimate(list_usd=price * images, priced=general.priced if general else "")
