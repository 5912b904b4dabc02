"""One JSON object a line on stdout, for the service's own words and for its server's."""

from __future__ import annotations

import contextvars
import datetime
import logging
import sys
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from vigie_telemetry.tracing import trace_ids

request_id_of_context: contextvars.ContextVar[str | None] = contextvars.ContextVar("request_id", default=None)

# A message may quote a caller's input; a line stays well below what log agents cut.
MAX_MESSAGE = 2000


class LineFormatter(JsonFormatter):
    """Fields in a fixed order: time, level, message, service, then what the line adds."""

    def __init__(self, service: str) -> None:
        super().__init__("%(message)s", json_ensure_ascii=False)
        self._service = service

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in log_data.items() if value is not None}

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        log_data["time"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        log_data["level"] = record.levelname.lower()
        log_data["message"] = record.getMessage()[:MAX_MESSAGE]
        log_data["service"] = self._service
        log_data["logger"] = record.name
        log_data["request_id"] = request_id_of_context.get()
        log_data.update(trace_ids())
        super().add_fields(log_data, record, message_dict)
        log_data["message"] = log_data["message"][:MAX_MESSAGE]


def configure_logs(service: str, level: str = "info") -> None:
    """Sends every logger of the process to stdout as JSON. May be called again."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(LineFormatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # The pool repeats each failed attempt; the service says once that its database is away.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
