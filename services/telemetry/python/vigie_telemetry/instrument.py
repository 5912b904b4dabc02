"""Gives a Flask application everything that the platform expects of a service."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, request

from vigie_telemetry import lifecycle
from vigie_telemetry.metrics import HttpMetrics, render_metrics
from vigie_telemetry.observe import OPERATIONS, ObserveRequests
from vigie_telemetry.problems import Problem, answer_with_problems
from vigie_telemetry.tracing import start_tracing
from vigie_telemetry.tracing_settings import TracingSettings

log = logging.getLogger("vigie.health")

Check = Callable[[], None]
"""Asks one dependency for a sign of life, fast. Raises when there is none."""


def instrument(
    app: Flask, *, service: str, version: str, checks: Mapping[str, Check], tracing: TracingSettings | None = None
) -> HttpMetrics:
    """Adds metrics, logs, request ids, problem bodies, `/metrics`, `/health`, `/ready`, and the manners of an API.

    With `tracing`, spans of this process are sent from now on. Returns the metrics; further ones of the service go to
    their `registry`.
    """
    if tracing is not None:
        start_tracing(service, version, tracing)
    metrics = HttpMetrics(service, version)
    app.wsgi_app = ObserveRequests(app.wsgi_app, metrics)  # type: ignore[method-assign]
    answer_with_problems(app)
    _add_manners(app)
    _add_operations(app, metrics, checks)
    return metrics


def _add_manners(app: Flask) -> None:
    # A doubled slash is an address that doesn't exist, not one to be sent on from.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]

    @app.after_request
    def say_how_to_treat(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-cache")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response


def _expect_failures(app: Flask, metrics: HttpMetrics) -> list[str]:
    """Lets the failures of each route begin at 0, and gives the routes."""
    for rule in app.url_map.iter_rules():
        # HEAD and OPTIONS come with each route, and nobody is told of them.
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.rule not in OPERATIONS:
                metrics.expect(method, rule.rule)
    return [rule.rule for rule in app.url_map.iter_rules()]


def _add_operations(app: Flask, metrics: HttpMetrics, checks: Mapping[str, Check]) -> None:
    failing: set[str] = set()
    expecting: list[str] = []

    @app.get("/metrics")
    def exposition() -> Response:
        # By the first scrape all routes are there. Of several processes one is enough: they are added up.
        if not expecting:
            expecting.extend(_expect_failures(app, metrics))
        body, content_type = render_metrics(metrics.registry, request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    @app.get("/health")
    def alive() -> dict[str, Any]:
        return {"status": "alive"}

    @app.get("/ready")
    def ready() -> dict[str, Any]:
        if lifecycle.is_stopping():
            raise Problem(503, "stopping", "The service is stopping and takes no new work.")
        for name, check in checks.items():
            try:
                check()
            except Exception as error:
                if name not in failing:
                    log.warning("not ready: %s doesn't answer: %s", name, type(error).__name__)
                failing.add(name)
            else:
                if name in failing:
                    log.info("ready again: %s answers", name)
                failing.discard(name)
        if failing:
            detail = f"Not ready: {', '.join(sorted(failing))} can't be reached."
            raise Problem(503, "not-ready", detail, headers={"Retry-After": "5"})
        return {"status": "ready", "checks": dict.fromkeys(checks, "ok")}
