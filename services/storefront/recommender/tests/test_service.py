"""The whole service as its container runs it: one command, gunicorn."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

RECOMMENDER = Path(__file__).parents[1]
SERVICES = RECOMMENDER.parents[1]
FILMS_FILE = RECOMMENDER.parent / "catalog" / "tests" / "films.json"
PYTHON_PATH = os.pathsep.join(str(SERVICES / part) for part in ("storefront/catalog", "telemetry/python"))

Start = Callable[..., tuple["subprocess.Popen[str]", str, Path]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the service; what still runs after the test is ended."""
    started: list[subprocess.Popen[str]] = []

    def run(**changed: str) -> tuple[subprocess.Popen[str], str, Path]:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{RECOMMENDER}{os.pathsep}{PYTHON_PATH}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PORT": str(port),
            "FILMS_FILE": str(FILMS_FILE),
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "prometheus"),
            "SHUTDOWN_DELAY_SECONDS": "0",
            **changed,
        }
        log_file = tmp_path / "log"
        with log_file.open("w") as log:
            command = [sys.executable, "-m", "recommender"]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return process, f"http://127.0.0.1:{port}", log_file

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_serves_with_one_worker_and_stops(start: Start) -> None:
    process, url, log_file = start()
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5) as answer:
                assert answer.status == 200
            break
        except urllib.error.URLError:
            assert time.monotonic() < deadline, log_file.read_text()
            time.sleep(0.1)
    with urllib.request.urlopen(f"{url}/api/recommendations?film_id=2", timeout=5) as answer:
        assert len(json.load(answer)["items"]) == 6
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    assert 'service_build_info{runtime="python"' in text
    assert "recommendations_computed_total 1.0" in text
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    lines = [json.loads(line) for line in log_file.read_text().splitlines()]
    assert all({"time", "level", "message", "service"} <= set(line) for line in lines)
    assert {line["service"] for line in lines} == {"recommender"}
    assert sum(line["message"].startswith("Booting worker") for line in lines) == 1


def test_fails_at_once_with_every_wrong_setting(start: Start) -> None:
    process, _, log_file = start(PORT="nope", FILMS_FILE="/nowhere", LOG_LEVEL="loud")
    assert process.wait(timeout=15) == 78
    (line,) = (json.loads(line) for line in log_file.read_text().splitlines())
    assert {problem["name"] for problem in line["problems"]} == {"PORT", "FILMS_FILE", "LOG_LEVEL"}


@pytest.mark.parametrize(("content", "told"), [("{", "isn't JSON"), ("[]", "holds no film")])
def test_fails_at_once_on_a_file_that_holds_no_films(start: Start, tmp_path: Path, content: str, told: str) -> None:
    wrong = tmp_path / "films.json"
    wrong.write_text(content)
    process, _, log_file = start(FILMS_FILE=str(wrong))
    assert process.wait(timeout=15) == 65
    assert told in log_file.read_text()
