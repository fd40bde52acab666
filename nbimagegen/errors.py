"""Every exception that a user of nbimagegen may meet. This room knows no other.

ImageGenError
├── RequestError               found wrong before anything was sent; never billed, never a record
│   ├── PromptError            empty, too long, or not text
│   ├── ParameterError         a value that the model does not take, or a name that it does not know
│   ├── UnknownGatewayError    no such gateway in the catalogue
│   ├── AddressError           a base URL that cannot be one
│   ├── KeyMissingError        the gateway needs a key and none was found, or it is malformed
│   ├── OperationError         the gateway or the model does not offer this operation
│   ├── InputError             a picture or mask to start from that cannot be one
│   └── BudgetError            it would cost more than the session's budget leaves
├── GatewayError               the gateway answered, and the answer is no picture
│   ├── KeyRefusedError        401
│   ├── ModerationError        the prompt or the picture was blocked
│   ├── QuotaError             the account is empty
│   ├── RateLimitError         429
│   ├── RefusedError           any other 4xx, or a definite "no" with another status
│   │   └── TooLargeError      413
│   ├── ServerError            5xx, or a proxy that gave up
│   ├── NotAnApiError          a web page where an API was expected; a redirect
│   ├── NoImageError           200 without a picture (`text` holds what came instead)
│   └── AnswerError            an answer that cannot be read, or bytes that are no picture
├── NetworkError               the request or its answer was lost on the way
│   ├── NotSentError           no route, no name, no TLS, no proxy; never billed
│   ├── ConnectionLostError    cut off after sending
│   └── DeadlineError          no answer within `timeout`, or silence within the idle limit
├── DownloadError              the picture was made, and its URL could not be fetched
├── CancelledError             cancelled by the user
├── OutcomeUnknownError        the kernel ended while the request was under way
├── StoreError                 the history could not be written or read
└── NotFoundError              no such picture or generation in this history
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "AddressError",
    "AnswerError",
    "BudgetError",
    "CancelledError",
    "ConnectionLostError",
    "DeadlineError",
    "DownloadError",
    "FormerSessionWarning",
    "GatewayError",
    "ImageGenError",
    "InputError",
    "KeyMissingError",
    "KeyRefusedError",
    "ModerationError",
    "NetworkError",
    "NoImageError",
    "NotAnApiError",
    "NotFoundError",
    "NotSentError",
    "OperationError",
    "OutcomeUnknownError",
    "ParameterError",
    "PromptError",
    "QuotaError",
    "RateLimitError",
    "RefusedError",
    "RequestError",
    "Retry",
    "ServerError",
    "SketchWarning",
    "StoreError",
    "TooLargeError",
    "UnknownGatewayError",
    "UnnamedSessionWarning",
]


# What a retry may do, by what is known of a failure:
#   not_sent   nothing left this machine: tried again by itself
#   for_now    refused, and told to come later: tried again by itself, once the wait is over
#   drop_field one field, which only the catalogue added, is unknown there: once more without it
#   for_good   refused: the same request fails again; not billed
#   unknown    it may have been made and billed: never by itself
#   cancelled  by the user
#   unusable   an answer came and holds no picture: never by itself
#   download   the picture was made: fetching it again pays nothing
Retry: TypeAlias = Literal[
    "not_sent", "for_now", "drop_field", "for_good", "unknown", "cancelled", "unusable", "download"
]


class ImageGenError(Exception):
    """The root of all that nbimagegen raises on purpose.

    Args:
        message: One sentence: what happened, what it means, what to do next.
        status: The HTTP status, where there was one.
        code: The gateway's own error code, where it gave one.
        request_id: The gateway's id of the request, for its support desk.
        may_be_billed: Whether the gateway may charge for this all the same.
        text: What the model wrote where a picture was expected.
        url: Where the picture can be fetched, where a download failed.
        parameter: The parameter that is at fault, where it is one.
        retry: What a retry may do; see `Retry`.
        retry_after: Seconds that the gateway asks to wait, where it does.

    Attributes:
        generation: The `Generation` that failed; None when nothing was sent.
    """

    default_may_be_billed = False
    default_retry: Retry = "for_good"

    def __init__(  # noqa: PLR0913 - each is a fact about one failure, all by name
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        may_be_billed: bool | None = None,
        text: str = "",
        url: str = "",
        parameter: str = "",
        retry: Retry | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.may_be_billed = self.default_may_be_billed if may_be_billed is None else may_be_billed
        self.text = text
        self.url = url
        self.parameter = parameter
        self.retry: Retry = retry or self.default_retry
        self.retry_after = retry_after
        self.generation: Any = None

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message

    def scrub(self, clean: Callable[[str], str]) -> None:
        """Run every text of this error through `clean`, which takes a key out."""
        for name in _KEPT:
            value = getattr(self, name)
            if isinstance(value, str):
                setattr(self, name, clean(value))
        self.args = (self.message,)

    def to_dict(self) -> dict[str, Any]:
        """Return what the record keeps of this error, for `from_dict` in a later kernel."""
        facts = {name: getattr(self, name) for name in _KEPT}
        kept = {name: value for name, value in facts.items() if value not in ("", None)}
        return {"type": type(self).__name__, **kept}


class RequestError(ImageGenError, ValueError):
    """Found wrong before anything was sent: nothing is billed and no record is made."""


class PromptError(RequestError):
    """The prompt is empty, too long for the model, or not text."""


class ParameterError(RequestError):
    """A value that the model does not take, or a parameter that it does not know."""


class UnknownGatewayError(RequestError):
    """No gateway of this name is in the catalogue."""


class AddressError(RequestError):
    """A base URL that cannot be one."""


class KeyMissingError(RequestError):
    """The gateway needs a key and none was found, or the one found is malformed."""


class OperationError(RequestError):
    """The gateway or the model does not offer this operation; the message names one that does."""


class InputError(RequestError):
    """A picture or a mask to start from cannot be read, or is not what the gateway takes."""


class BudgetError(RequestError):
    """It would cost more than the session's budget leaves, or its price is not known."""


