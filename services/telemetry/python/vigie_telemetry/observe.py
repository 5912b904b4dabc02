"""Watches every request from outside the framework: id, duration, one log line, the answering instance."""

from __future__ import annotations

import logging
import re
import socket
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from vigie_telemetry.answer import Answer
from vigie_telemetry.logs import request_id_of_context
from vigie_telemetry.metrics import HttpMetrics, method_label
from vigie_telemetry.tracing import RequestSpan, begin_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("vigie.requests")

# Asked every few seconds by the platform: counted, they would hide what users see.
OPERATIONS = frozenset({"/metrics", "/health", "/ready"})

_request_id = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ObserveRequests:
    """WSGI middleware around a whole Flask application. Raw paths and query strings reach neither labels nor logs."""

    def __init__(self, app: WSGIApplication, metrics: HttpMetrics) -> None:
        self._app = app
        self._metrics = metrics
        self._instance = socket.gethostname()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request_id = accepted_request_id(environ.get("HTTP_X_REQUEST_ID"))
        observed = environ.get("PATH_INFO") not in OPERATIONS
        request_id_of_context.set(request_id)
        span = begin_request(environ, method_label(environ["REQUEST_METHOD"])) if observed else None

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            headers += [("X-Request-ID", request_id), ("X-Served-By", self._instance)]
            return start_response(line, headers, exc_info)

        def finish(status: int, route: str, seconds: float) -> None:
            if observed:
                self._record(environ["REQUEST_METHOD"][:20], route, status, seconds, span)
            request_id_of_context.set(None)

        if observed:
            self._metrics.began()
        return Answer(self._app, environ, start, finish)

    def _record(self, method: str, route: str, status: int, seconds: float, span: RequestSpan | None) -> None:
        self._metrics.ended(method, route, status, seconds, span.kept_trace_id if span else None)
        fields = {"method": method, "route": route, "status": status, "duration_ms": round(seconds * 1000, 2)}
        level = logging.ERROR if status >= 500 else logging.INFO
        log.log(level, "%s %s answered %d", method, route, status, extra=fields)
        if span:
            span.end(route, status)


def accepted_request_id(given: str | None) -> str:
    """The caller's request id if it is harmless in logs and headers, else a new one."""
    return given if given and _request_id.fullmatch(given) else uuid.uuid4().hex
