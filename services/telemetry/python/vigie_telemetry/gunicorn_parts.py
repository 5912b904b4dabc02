"""gunicorn's logger and worker, where they must speak like the rest of the service."""

from __future__ import annotations

import json
import logging
import uuid
from http import HTTPStatus
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from vigie_telemetry.problems import problem_body

log = logging.getLogger("vigie.requests")


class JsonLogger(Logger):
    """Sends gunicorn's own words through the service's JSON handler. Requests are logged by the service."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers[:] = []
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        return


class ProblemWorker(ThreadWorker):
    """A threaded worker that answers what it can't parse with a problem body instead of an HTML page."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        status, detail = refusal_of(exc)
        request_id = uuid.uuid4().hex
        fields = {"status": status, "request_id": request_id, "route": "unmatched"}
        if status == 500:
            log.error("a request failed outside the application", exc_info=exc, extra=fields)
        else:
            log.info("refused what isn't a proper HTTP request: %s", type(exc).__name__, extra=fields)
        try:
            write_nonblock(client, _raw_answer(status, detail, request_id))
        except OSError:
            log.debug("the caller of %s is gone", request_id)


def refusal_of(error: BaseException) -> tuple[int, str]:
    """The status and the words for a request that never reached the application."""
    if isinstance(error, errors.LimitRequestLine):
        return 414, "The address of the request is too long: at most 8190 bytes with its parameters."
    if isinstance(error, errors.LimitRequestHeaders):
        return 431, "The headers of the request are too large: at most 100 of 8190 bytes each."
    if isinstance(error, errors.UnsupportedTransferCoding):
        return 501, "This transfer coding isn't known here."
    if isinstance(error, errors.ExpectationFailed):
        return 417, "This expectation can't be met."
    # The type stubs lag behind gunicorn's release with these two.
    ours = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)  # type: ignore[attr-defined]
    if isinstance(error, errors.ParseException) and not isinstance(error, ours):
        return 400, "This isn't a proper HTTP request."
    return 500, "Something failed inside the service. Give the request id to its team."


def _raw_answer(status: int, detail: str, request_id: str) -> bytes:
    phrase = HTTPStatus(status).phrase
    body = json.dumps(problem_body(status, None, detail, request_id=request_id)).encode()
    head = (
        f"HTTP/1.1 {status} {phrase}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Request-ID: {request_id}\r\n\r\n"
    )
    return head.encode("latin1") + body
