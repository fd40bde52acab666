"""httpx and httpcore log the headers of answers, and a gateway may echo a key in one: not from our thread."""

from __future__ import annotations

import logging

IO_THREAD = "nbimagegen-io"
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")


def hush() -> None:
    """Drop what these libraries log on our I/O thread; what others do with them is logged as before."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_not_ours)


def _is_not_ours(record: logging.LogRecord) -> bool:
    return not (record.threadName or "").startswith(IO_THREAD)
