"""Log lines as JSON through structlog; what people typed and secrets are never logged."""

from __future__ import annotations

import logging

import structlog


def request_of_record(
    logger: object, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Django logs refusals after the request's own context has ended; the record still knows the request."""
    request = getattr(event.get("_record"), "request", None)
    if hasattr(request, "request_id"):
        event.setdefault("request_id", request.request_id)
    return event


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """One JSON object a line, with time, level, logger and the request's id where there is one."""

    def __init__(self) -> None:
        shared = [
            request_of_record,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
        ]
        super().__init__(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )


def logger() -> logging.Logger:
    return logging.getLogger("sextant")
