"""Errors as RFC 9457 problem bodies. A body never holds a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json
from werkzeug.exceptions import HTTPException

from vigie_telemetry.logs import request_id_of_context
from vigie_telemetry.tracing import record_failure

log = logging.getLogger("vigie.problems")

# Input is quoted back, so that its sender finds it, but never at full length.
MAX_QUOTED = 100


@dataclass(frozen=True)
class InvalidParameter:
    """One parameter that can't be used: what was given, and what is allowed."""

    parameter: str
    got: str | None
    allowed: str | Sequence[str]


class Problem(Exception):
    """An expected failure that is answered with a problem body."""

    def __init__(
        self,
        status: int,
        kind: str | None,
        detail: str,
        errors: Sequence[InvalidParameter] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def problem_body(
    status: int, kind: str | None, detail: str, errors: Sequence[InvalidParameter] = (), request_id: str | None = None
) -> dict[str, Any]:
    """The members of a problem body; `errors` only when there are some."""
    body: dict[str, Any] = {
        # RFC 9457: about:blank says that the status alone tells the kind.
        "type": f"urn:vigie:problem:{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{**asdict(error), "got": _quoted(error.got)} for error in errors]
    if request_id:
        body["request_id"] = request_id
    return body


def problem_response(problem: Problem, cause: Exception | None = None) -> Response:
    """The answer for a problem; caches must not keep it. One of the service is told on the request's span."""
    if problem.status >= 500:
        record_failure(cause or problem)
    body = problem_body(problem.status, problem.kind, problem.detail, problem.errors, request_id_of_context.get())
    response = Response(json.dumps(body), status=problem.status, content_type="application/problem+json")
    response.headers.update({"Cache-Control": "no-store", **problem.headers})
    return response


def answer_with_problems(app: Flask) -> None:
    """Makes every error of an application a problem body, the unexpected ones too."""

    @app.errorhandler(Problem)
    def expected(problem: Problem) -> Response:
        return problem_response(problem)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        # A redirect is an HTTPException too, and not a problem.
        if status < 400:
            return error
        headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        return problem_response(Problem(status, None, _detail_of(error, status), headers=headers))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("unexpected error", exc_info=error)
        detail = "Something failed inside the service. Give the request id to its team."
        return problem_response(Problem(500, None, detail), error)


def _detail_of(error: HTTPException, status: int) -> str:
    if status == 404:
        return "There is nothing at this address."
    if status == 405:
        return "This address doesn't take that method. The header Allow lists those that it takes."
    return error.description or HTTPStatus(status).description


def _quoted(value: str | None) -> str | None:
    if value is None or len(value) <= MAX_QUOTED:
        return value
    return value[:MAX_QUOTED] + "…"
