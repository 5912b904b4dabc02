"""Request metrics that stay right with several worker processes."""

from __future__ import annotations

import os
import platform

from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

# Seconds. A latency objective should lie on one of these, or it is only estimated.
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)

# The label stays bounded whatever a caller sends.
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

UNMATCHED = "unmatched"


class HttpMetrics:
    """Rate, errors and duration of the requests of one service."""

    def __init__(self, service: str, version: str) -> None:
        self.registry = CollectorRegistry()
        self.duration = Histogram(
            "http_request_duration_seconds",
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

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answered request."""
        known = method if method in KNOWN_METHODS else "other"
        self.duration.labels(known, route, str(status)).observe(seconds)


def render_metrics(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The exposition of all worker processes, and its content type."""
    encode, content_type = choose_encoder(accept)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return encode(registry), content_type
