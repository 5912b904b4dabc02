from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree import ID, docker_record, network, version_1

HERE = Path(__file__).parent.parent


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    docker_record(tmp_path / "containers")
    version_1(tmp_path / "cgroup", f"docker/{ID}")
    network(tmp_path / "proc")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = [f"--{name}={tmp_path / name}" for name in ("containers", "cgroup", "proc")]
    process = subprocess.Popen(
        [sys.executable, "-S", "-m", "container_metrics", "--stack=shop/dev", f"--port={port}", *places],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "serves the containers of shop/dev" in process.stderr.readline()
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    process.stderr.close()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_answers_prometheus_and_the_healthcheck(address: str) -> None:
    status, page = get(f"{address}/metrics")
    assert status == 200
    assert re.search(r"^container_cpu_usage_seconds_total\{.*\} 2\.5$", page, re.MULTILINE)
    assert get(f"{address}/ready") == (200, "ready\n")
    assert get(f"{address}/other")[0] == 404


def test_says_what_it_cannot_read(address: str, tmp_path: Path) -> None:
    (tmp_path / "containers").rename(tmp_path / "away")
    for path in ("/metrics", "/ready"):
        status, text = get(f"{address}{path}")
        assert status == 503
        assert "No such file or directory" in text


def test_waits_for_nobody_who_says_nothing(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))):
        assert get(f"{address}/ready")[0] == 200
