"""One of the applications that are compared: gunicorn server:bare() or server:measured()."""

from __future__ import annotations

import time

from flask import Flask, Response, request
from vigie_telemetry.metrics import HttpMetrics


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

    @app.before_request
    def begin() -> None:
        metrics.in_flight.inc()
        request.environ["bench.began"] = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        metrics.in_flight.dec()
        seconds = time.perf_counter() - request.environ["bench.began"]
        route = request.url_rule.rule if request.url_rule else "unmatched"
        metrics.observe(request.method, route, response.status_code, seconds)
        return response

    return app
