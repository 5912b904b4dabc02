"""Request metrics that stay right with several worker processes."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

from vigie_telemetry.exemplars import ExemplarCollector, ExemplarFile

# Seconds. A latency objective should lie on one of these, or it is only estimated.
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)

# The label stays bounded whatever a caller sends.
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

UNMATCHED = "unmatched"

DURATION = "http_request_duration_seconds"


class HttpMetrics:
    """Rate, errors and duration of the requests of one service."""

    def __init__(self, service: str, version: str) -> None:
        self.registry = CollectorRegistry()
        self.duration = Histogram(
            DURATION,
            "Time from a request's arrival to the end of its answer, by route pattern.",
            ["method", "route", "status"],
            buckets=LATENCY_BUCKETS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "http_requests_in_flight",
            "Requests that are being answered now.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        Gauge(
            "service_build_info",
            "Always 1; the labels say what runs.",
            ["service", "version", "runtime", "runtime_version"],
            multiprocess_mode="livemax",
            registry=self.registry,
        ).labels(service, version, "python", platform.python_version()).set(1)

        # Looked up here: prometheus_client takes as long for that as for the observation.
        self._series: dict[tuple[str, str, int], Histogram] = {}
        directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        self._exemplars = ExemplarFile(Path(directory), LATENCY_BUCKETS) if directory else None

    def observe(self, method: str, route: str, status: int, seconds: float, trace_id: str | None = None) -> None:
        """Counts one answered request. Its trace, if it is kept, becomes an exemplar."""
        key = (method_label(method), route, status)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = self.duration.labels(key[0], route, str(status))
        if trace_id is None:
            series.observe(seconds)
            return
        series.observe(seconds, {"trace_id": trace_id})
        if self._exemplars:
            self._exemplars.keep({"method": key[0], "route": route, "status": str(status)}, seconds, trace_id)


def method_label(method: str) -> str:
    """The method of a request, where it must be one of few words."""
    return method if method in KNOWN_METHODS else "other"


def render_metrics(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The exposition of all worker processes, and its content type."""
    encode, content_type = choose_encoder(accept)
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory:
        registry = CollectorRegistry()
        ExemplarCollector(registry, Path(directory), DURATION)
    return encode(registry), content_type
