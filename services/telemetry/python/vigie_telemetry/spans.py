"""The parts of OpenTelemetry that make and send spans. Loaded only where a process is traced."""

from __future__ import annotations

import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry.context import Context, attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from vigie_telemetry.tracing import ClientCall
from vigie_telemetry.tracing_settings import TracingSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger("vigie.tracing")

# A span is found soon after its end, and a batch is still worth its request.
SEND_EVERY_MS = 500

# Some MiB of spans. What comes while it is full is lost: a Collector that is away must not fill the memory.
MAX_WAITING_SPANS = 2048

QUIET_SECONDS = 60.0

# It repeats each failed attempt and each span that is lost; the service says it once.
logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)


class SpanTracer:
    """Makes spans by OpenTelemetry and sends them by OTLP/HTTP, in a thread of its own."""

    def __init__(self, service: str, version: str, settings: TracingSettings) -> None:
        given = {
            "service.name": service,
            "service.version": version,
            "service.instance.id": socket.gethostname(),
            **settings.resource,
        }
        exporter = ToldOnce(OTLPSpanExporter(endpoint=settings.url), settings.url)
        self._processor = BatchSpanProcessor(
            exporter,
            max_queue_size=MAX_WAITING_SPANS,
            max_export_batch_size=256,
            schedule_delay_millis=SEND_EVERY_MS,
        )
        provider = TracerProvider(_sampler(settings), Resource.create(given), shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        self._tracer = provider.get_tracer("vigie", version)
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, environ: WSGIEnvironment, method: str) -> RequestSpan:
        """Begins the span of a request, as part of its caller's trace, and enters its context."""
        carrier = {name: environ.get(f"HTTP_{name.upper()}", "") for name in ("traceparent", "tracestate")}
        caller = self._propagator.extract(carrier, Context())
        span = self._tracer.start_span(method, caller, SpanKind.SERVER)
        attach(set_span_in_context(span, caller))
        return RequestSpan(span, environ, method)

    @contextmanager
    def call(self, describe: Callable[[], ClientCall]) -> Iterator[None]:
        """A client span around the body, where the request that it belongs to is traced."""
        if not get_current_span().is_recording():
            yield
            return
        call = describe()
        span = self._tracer.start_span(call.name, kind=SpanKind.CLIENT, attributes=call.attributes)
        token = attach(set_span_in_context(span))
        try:
            yield
        except BaseException as error:
            _record(span, error)
            raise
        finally:
            detach(token)
            span.end()

    def failed(self, error: BaseException) -> None:
        """Says on the span of the moment what failed."""
        _record(get_current_span(), error)

    def ids(self) -> Mapping[str, str]:
        """What a line of the moment says of its trace."""
        context = get_current_span().get_span_context()
        if not context.is_valid:
            return {}
        # OpenTelemetry's names. The flags say whether the trace is kept: 01, or 00.
        return {
            "trace_id": f"{context.trace_id:032x}",
            "span_id": f"{context.span_id:016x}",
            "trace_flags": f"{context.trace_flags:02x}",
        }

    def stop(self, seconds: float) -> None:
        """Sends what is left, for at most that long: the processor itself would wait for its exporter."""
        flush = threading.Thread(target=self._processor.shutdown, name="last spans", daemon=True)
        flush.start()
        flush.join(seconds)


class RequestSpan:
    """The span of a request that is being answered."""

    def __init__(self, span: Span, environ: WSGIEnvironment, method: str) -> None:
        self._span = span
        self._environ = environ
        self._method = method

    @property
    def kept_trace_id(self) -> str | None:
        """The id of its trace, if that is kept."""
        context = self._span.get_span_context()
        return f"{context.trace_id:032x}" if context.trace_flags.sampled else None

    def end(self, route: str, status: int) -> None:
        """Ends it by what was answered, and leaves its context."""
        if self._span.is_recording():
            self._span.update_name(f"{self._method} {route}")
            # Neither the path nor the query: people's words are in them.
            self._span.set_attributes(
                {
                    "http.request.method": self._method,
                    "http.route": route,
                    "http.response.status_code": status,
                    "url.scheme": self._environ.get("wsgi.url_scheme", "http"),
                    "network.protocol.version": self._environ.get("SERVER_PROTOCOL", "").removeprefix("HTTP/"),
                }
            )
            if status >= 500:
                self._span.set_status(StatusCode.ERROR)
            self._span.end()
        attach(Context())


class ToldOnce(SpanExporter):
    """An exporter that says that spans are lost, at most once a minute, and once that they arrive again."""

    def __init__(self, exporter: SpanExporter, url: str) -> None:
        self._exporter = exporter
        self._url = url
        self._lost = 0
        self._told = False
        self._quiet_until = 0.0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Sends a batch."""
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            if self._told:
                log.info("spans are sent again", extra={"spans_lost": self._lost})
            self._lost, self._told = 0, False
            return result
        self._lost += len(spans)
        if time.monotonic() >= self._quiet_until:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            self._told = True
            log.warning("spans are lost: they can't be sent to %s", self._url, extra={"spans_lost": self._lost})
        return result

    def shutdown(self) -> None:
        """Closes the connections."""
        self._exporter.shutdown()


def _sampler(settings: TracingSettings) -> Sampler:
    roots = {"always_on": ALWAYS_ON, "always_off": ALWAYS_OFF, "traceidratio": TraceIdRatioBased(settings.ratio)}
    root: Sampler = roots[settings.sampler.removeprefix("parentbased_")]
    return ParentBased(root) if settings.sampler.startswith("parentbased_") else root


def _record(span: Span, error: BaseException) -> None:
    if not span.is_recording():
        return
    kind = type(error).__qualname__
    told = getattr(error, "kind", None) or getattr(error, "sqlstate", None) or kind
    frames = "".join(traceback.format_tb(error.__traceback__))
    span.set_attribute("error.type", str(told))
    span.set_status(StatusCode.ERROR)
    # Not `record_exception`: it adds the message, which may quote a caller's input.
    span.add_event(
        "exception", {"exception.type": kind, **({"exception.stacktrace": f"{kind}\n{frames}"} if frames else {})}
    )
