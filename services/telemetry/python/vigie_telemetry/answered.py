"""What a Flask application answered to a request, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from vigie_telemetry.metrics import UNMATCHED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Tell = Callable[[int, str, float], None]
"""Gets the status of an answer, the pattern of the route that gave it, and the seconds that it took."""


def when_answered(
    app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, tell: Tell
) -> Iterable[bytes]:
    """The answer of an application. It is told of when the server is done with it, or has failed."""
    status, route = 500, UNMATCHED
    started = time.perf_counter()

    def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        nonlocal status, route
        status = int(line[:3])
        # Here as long as Flask works on it. A hook of Flask's own costs more than the rest of what is measured.
        rule = environ["werkzeug.request"].url_rule
        if rule is not None:
            route = rule.rule
        return start_response(line, headers, exc_info)

    def finish() -> None:
        tell(status, route, time.perf_counter() - started)

    try:
        return ClosingIterator(app(environ, start), finish)
    except BaseException:
        finish()
        raise
