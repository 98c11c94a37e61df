"""
Logs for machines: one JSON object a line on standard error, no citizen's word and no secret in it.

What an event says is written by us: names, numbers, kinds of errors. Libraries speak from the level
"warning" on only, for httpx and both messengers' packages write tokens and whole messages.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

_QUIET = ("aiohttp", "httpx", "httpcore", "telegram", "zalo_bot", "zaloBot", "asyncio", "uvicorn.access")
_OWN = ("danhoi", "bot", "handlers", "index", "knowledge")
_REDACTED = "***"


def log_as_json(level: str, secrets: Iterable[str]) -> None:
    """Let this process log at *level* ("info"), with every one of *secrets* blotted out."""
    hidden = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def blot_out(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for name, value in event.items():
            if isinstance(value, str):
                for secret in hidden:
                    value = value.replace(secret, _REDACTED)
                event[name] = value
        return event

    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_traceback,
            blot_out,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.getLevelNamesMapping()[level.upper()], logging.WARNING))
    for name in _OWN:
        logging.getLogger(name).setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _without_traceback(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave only the kind of an error: its text and its frames may quote a citizen."""
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(error, tuple) and error[0]:
        event["error"] = error[0].__name__
    return event
