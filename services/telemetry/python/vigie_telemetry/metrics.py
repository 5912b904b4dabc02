"""Request metrics that stay right with several worker processes."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import choose_encoder

from vigie_telemetry.exemplars import ExemplarCollector
from vigie_telemetry.request_counts import DURATION, OwnCounts, RequestCounts, SharedCounts

# The label stays bounded whatever a caller sends.
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

UNMATCHED = "unmatched"


class HttpMetrics:
    """Rate, errors and duration of the requests of one service."""

    def __init__(self, service: str, version: str) -> None:
        self.registry = CollectorRegistry()
        directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        self._counts: RequestCounts = SharedCounts(Path(directory)) if directory else OwnCounts(self.registry)
        Gauge(
            "service_build_info",
            "Always 1; the labels say what runs.",
            ["service", "version", "runtime", "runtime_version"],
            multiprocess_mode="livemax",
            registry=self.registry,
        ).labels(service, version, "python", platform.python_version()).set(1)

    def expect(self, method: str, route: str) -> None:
        """Lets the failures of a route begin at 0, so that its first one is seen."""
        self._counts.expect(method_label(method), route)

    def began(self) -> None:
        """Counts one request that begins to be answered."""
        self._counts.began()

    def ended(self, method: str, route: str, status: int, seconds: float, trace_id: str | None = None) -> None:
        """Counts one answered request. Its trace, if it is kept, becomes an exemplar."""
        self._counts.ended(method_label(method), route, status, seconds, trace_id)


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
