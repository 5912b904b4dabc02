"""A real PostgreSQL and a real Redis for the tests that need one, started by them and gone after them."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster, new_cluster
from redis_server import RedisServer


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    cluster = new_cluster()
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.directory)


@pytest.fixture
def database(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a fresh, empty database."""
    name = f"t{abs(hash(request.node.nodeid))}"
    cluster.execute(f"CREATE DATABASE {name}")
    yield name
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A started, empty Redis."""
    directory = tmp_path / "redis"
    directory.mkdir()
    server = RedisServer(directory)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that a test started; what still runs is ended with it."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
