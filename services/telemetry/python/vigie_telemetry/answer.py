"""What a Flask application answers to a request, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vigie_telemetry.metrics import UNMATCHED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Tell = Callable[[int, str, float], None]
"""Gets the status of an answer, the pattern of the route that gave it, and the seconds that it took."""


class Answer:
    """The answer of an application, as a server takes it. `tell` is called when the server is done with it.

    Hooks of Flask's own cost more than all that is measured by them, and so do the iterators of werkzeug.
    """

    __slots__ = ("_body", "_environ", "_route", "_start_response", "_started", "_status", "_tell")

    def __init__(
        self, app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, tell: Tell
    ) -> None:
        self._environ = environ
        self._start_response = start_response
        self._tell = tell
        self._status = 500
        self._route = UNMATCHED
        self._started = time.perf_counter()
        try:
            self._body: Iterable[bytes] = app(environ, self._start)
        except BaseException:
            self._end()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """Ends the request."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._end()

    def _start(self, line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        self._status = int(line[:3])
        # Here only as long as Flask works on the request.
        rule = self._environ["werkzeug.request"].url_rule
        if rule is not None:
            self._route = rule.rule
        return self._start_response(line, headers, exc_info)

    def _end(self) -> None:
        self._tell(self._status, self._route, time.perf_counter() - self._started)
