"""Spans of requests and of what they ask from others. Nothing of OpenTelemetry is loaded before tracing starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from vigie_telemetry.tracing_settings import TracingSettings


@dataclass(frozen=True)
class ClientCall:
    """What a client span says before its work begins."""

    name: str
    """Few different words, such as `SELECT films`: spans are grouped by it."""
    attributes: Mapping[str, str | int]


class RequestSpan(Protocol):
    """The span of a request that is being answered."""

    @property
    def kept_trace_id(self) -> str | None:
        """The id of its trace, if that is kept."""

    def end(self, route: str, status: int) -> None:
        """Ends it by what was answered, and leaves its context."""


class Tracer(Protocol):
    """What makes spans and sends them in the background."""

    def begin(self, environ: WSGIEnvironment, method: str) -> RequestSpan:
        """Begins the span of a request, as part of its caller's trace, and enters its context."""

    def call(self, describe: Callable[[], ClientCall]) -> AbstractContextManager[None]:
        """A client span around the body, where the request that it belongs to is traced."""

    def failed(self, error: BaseException) -> None:
        """Says on the span of the moment what failed: the kind and where in the code, and no message."""

    def ids(self) -> Mapping[str, str]:
        """What a line of the moment says: `trace_id`, `span_id` and `trace_flags`."""

    def stop(self, seconds: float) -> None:
        """Sends what is left, for at most that long."""


_tracer: Tracer | None = None


def start_tracing(service: str, version: str, settings: TracingSettings) -> None:
    """Traces this process from now on. Its threads don't survive a fork: to be called in each worker."""
    from vigie_telemetry.spans import SpanTracer

    stop_tracing(0)
    global _tracer
    _tracer = SpanTracer(service, version, settings)


def stop_tracing(seconds: float) -> None:
    """Traces no more, and sends what is left for at most that long. It never fails."""
    global _tracer
    tracer, _tracer = _tracer, None
    if tracer is not None:
        tracer.stop(seconds)


def begin_request(environ: WSGIEnvironment, method: str) -> RequestSpan | None:
    """The begun span of a request, where this process is traced."""
    return _tracer.begin(environ, method) if _tracer is not None else None


@contextmanager
def client_span(describe: Callable[[], ClientCall]) -> Iterator[None]:
    """A client span around the body, where the request that it belongs to is traced.

    Example::

        with client_span(lambda: database_call(address, text)):
            cursor.execute(text)
    """
    if _tracer is None:
        yield
        return
    with _tracer.call(describe):
        yield


def record_failure(error: BaseException) -> None:
    """Says on the span of the moment what failed. Messages stay out, as they may quote a caller's input."""
    if _tracer is not None:
        _tracer.failed(error)


def trace_ids() -> Mapping[str, str]:
    """What a line of the moment says of its trace; nothing outside a request."""
    return _tracer.ids() if _tracer is not None else {}
