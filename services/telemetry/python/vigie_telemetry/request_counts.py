"""Requests in flight and how long they took: in one process, or shared by the worker processes of a service."""

from __future__ import annotations

import os
from bisect import bisect_left
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Protocol

from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.utils import floatToGoString

from vigie_telemetry.exemplars import ExemplarFile

# Seconds. A latency objective should lie on one of these, or it is only estimated.
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)

DURATION = "http_request_duration_seconds"
DURATION_HELP = "Time from a request's arrival to the end of its answer, by route pattern."
IN_FLIGHT = "http_requests_in_flight"
IN_FLIGHT_HELP = "Requests that are being answered now."

_LABELS = ("method", "route", "status")

# What a service answers when it fails: by itself, and for want of something that it needs.
FAILURES = (500, 503)


class RequestCounts(Protocol):
    """What requests are counted by."""

    def expect(self, method: str, route: str) -> None:
        """Lets the failures of a route begin at 0: Prometheus does not see what a new series begins with."""

    def began(self) -> None:
        """Counts one request that begins to be answered."""

    def ended(self, method: str, route: str, status: int, seconds: float, trace_id: str | None) -> None:
        """Counts one answered request. Its trace, if it is kept, becomes an exemplar."""


class OwnCounts:
    """The counts of a service that is one process: prometheus_client's own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = Histogram(DURATION, DURATION_HELP, _LABELS, buckets=LATENCY_BUCKETS, registry=registry)
        self._in_flight = Gauge(IN_FLIGHT, IN_FLIGHT_HELP, registry=registry)

    def expect(self, method: str, route: str) -> None:
        """Lets the failures of a route begin at 0."""
        for status in FAILURES:
            self._duration.labels(method, route, str(status))

    def began(self) -> None:
        """Counts one request that begins to be answered."""
        self._in_flight.inc()

    def ended(self, method: str, route: str, status: int, seconds: float, trace_id: str | None) -> None:
        """Counts one answered request. Its trace, if it is kept, becomes an exemplar."""
        self._in_flight.dec()
        exemplar = {"trace_id": trace_id} if trace_id else None
        self._duration.labels(method, route, str(status)).observe(seconds, exemplar)


class SharedCounts:
    """The counts of one worker process, in files that prometheus_client reads together with those of the others.

    Its own metrics write such files too, but each of their numbers takes a lock and asks whether the process was
    forked, at each change: that takes three times as long. To be made after the fork.
    """

    def __init__(self, directory: Path) -> None:
        owner = files_owner(os.getpid())
        self._lock = Lock()
        self._durations = MmapedDict(str(directory / f"histogram_{owner}.db"))  # type: ignore[no-untyped-call]
        self._gauges = MmapedDict(str(directory / f"gauge_livesum_{owner}.db"))  # type: ignore[no-untyped-call]
        self._in_flight = _Number(self._gauges, mmap_key(IN_FLIGHT, IN_FLIGHT, [], [], IN_FLIGHT_HELP))
        self._series: dict[tuple[str, str, int], _Series] = {}
        self._exemplars = ExemplarFile(directory, LATENCY_BUCKETS)

    def expect(self, method: str, route: str) -> None:
        """Lets the failures of a route begin at 0."""
        with self._lock:
            for status in FAILURES:
                if (method, route, status) not in self._series:
                    self._new_series(method, route, status)

    def began(self) -> None:
        """Counts one request that begins to be answered."""
        with self._lock:
            self._in_flight.add(1)

    def ended(self, method: str, route: str, status: int, seconds: float, trace_id: str | None) -> None:
        """Counts one answered request. Its trace, if it is kept, becomes an exemplar."""
        with self._lock:
            series = self._series.get((method, route, status)) or self._new_series(method, route, status)
            self._in_flight.add(-1)
            series.sum.add(seconds)
            series.buckets[bisect_left(LATENCY_BUCKETS, seconds)].add(1)
        if trace_id is not None:
            self._exemplars.keep({"method": method, "route": route, "status": str(status)}, seconds, trace_id)

    def close(self) -> None:
        """Closes the files, which stay to be read. Not needed at the end of a process."""
        self._durations.close()  # type: ignore[no-untyped-call]
        self._gauges.close()  # type: ignore[no-untyped-call]

    def _new_series(self, method: str, route: str, status: int) -> _Series:
        labels, values = [*_LABELS], [method, route, str(status)]

        def number(suffix: str, labels: list[str], values: list[str]) -> _Number:
            return _Number(self._durations, mmap_key(DURATION, f"{DURATION}_{suffix}", labels, values, DURATION_HELP))

        bounds = [floatToGoString(bound) for bound in (*LATENCY_BUCKETS, float("inf"))]  # type: ignore[no-untyped-call]
        buckets = [number("bucket", [*labels, "le"], [*values, bound]) for bound in bounds]
        series = self._series[method, route, status] = _Series(number("sum", labels, values), buckets)
        return series


def files_owner(pid: int) -> str:
    """The name of the counts' files, where those of prometheus_client's own metrics have the process's id."""
    return f"requests-{pid}"


class _Number:
    """A number of a file. Whoever changes it has a lock."""

    __slots__ = ("_key", "_value", "_write")

    def __init__(self, file: MmapedDict, key: str) -> None:
        self._key = key
        self._value: float = file.read_value(key)[0]  # type: ignore[no-untyped-call]
        self._write = file.write_value

    def add(self, amount: float) -> None:
        """Changes it."""
        self._value += amount
        self._write(self._key, self._value, 0.0)  # type: ignore[no-untyped-call]


class _Series(NamedTuple):
    """The numbers of one method, route and status: each bucket counts its own requests alone."""

    sum: _Number
    buckets: list[_Number]
