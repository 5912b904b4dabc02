"""The whole service, traced: two workers, a real PostgreSQL, a real Redis, and a collector."""

from __future__ import annotations

import http.client
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalog_service import start
from cluster import Cluster
from otlp_receiver import OtlpReceiver
from redis_server import RedisServer
from running import Running, wait_until
from test_redis_service import connected, redis_settings

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
KEPT = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
SEARCH = "/api/films?query=dark%20knight"


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    receiver = OtlpReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def service(
    cluster: Cluster,
    database: str,
    redis_server: RedisServer,
    receiver: OtlpReceiver,
    tmp_path: Path,
    processes: list[subprocess.Popen[str]],
) -> Running:
    traced = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint,
        "OTEL_RESOURCE_ATTRIBUTES": "service.version=abc,deployment.environment.name=dev",
        # Only what these tests send with a trace of their own.
        "OTEL_TRACES_SAMPLER": "parentbased_always_off",
    }
    running = start(cluster, database, tmp_path, processes, **traced, **redis_settings(redis_server))
    wait_until(lambda: running.status("/ready") == 200, "the service is ready")
    wait_until(lambda: connected(running, redis_server), "both workers are connected")
    # No such films, so each is asked of the database: on a busy machine a first connection may take too long.
    wait_until(lambda: {running.status(f"/api/films/{900 + n}") for n in range(12)} == {404}, "the database answers")
    return running


def ask(service: Running, path: str, headers: dict[str, str]) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    connection.request("GET", path, headers=headers)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def test_a_search_is_one_trace_with_its_cache_and_its_database(
    service: Running, receiver: OtlpReceiver, database: str, redis_server: RedisServer
) -> None:
    ask(service, SEARCH, KEPT)
    wait_until(lambda: len(receiver.spans) == 5, "the spans have come")
    *calls, server = receiver.spans
    assert [call.name for call in calls] == ["MGET", "SELECT films", "SELECT films", "SET"]
    assert {span.trace_id for span in receiver.spans} == {TRACE}
    assert {call.parent_span_id for call in calls} == {server.span_id}
    assert (server.name, server.resource["service.name"]) == ("GET /api/films", "catalog")
    assert (server.resource["service.version"], server.resource["deployment.environment.name"]) == ("abc", "dev")
    lookup, statement = calls[0].attributes, calls[1].attributes
    assert (lookup["db.system.name"], lookup["db.query.text"]) == ("redis", "MGET ? ?")
    assert lookup["server.port"] == redis_server.settings().port
    assert (statement["db.system.name"], statement["db.namespace"]) == ("postgresql", database)
    assert (statement["server.address"], statement["db.operation.name"]) == ("127.0.0.1", "SELECT")
    assert "knight" not in str(receiver.spans)


def test_lines_and_both_workers_exemplars_lead_to_the_trace(service: Running) -> None:
    def metrics() -> str:
        return ask(service, "/metrics", {"Accept": "application/openmetrics-text;version=1.0.0"})

    ask(service, SEARCH, KEPT)
    # A request is counted when its answer is out.
    wait_until(lambda: TRACE in metrics(), "the request is counted")
    for _ in range(5):
        text = metrics()
        (line,) = [line for line in text.splitlines() if TRACE in line]
        assert line.startswith("http_request_duration_seconds_bucket{")
        assert "_created" not in text
    assert TRACE not in ask(service, "/metrics", {})
    wait_until(lambda: any(line.get("trace_id") == TRACE for line in service.logs()), "the request is logged")
    (line,) = [line for line in service.logs() if line.get("trace_id") == TRACE]
    assert (line["message"], line["trace_flags"]) == ("GET /api/films answered 200", "01")


def test_a_database_that_is_away_is_seen_in_the_trace(
    service: Running, receiver: OtlpReceiver, cluster: Cluster
) -> None:
    cluster.stop()
    try:
        ask(service, "/api/films/3", KEPT)
    finally:
        cluster.start()
    wait_until(lambda: bool(receiver.named("GET /api/films/<film_id>")), "the span has come")
    (server,) = receiver.named("GET /api/films/<film_id>")
    assert (server.status, server.attributes["error.type"]) == (2, "films-unavailable")


def test_the_last_spans_are_sent_before_the_end(service: Running, receiver: OtlpReceiver) -> None:
    for _ in range(10):
        ask(service, "/api/genres", KEPT)
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=60) == 0
    assert len(receiver.named("GET /api/genres")) == 10


def test_a_collector_that_is_away_delays_no_stop(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    away = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    service = start(cluster, database, tmp_path, processes, SHUTDOWN_TIMEOUT_SECONDS="3", **away)
    wait_until(lambda: service.status("/ready") == 200, "the service is ready")
    assert {service.status("/api/visits") for _ in range(50)} == {200}
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=60) == 0
    assert {line["level"] for line in service.logs() if line["logger"] != "vigie.tracing"} == {"info"}


def test_fails_at_once_with_every_wrong_variable(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    wrong = {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318", "OTEL_TRACES_SAMPLER_ARG": "2", "WEB_WORKERS": "0"}
    service = start(cluster, database, tmp_path, processes, **wrong)
    assert service.process.wait(timeout=60) == 78
    (line,) = service.logs()
    assert {problem["name"] for problem in line["problems"]} == set(wrong)
