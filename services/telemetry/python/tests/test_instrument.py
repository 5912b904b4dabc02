"""An application after `instrument`: ids, counts, lines, problems, health."""

import logging
from collections.abc import Iterator

import pytest
from closing_client import ClosingClient
from flask import Flask
from flask.testing import FlaskClient
from vigie_telemetry import Problem, instrument, lifecycle


class Service:
    """A small instrumented application whose one dependency can be broken."""

    def __init__(self) -> None:
        self.broken = False
        self.app = Flask("demo")
        self.metrics = instrument(self.app, service="demo", version="1.2.3", checks={"database": self.check})

        @self.app.get("/things/<thing>")
        def show(thing: str) -> dict[str, str]:
            if thing == "crash":
                raise RuntimeError("secret inner words")
            if thing == "refused":
                raise Problem(409, "taken", "The thing is taken.", headers={"Retry-After": "3"})
            return {"thing": thing}

        self.app.test_client_class = ClosingClient
        self.client: FlaskClient = self.app.test_client()

    def check(self) -> None:
        if self.broken:
            raise ConnectionError("secret address")

    def count(self, method: str, route: str, status: str) -> float:
        labels = {"method": method, "route": route, "status": status}
        return self.metrics.registry.get_sample_value("http_request_duration_seconds_count", labels) or 0.0


@pytest.fixture
def service() -> Iterator[Service]:
    yield Service()
    lifecycle.reset()


def test_requests_are_counted_by_route_pattern(service: Service) -> None:
    service.client.get("/things/1")
    service.client.get("/things/2?x=1")
    service.client.get("/things/crash")
    service.client.get("/wp-login.php")
    service.client.open("/things/1", method="BREW")
    assert service.count("GET", "/things/<thing>", "200") == 2
    assert service.count("GET", "/things/<thing>", "500") == 1
    assert service.count("GET", "unmatched", "404") == 1
    assert service.count("other", "unmatched", "405") == 1
    assert service.metrics.registry.get_sample_value("http_requests_in_flight") == 0


def test_a_request_in_flight_is_seen_by_a_request_for_metrics(service: Service) -> None:
    app_iter = service.client.get("/things/1", buffered=False)
    assert service.metrics.registry.get_sample_value("http_requests_in_flight") == 1
    app_iter.close()
    assert service.metrics.registry.get_sample_value("http_requests_in_flight") == 0


def test_operations_are_not_counted(service: Service) -> None:
    for path in ("/metrics", "/health", "/ready"):
        assert service.client.get(path).status_code == 200
    counts = [
        line
        for line in service.client.get("/metrics").text.splitlines()
        if line.startswith("http_request_duration_seconds_count")
    ]
    assert [line for line in counts if not line.endswith(" 0.0")] == []
    assert [line for line in counts if "/metrics" in line or "/health" in line or "/ready" in line] == []


def test_the_failures_of_each_route_begin_at_0(service: Service) -> None:
    exposition = service.client.get("/metrics").text
    for status in ("500", "503"):
        series = f'http_request_duration_seconds_count{{method="GET",route="/things/<thing>",status="{status}"}}'
        assert f"{series} 0.0\n" in exposition
    assert 'method="HEAD"' not in exposition
    service.client.get("/things/crash")
    assert service.count("GET", "/things/<thing>", "500") == 1


def test_metrics_say_what_runs(service: Service) -> None:
    answer = service.client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    assert 'service_build_info{runtime="python"' in answer.text
    assert 'service="demo",version="1.2.3"} 1.0' in answer.text


def test_a_request_id_is_kept_if_harmless_and_made_if_not(service: Service) -> None:
    kept = service.client.get("/things/1", headers={"X-Request-ID": "edge-42.a_b"})
    assert kept.headers["X-Request-ID"] == "edge-42.a_b"
    for bad in ("", "a b", "x" * 65, "{}", "\u00e9"):
        made = service.client.get("/things/1", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        assert made != bad
        assert len(made) == 32
    assert kept.headers["X-Served-By"]


def test_one_line_a_request_without_raw_input(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="vigie.requests")
    service.client.get("/things/jane@example.org?token=hush", headers={"User-Agent": "Jane's phone"})
    (record,) = caplog.records
    assert record.getMessage() == "GET /things/<thing> answered 200"
    assert (record.__dict__["route"], record.__dict__["status"]) == ("/things/<thing>", 200)
    assert record.__dict__["duration_ms"] >= 0
    told = str(record.__dict__)
    assert not any(word in told for word in ("jane@", "hush", "phone"))


def test_an_unexpected_error_gives_a_problem_without_its_trace(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    answer = service.client.get("/things/crash", headers={"X-Request-ID": "r1"})
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert answer.get_json(force=True) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something failed inside the service. Give the request id to its team.",
        "request_id": "r1",
    }
    assert "secret inner words" in caplog.text


def test_expected_problems_keep_their_kind_and_headers(service: Service) -> None:
    answer = service.client.get("/things/refused")
    body = answer.get_json(force=True)
    assert (answer.status_code, body["type"], body["title"]) == (409, "urn:vigie:problem:taken", "Conflict")
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["Cache-Control"] == "no-store"


def test_unknown_addresses_and_methods_are_problems(service: Service) -> None:
    missing = service.client.get("/nope")
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")
    method = service.client.delete("/things/1")
    assert method.status_code == 405
    assert "GET" in method.headers["Allow"]


def test_ready_follows_the_dependency_and_health_does_not(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="vigie.health")
    assert service.client.get("/ready").get_json() == {"status": "ready", "checks": {"database": "ok"}}
    service.broken = True
    for _ in range(3):
        refused = service.client.get("/ready")
        assert refused.status_code == 503
        assert refused.get_json(force=True)["detail"] == "Not ready: database can't be reached."
    assert service.client.get("/health").status_code == 200
    service.broken = False
    assert service.client.get("/ready").status_code == 200
    assert [record.getMessage() for record in caplog.records] == [
        "not ready: database doesn't answer: ConnectionError",
        "ready again: database answers",
    ]


def test_a_stopping_service_is_alive_but_not_ready(service: Service) -> None:
    assert lifecycle.start_stopping()
    assert not lifecycle.start_stopping()
    assert service.client.get("/ready").status_code == 503
    assert service.client.get("/health").status_code == 200
    assert service.client.get("/things/1").status_code == 200
