"""An application that is traced: what its collector, its log and its metrics say."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from closing_client import ClosingClient
from flask import Flask
from flask.testing import FlaskClient
from otlp_receiver import OtlpReceiver, ReceivedSpan
from vigie_telemetry import (
    DatabaseAddress,
    Problem,
    TracingSettings,
    client_span,
    database_call,
    instrument,
    stop_tracing,
)
from vigie_telemetry.logs import configure_logs

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
KEPT = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
NOT_KEPT = {"traceparent": f"00-{TRACE}-{CALLER}-00"}
DATABASE = DatabaseAddress("postgresql", "db", 5432, "things")
OPEN_METRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}

Spans = Callable[[], list[ReceivedSpan]]


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    receiver = OtlpReceiver()
    yield receiver
    stop_tracing(5)
    receiver.close()


@pytest.fixture
def settings(receiver: OtlpReceiver) -> TracingSettings:
    return TracingSettings(f"{receiver.endpoint}/v1/traces", "parentbased_always_on", 1.0, {})


@pytest.fixture
def spans(receiver: OtlpReceiver) -> Spans:
    """All spans that were made so far."""

    def stopped() -> list[ReceivedSpan]:
        stop_tracing(5)
        return receiver.spans

    return stopped


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def new_client(settings: TracingSettings) -> FlaskClient:
    app = Flask("demo")
    instrument(app, service="demo", version="1.2.3", checks={"database": lambda: ask("SELECT 1")}, tracing=settings)

    def ask(text: str) -> None:
        with client_span(lambda: database_call(DATABASE, text)):
            logging.getLogger("demo").info("asked")

    @app.get("/things/<thing>")
    def show(thing: str) -> dict[str, str]:
        if thing == "crash":
            raise RuntimeError("secret inner words")
        if thing == "away":
            raise Problem(503, "things-unavailable", "Nothing can be reached.")
        if thing == "refused":
            raise Problem(409, "taken", "The thing is taken.")
        if thing.startswith("failing"):
            with client_span(lambda: database_call(DATABASE, "INSERT INTO things (name) VALUES (%s)")):
                raise ValueError(f"Key (name)=({thing})")
        ask("SELECT name FROM things WHERE id = %s")
        return {"thing": thing}

    app.test_client_class = ClosingClient
    return app.test_client()


def test_a_request_is_one_trace(settings: TracingSettings, spans: Spans) -> None:
    resource = {"deployment.environment.name": "dev"}
    new_client(replace(settings, resource=resource)).get("/things/jane?token=hush", headers=KEPT)
    asked, server = spans()
    assert (server.trace_id, server.parent_span_id, server.name, server.kind) == (
        TRACE,
        CALLER,
        "GET /things/<thing>",
        2,
    )
    assert server.attributes["http.route"] == "/things/<thing>"
    assert server.attributes["http.response.status_code"] == 200
    assert server.resource["service.name"] == "demo"
    assert server.resource["service.version"] == "1.2.3"
    assert server.resource["deployment.environment.name"] == "dev"
    assert (asked.trace_id, asked.parent_span_id, asked.name, asked.kind) == (
        TRACE,
        server.span_id,
        "SELECT things",
        3,
    )
    assert asked.attributes == {
        "db.system.name": "postgresql",
        "db.namespace": "things",
        "db.operation.name": "SELECT",
        "db.collection.name": "things",
        "db.query.text": "SELECT name FROM things WHERE id = %s",
        "server.address": "db",
        "server.port": 5432,
    }
    assert not any(word in str((asked, server)) for word in ("jane", "hush"))


def test_the_settings_name_the_service(settings: TracingSettings, spans: Spans) -> None:
    new_client(replace(settings, resource={"service.name": "films", "service.version": "abc"})).get("/nope")
    (server,) = spans()
    assert (server.resource["service.name"], server.resource["service.version"]) == ("films", "abc")
    assert server.name == "GET unmatched"
    assert server.status == 0


def test_a_request_without_a_caller_begins_a_trace(settings: TracingSettings, spans: Spans) -> None:
    client = new_client(settings)
    client.get("/things/1", headers={"traceparent": "00-nonsense"})
    client.get("/things/1", headers={"traceparent": "x" * 600})
    first, first_server, second, second_server = spans()
    assert first_server.parent_span_id == second_server.parent_span_id == ""
    assert first.trace_id == first_server.trace_id != second.trace_id == second_server.trace_id


def test_a_caller_that_is_not_kept_is_followed(
    settings: TracingSettings, spans: Spans, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("demo")
    client = new_client(settings)
    client.get("/things/1", headers=NOT_KEPT)
    assert TRACE not in client.get("/metrics", headers=OPEN_METRICS).text
    assert spans() == []
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["message"], line["trace_id"], line["trace_flags"]) for line in lines] == [
        ("asked", TRACE, "00"),
        ("GET /things/<thing> answered 200", TRACE, "00"),
    ]


def test_each_line_has_its_trace_and_span(
    settings: TracingSettings, spans: Spans, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("demo")
    client = new_client(settings)
    client.get("/things/1", headers={**KEPT, "X-Request-ID": "r1"})
    client.get("/things/crash")
    logging.getLogger("x").info("outside")
    asked, server, crash = spans()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["message"], line.get("trace_id"), line.get("span_id")) for line in lines] == [
        ("asked", TRACE, asked.span_id),
        ("GET /things/<thing> answered 200", TRACE, server.span_id),
        ("unexpected error", crash.trace_id, crash.span_id),
        ("GET /things/<thing> answered 500", crash.trace_id, crash.span_id),
        ("outside", None, None),
    ]
    assert lines[0]["request_id"] == "r1"
    assert lines[0]["trace_flags"] == "01"


@pytest.mark.parametrize("sampler", ["parentbased_traceidratio", "traceidratio"])
def test_the_ratio_takes_a_part_of_the_requests(settings: TracingSettings, spans: Spans, sampler: str) -> None:
    client = new_client(replace(settings, sampler=sampler, ratio=0.25))
    for _ in range(400):
        client.get("/nope")
    assert 50 < len(spans()) < 150


def test_a_caller_decides_against_the_ratio(settings: TracingSettings, spans: Spans) -> None:
    client = new_client(replace(settings, sampler="parentbased_traceidratio", ratio=0.0))
    client.get("/nope")
    client.get("/nope", headers=KEPT)
    assert [span.trace_id for span in spans()] == [TRACE]


def test_what_fails_inside_is_an_error_without_words(settings: TracingSettings, spans: Spans) -> None:
    client = new_client(settings)
    for thing in ("crash", "away", "refused"):
        client.get(f"/things/{thing}")
    crash, away, refused = spans()
    assert (crash.status, crash.attributes["error.type"]) == (2, "RuntimeError")
    ((name, event),) = crash.events
    assert (name, event["exception.type"]) == ("exception", "RuntimeError")
    assert "in show" in event["exception.stacktrace"]
    assert "exception.message" not in event
    assert (away.status, away.attributes["error.type"]) == (2, "things-unavailable")
    assert (refused.status, refused.events) == (0, [])


def test_a_call_that_fails_is_an_error_of_its_span_too(settings: TracingSettings, spans: Spans) -> None:
    new_client(settings).get("/things/failing-jane")
    call, server = spans()
    assert (call.name, call.status, call.attributes["error.type"]) == ("INSERT things", 2, "ValueError")
    assert server.status == 2
    assert "jane" not in str((call, server))


def test_what_the_platform_asks_is_not_traced(settings: TracingSettings, spans: Spans) -> None:
    client = new_client(settings)
    for path in ("/metrics", "/health", "/ready"):
        assert client.get(path, headers=KEPT).status_code == 200
    assert spans() == []


def test_a_kept_trace_is_an_exemplar_of_openmetrics(settings: TracingSettings) -> None:
    client = new_client(settings)
    client.get("/things/1", headers=KEPT)
    lines = client.get("/metrics", headers=OPEN_METRICS).text.splitlines()
    (line,) = [line for line in lines if TRACE in line]
    assert line.startswith("http_request_duration_seconds_bucket{")
    assert f'# {{trace_id="{TRACE}"}} 0.' in line
    assert TRACE not in client.get("/metrics").text


def test_a_collector_that_is_away_fails_nothing(settings: TracingSettings, caplog: pytest.LogCaptureFixture) -> None:
    client = new_client(replace(settings, url="http://127.0.0.1:9/v1/traces"))
    for _ in range(300):
        assert client.get("/things/1").status_code == 200
    stop_tracing(10)
    told = [record.getMessage() for record in caplog.records if not record.name.startswith(("vigie.requests", "demo"))]
    assert told == ["spans are lost: they can't be sent to http://127.0.0.1:9/v1/traces"]
