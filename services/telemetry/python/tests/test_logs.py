"""The lines that a log agent reads."""

import json
import logging

import pytest
from vigie_telemetry.logs import configure_logs, request_id_of_context


@pytest.fixture(autouse=True)
def _restored_logging() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("catalog")
    logging.getLogger("some.part").info("hello %s", "two\nlines", extra={"route": "/api/films", "duration_ms": 1.5})
    (line,) = capsys.readouterr().out.splitlines()
    parsed = json.loads(line)
    assert parsed.pop("time").endswith("Z")
    assert parsed == {
        "level": "info",
        "message": "hello two\nlines",
        "service": "catalog",
        "logger": "some.part",
        "route": "/api/films",
        "duration_ms": 1.5,
    }
    assert list(json.loads(line))[:4] == ["time", "level", "message", "service"]


def test_the_request_id_of_the_moment_is_added(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("catalog")
    token = request_id_of_context.set("abc-1")
    logging.getLogger("x").warning("inside")
    request_id_of_context.reset(token)
    logging.getLogger("x").warning("outside")
    inside, outside = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert inside["request_id"] == "abc-1"
    assert "request_id" not in outside


def test_a_trace_stays_within_its_line_and_messages_are_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("catalog")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("x").exception("m" * 100_000)
    (line,) = capsys.readouterr().out.splitlines()
    parsed = json.loads(line)
    assert "ValueError: broken" in parsed["exc_info"]
    assert len(parsed["message"]) == 2000


def test_configuring_twice_writes_each_line_once_and_the_level_counts(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("catalog", "info")
    configure_logs("catalog", "warning")
    logging.getLogger("x").info("not told")
    logging.getLogger("x").error("told")
    assert [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()] == ["told"]
