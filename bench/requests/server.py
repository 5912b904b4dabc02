"""One of the applications that are compared: gunicorn server:bare() or server:measured()."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from vigie_telemetry.answer import Answer
from vigie_telemetry.metrics import HttpMetrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def bare() -> Flask:
    """Flask as it comes."""
    app = Flask(__name__, static_folder=None)

    @app.get("/hello")
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    return app


def measured() -> Flask:
    """The same with the request metrics of the services, shared by worker processes."""
    app = bare()
    metrics = HttpMetrics("bench", "1")
    answer = app.wsgi_app

    def answer_measured(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def end(status: int, route: str, seconds: float) -> None:
            metrics.ended(environ["REQUEST_METHOD"], route, status, seconds)

        metrics.began()
        return Answer(answer, environ, start_response, end)

    app.wsgi_app = answer_measured  # type: ignore[method-assign]
    return app
