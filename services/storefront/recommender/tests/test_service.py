"""The whole service as its container runs it: one command, gunicorn."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from otlp_receiver import OtlpReceiver
from running import Running, run_service, wait_until

RECOMMENDER = Path(__file__).parents[1]
CATALOG = RECOMMENDER.parent / "catalog"
FILMS_FILE = CATALOG / "tests" / "films.json"

Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the service; what still runs after the test is ended."""
    started: list[Running] = []

    def run(**changed: str) -> Running:
        settings = {"FILMS_FILE": str(FILMS_FILE), "SHUTDOWN_DELAY_SECONDS": "0", **changed}
        started.append(run_service("recommender", [RECOMMENDER, CATALOG], settings, tmp_path))
        return started[-1]

    yield run
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()


def test_serves_with_one_worker_and_stops(start: Start) -> None:
    service = start()
    wait_until(lambda: service.status("/ready") == 200, "the service is ready")
    assert len(json.loads(service.get("/api/recommendations?film_id=2")[2])["items"]) == 6
    assert 'service_build_info{runtime="python"' in service.get("/metrics")[2]
    assert service.metric("recommendations_computed_total") == 1
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=60) == 0
    lines = service.logs()
    assert all({"time", "level", "message", "service"} <= set(line) for line in lines)
    assert {line["service"] for line in lines} == {"recommender"}
    assert sum(line["message"].startswith("Booting worker") for line in lines) == 1


def test_a_recommendation_is_a_trace(start: Start) -> None:
    receiver = OtlpReceiver()
    service = start(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)
    wait_until(lambda: service.status("/ready") == 200, "the service is ready")
    service.get("/api/recommendations?film_id=2")
    wait_until(lambda: bool(receiver.spans), "the span has come")
    (span,) = receiver.spans
    assert (span.name, span.resource["service.name"]) == ("GET /api/recommendations", "recommender")
    wait_until(lambda: any(line.get("trace_id") == span.trace_id for line in service.logs()), "the request is logged")
    receiver.close()


def test_fails_at_once_with_every_wrong_setting(start: Start) -> None:
    service = start(PORT="nope", FILMS_FILE="/nowhere", LOG_LEVEL="loud")
    assert service.process.wait(timeout=60) == 78
    (line,) = service.logs()
    assert {problem["name"] for problem in line["problems"]} == {"PORT", "FILMS_FILE", "LOG_LEVEL"}


@pytest.mark.parametrize(("content", "told"), [("{", "isn't JSON"), ("[]", "holds no film")])
def test_fails_at_once_on_a_file_that_holds_no_films(start: Start, tmp_path: Path, content: str, told: str) -> None:
    wrong = tmp_path / "films.json"
    wrong.write_text(content)
    service = start(FILMS_FILE=str(wrong))
    assert service.process.wait(timeout=60) == 65
    assert told in service.log_file.read_text()
