"""What a refusal means, as data: a code and a status → the kind of error, and what a retry may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import (
    GatewayError,
    KeyRefusedError,
    ModerationError,
    QuotaError,
    RateLimitError,
    RefusedError,
    ServerError,
    TooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbimagegen.errors import Retry
    from nbimagegen.wire.said import Said

_MODERATION = {
    "content_filter",
    "content_policy_violation",
    "contentFilter",
    "moderation_blocked",
    "sensitive_words_detected",
}
_BILLING = {
    "billing_hard_limit_reached",
    "billing_not_active",
    "budget_exceeded",
    "exceeded_current_quota_error",
    "insufficient_balance",
    "insufficient_credits",
    "insufficient_quota",
    "insufficient_user_quota",
    "pre_consume_token_quota_failed",
}
_REFUSED = range(400, 500)
_NO_CREDIT = "The account has no credit left"
_TOP_UP = "Top it up, or use another key."
_BAD_REQUEST = "The gateway refused the request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An answer with one of these codes and one of these statuses; none named: any."""

    codes: Collection[str] = ()
    statuses: Collection[int] = ()
    gateway: str = ""  # of this kind alone
    tells_to_wait: bool = False  # by a header

    kind: type[GatewayError]
    what: str
    then: str = ""  # what to do; nothing: change what is at fault
    retry: Retry = "for_good"
    billed: bool = False  # perhaps


_RULES = (  # the first that fits
    Rule(
        codes=_MODERATION,
        kind=ModerationError,
        what="The gateway's filter blocked this",
        then="Change the prompt.",
    ),
    Rule(codes=_BILLING, kind=QuotaError, what=_NO_CREDIT, then=_TOP_UP),
    Rule(
        statuses={401},
        kind=KeyRefusedError,
        what="The gateway refuses the key",
        then="Check that the key belongs to this gateway.",
    ),
    Rule(statuses={402}, kind=QuotaError, what=_NO_CREDIT, then=_TOP_UP),
    Rule(
        statuses={413},
        kind=TooLargeError,
        what="The request is too large for the gateway",
        then="Shorten it, or send smaller pictures.",
    ),
    Rule(
        statuses={429},
        kind=RateLimitError,
        what="Too many requests for the gateway",
        then="Then try again.",
        retry="for_now",
    ),
    Rule(
        codes={"model_not_found"},
        statuses={503},
        gateway="new-api",
        kind=RefusedError,
        what="The group of this key has no channel for the model",
        then="Choose another model, or another group for the key.",
    ),
    Rule(
        codes={"model_not_found"},
        kind=RefusedError,
        what="The gateway does not offer this model",
        then="Choose another model.",
    ),
    Rule(
        codes={"unknown_parameter"},
        statuses=_REFUSED,
        kind=RefusedError,
        what="The gateway does not know a field of the request",
    ),
    Rule(statuses=_REFUSED, kind=RefusedError, what=_BAD_REQUEST),
    Rule(codes={"invalid_request"}, kind=RefusedError, what=_BAD_REQUEST),  # new-api sends it with a 500
    Rule(
        statuses={503},
        tells_to_wait=True,
        kind=ServerError,
        what="The gateway is overloaded",
        then="Then try again.",
        retry="for_now",
    ),
    Rule(
        kind=ServerError,
        what="The gateway, or a proxy before it, failed",
        then="The picture may have been made and billed; look at your account before you try again.",
        retry="unknown",
        billed=True,
    ),
)


def rule_for(status: int, told: Said, *, tells_to_wait: bool = False) -> Rule:
    """Return what an answer of this status that says this means."""
    return next(each for each in _RULES if _fits(each, status, told, tells_to_wait=tells_to_wait))


def _fits(rule: Rule, status: int, told: Said, *, tells_to_wait: bool) -> bool:
    return (
        (not rule.codes or told.code in rule.codes)
        and (not rule.statuses or status in rule.statuses)
        and (not rule.gateway or told.gateway == rule.gateway)
        and (not rule.tells_to_wait or tells_to_wait)
    )
