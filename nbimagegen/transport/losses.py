"""What it means that a request was lost on its way: was it sent, may it be billed, what to do next."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import httpcore

from nbimagegen.errors import AnswerError, ConnectionLostError, DeadlineError, ImageGenError, NotSentError

if TYPE_CHECKING:
    from nbimagegen.transport.body import Bounds, Fault

PROXY_REFUSES = 407
_SOCKS_REFUSES = ("Invalid username/password", "Requested ")  # as httpcore words it
_BILLED = "the picture may have been made and billed. Look at your account before you try again."


def before_sending(host: str, problem: Exception, *, is_proxied: bool) -> NotSentError:
    """Return the error for a request of which nothing left: without the request, which holds the key."""
    if is_refusal_of_proxy(problem):
        return proxy_refuses(host)
    through = " through the proxy" if is_proxied else ""
    message = (
        f"{host} could not be reached{through} ({reason(problem)}); nothing was sent. "
        "Check base_url, the network and the proxy."
    )
    return NotSentError(message)


def proxy_refuses(host: str) -> NotSentError:
    """Return the error for a proxy that wants a name and a password, or others."""
    message = (
        f"The proxy before {host} does not accept its user name and password; nothing was sent. "
        "Give them as proxy='http://user:password@host:port', or in the environment's proxy variable."
    )
    return NotSentError(message, status=PROXY_REFUSES, retry="for_good")


def after_sending(host: str) -> ConnectionLostError:
    """Return the error for a connection that broke with the request, or a part of it, on the other side."""
    return ConnectionLostError(f"The connection to {host} broke after the request was sent; {_BILLED}")


def of_body(fault: Fault, host: str, bounds: Bounds) -> ImageGenError:
    """Return the error for an answer whose body did not come whole."""
    match fault:
        case "lost":
            return after_sending(host)
        case "silent":
            message = f"The gateway fell silent for {bounds.idle:g} seconds in the middle of its answer"
            return DeadlineError(f"{message}; {_BILLED}")
        case "large":
            message = f"The gateway's answer is over {bounds.size // 2**20} MiB, or swells without end"
            return AnswerError(f"{message}, so it was not read further; {_BILLED}")
        case "packed":
            message = "The gateway's answer is packed in a way that was not asked for (Content-Encoding)"
            return AnswerError(f"{message}, so it cannot be read; {_BILLED}")


def is_refusal_of_proxy(problem: Exception) -> bool:
    """Return whether a proxy wants a name and a password, or others: that does not pass by itself."""
    refusals = (str(PROXY_REFUSES), *_SOCKS_REFUSES)
    return isinstance(problem, httpcore.ProxyError) and str(problem).startswith(refusals)


def reason(problem: Exception) -> str:
    """Return in a few words why there is no connection; never the library's own, which may hold the key."""
    cause = problem.args[0] if problem.args else None  # httpcore puts there what it made its error from
    if isinstance(problem, httpcore.TimeoutException):
        return "no answer to the connection"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(cause, ssl.SSLError):
        return "no TLS there"
    if isinstance(cause, socket.gaierror):
        return "no such host"
    return "the proxy refused" if isinstance(problem, httpcore.ProxyError) else "no connection"
