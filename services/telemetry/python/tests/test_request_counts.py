"""What a scraper reads of the requests that one process counts, or several."""

from __future__ import annotations

import os
import threading
from collections.abc import Set
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, multiprocess
from vigie_telemetry.exemplars import ExemplarCollector
from vigie_telemetry.request_counts import DURATION, OwnCounts, RequestCounts, SharedCounts, files_owner

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
# Of some buckets one request, one on a bound, one beyond all; another route, method and status; one exemplar.
ANSWERED = [
    ("GET", "/things/<thing>", 200, 0.001, None),
    ("GET", "/things/<thing>", 200, 0.005, None),
    ("GET", "/things/<thing>", 200, 0.005001, TRACE),
    ("GET", "/things/<thing>", 500, 0.25, None),
    ("POST", "/things/<thing>", 200, 10.0, None),
    ("GET", "/other", 200, 11.0, None),
]

Samples = Set[tuple[str, frozenset[tuple[str, str]], float, str | None]]


def count(counts: RequestCounts) -> None:
    for answered in ANSWERED:
        counts.began()
        counts.ended(*answered)
    counts.began()


def samples(registry: CollectorRegistry) -> Samples:
    return {
        (
            sample.name,
            frozenset(sample.labels.items()),
            sample.value,
            sample.exemplar.labels["trace_id"] if sample.exemplar else None,
        )
        for metric in registry.collect()
        for sample in metric.samples
        # Of one process alone, prometheus_client says when each series began.
        if not sample.name.endswith("_created")
    }


def shared(directory: Path) -> CollectorRegistry:
    registry = CollectorRegistry()
    ExemplarCollector(registry, directory, DURATION)
    return registry


def test_shared_counts_say_what_the_clients_own_say(tmp_path: Path) -> None:
    own = CollectorRegistry()
    count(OwnCounts(own))
    with closing(SharedCounts(tmp_path)) as counts:
        count(counts)
    told = samples(shared(tmp_path))
    assert told == samples(own)
    assert ("http_requests_in_flight", frozenset(), 1.0, None) in told
    assert sum(1 for *_, trace in told if trace == TRACE) == 1


def test_processes_are_added_up_and_an_ended_one_has_nothing_in_flight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pid in (7, 8):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        with closing(SharedCounts(tmp_path)) as counts:
            count(counts)
    registry = shared(tmp_path)
    labels = {"method": "GET", "route": "/things/<thing>", "status": "200"}
    assert registry.get_sample_value("http_requests_in_flight") == 2
    assert registry.get_sample_value(f"{DURATION}_count", labels) == 6
    multiprocess.mark_process_dead(files_owner(7), str(tmp_path))  # type: ignore[no-untyped-call]
    assert registry.get_sample_value("http_requests_in_flight") == 1
    assert registry.get_sample_value(f"{DURATION}_count", labels) == 6


def test_no_request_is_lost_between_threads(tmp_path: Path) -> None:

    def work() -> None:
        for number in range(2000):
            counts.began()
            counts.ended("GET", f"/{number % 5}", 200, 0.001, None)

    threads = [threading.Thread(target=work) for _ in range(4)]
    with closing(SharedCounts(tmp_path)) as counts:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    told = {name: value for name, labels, value, _ in samples(shared(tmp_path)) if ("route", "/3") in labels}
    assert told[f"{DURATION}_count"] == 1600
    assert shared(tmp_path).get_sample_value("http_requests_in_flight") == 0


def test_failures_of_a_route_begin_at_0_and_count_on(tmp_path: Path) -> None:
    own = CollectorRegistry()
    with closing(SharedCounts(tmp_path)) as counts:
        for each in (OwnCounts(own), counts):
            each.expect("GET", "/things/<thing>")
            each.began()
            each.ended("GET", "/things/<thing>", 503, 0.1, None)
            each.expect("GET", "/things/<thing>")
    for registry in (own, shared(tmp_path)):
        told = {
            status: registry.get_sample_value(
                f"{DURATION}_count", {"method": "GET", "route": "/things/<thing>", "status": status}
            )
            for status in ("200", "500", "503")
        }
        assert told == {"200": None, "500": 0.0, "503": 1.0}
