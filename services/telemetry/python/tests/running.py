"""A service as its container runs it, started by a test."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TELEMETRY = Path(__file__).parents[1]


@dataclass
class Running:
    """A started service."""

    process: subprocess.Popen[str]
    port: int
    log_file: Path

    def get(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def status(self, path: str) -> int | None:
        try:
            return self.get(path)[0]
        except OSError:
            return None

    def metric(self, line_start: str) -> float:
        lines = [line for line in self.get("/metrics")[2].splitlines() if line.startswith(line_start)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def logs(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]


def run_service(module: str, sources: list[Path], settings: Mapping[str, str], directory: Path) -> Running:
    """Starts `python -m module` with those settings and nothing else of this environment."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(str(source) for source in (*sources, TELEMETRY)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PORT": str(port),
        "PROMETHEUS_MULTIPROC_DIR": str(directory / f"prometheus-{port}"),
        **settings,
    }
    log_file = directory / f"log-{port}"
    with log_file.open("w") as log:
        command = [sys.executable, "-m", module]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, text=True)
    return Running(process, port, log_file)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def free_port() -> int:
    # Below the ports that Linux takes for connections that go out: it stays free until somebody listens on it.
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