class GatewayError(ImageGenError):
    """The gateway answered, and the answer holds no picture."""


class KeyRefusedError(GatewayError):
    """The gateway does not accept the key (401)."""


class ModerationError(GatewayError):
    """The gateway's content filter blocked the prompt or the picture."""


class QuotaError(GatewayError):
    """The account has no credit left."""


class RateLimitError(GatewayError):
    """Too many requests (429)."""

    default_retry = "for_now"


class RefusedError(GatewayError):
    """The gateway refused the request for good."""


class TooLargeError(RefusedError):
    """The request is larger than the gateway takes (413)."""


class ServerError(GatewayError):
    """The gateway, or a proxy before it, failed; the picture may have been made and billed."""

    default_may_be_billed = True
    default_retry = "unknown"


class NotAnApiError(GatewayError):
    """The address answered, and is no API: a web page, a redirect, an unknown path."""


class NoImageError(GatewayError):
    """The gateway answered well and sent no picture; `text` holds what the model wrote."""

    default_may_be_billed = True
    default_retry = "unusable"


class AnswerError(GatewayError):
    """The answer cannot be read: not JSON, too large, or bytes that are no picture."""

    default_may_be_billed = True
    default_retry = "unusable"


class NetworkError(ImageGenError):
    """The request or its answer was lost on the way."""


class NotSentError(NetworkError):
    """The gateway could not be reached; nothing was sent."""

    default_retry = "not_sent"


class ConnectionLostError(NetworkError):
    """The connection broke after the request was sent."""

    default_may_be_billed = True
    default_retry = "unknown"


class DeadlineError(NetworkError):
    """No whole answer within `timeout`, or silence for longer than the idle limit."""

    default_may_be_billed = True
    default_retry = "unknown"


class DownloadError(ImageGenError):
    """The picture was made, and fetching it from `url` failed."""

    default_may_be_billed = True
    default_retry = "download"


class CancelledError(ImageGenError):
    """The user cancelled; billed perhaps, if the request had been sent."""

    default_retry = "cancelled"


class OutcomeUnknownError(ImageGenError):
    """The kernel ended while the request was under way."""

    default_may_be_billed = True
    default_retry = "unknown"


class StoreError(ImageGenError):
    """The history on disk could not be written or read."""


class NotFoundError(ImageGenError, LookupError):
    """No picture or generation of this id is in the history."""


class SketchWarning(UserWarning):
    """No gateway is configured, so pictures are offline sketches."""


class FormerSessionWarning(UserWarning):
    """The notebook was copied or renamed; its saved outputs show another session's pictures."""


class UnnamedSessionWarning(UserWarning):
    """The session has no name, so a later kernel begins a new one."""


_KEPT = (
    "message",
    "status",
    "code",
    "request_id",
    "may_be_billed",
    "text",
    "url",
    "parameter",
    "retry",
    "retry_after",
)


def from_dict(kept: Mapping[str, Any]) -> ImageGenError:
    """Rebuild an error from what `to_dict` kept; an unknown type comes back as the root."""
    found = globals().get(str(kept.get("type")))
    kind = found if isinstance(found, type) and issubclass(found, ImageGenError) else ImageGenError
    facts = {name: kept[name] for name in _KEPT if name in kept and name != "message"}
    return kind(str(kept.get("message", "")), **facts)
