"""The whole service with a real PostgreSQL and a real Redis, which goes away in the middle."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from catalog_service import start
from cluster import Cluster
from redis_server import PASSWORD, RedisServer
from running import Running, wait_until
from stand_in import FILMS_FILE

SEARCH = "/api/films?query=dark%20knight"


def redis_settings(redis_server: RedisServer) -> dict[str, str]:
    settings = redis_server.settings()
    return {
        "REDIS_HOST": settings.host,
        "REDIS_PORT": str(settings.port),
        "REDIS_USER": settings.user,
        "REDIS_PASSWORD_FILE": str(settings.password_file),
        "REDIS_KEY_PREFIX": settings.key_prefix,
        # So long that nothing in a test is forgotten by itself.
        "CACHE_TTL_SECONDS": "3600",
    }


@pytest.fixture
def service(
    cluster: Cluster, database: str, redis_server: RedisServer, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> Running:
    running = start(cluster, database, tmp_path, processes, **redis_settings(redis_server))
    wait_until(lambda: running.status("/ready") == 200, "the service is ready")
    wait_until(lambda: connected(running, redis_server), "both workers are connected")
    return running


def connected(running: Running, redis_server: RedisServer) -> bool:
    """True when both workers have a connection, and use it."""
    if len(redis_server.clients()) < 2:
        return False
    return all(json.loads(running.get("/api/visits")[2])["visits"] is not None for _ in range(12))


def title(running: Running) -> str:
    return str(json.loads(running.get("/api/films/2")[2])["title"])


def hits(running: Running) -> float:
    return running.metric('cache_lookups_total{outcome="hit"')


def test_both_workers_share_what_is_remembered_and_counted(service: Running) -> None:
    answers = {service.get(SEARCH)[2] for _ in range(20)}
    assert len(answers) == 1
    assert hits(service) == 19
    counted = [json.loads(service.get("/api/visits", "POST")[2])["visits"] for _ in range(20)]
    assert counted == list(range(1, 21))


def test_redis_that_goes_and_comes_back_fails_no_request(service: Running, redis_server: RedisServer) -> None:
    whole = service.get(SEARCH)[2]
    assert json.loads(service.get("/api/visits", "POST")[2]) == {"visits": 1}
    redis_server.stop()
    for _ in range(30):
        status, _, text = service.get(SEARCH)
        assert (status, text) == (200, whole)
        assert service.get("/api/visits", "POST")[::2] == (200, '{"visits":null}\n')
    assert service.status("/ready") == 200
    assert service.metric('cache_lookups_total{outcome="error"') == 30
    redis_server.start()
    wait_until(lambda: connected(service, redis_server), "both workers are connected again")
    before = hits(service)
    assert service.get(SEARCH)[2] == whole
    assert hits(service) == before + 1
    assert json.loads(service.get("/api/visits", "POST")[2]) == {"visits": 2}
    warnings = [line["message"] for line in service.logs() if line["level"] == "warning"]
    assert 1 <= len(warnings) <= 2
    assert all(message.startswith("the cache is away") for message in warnings)
    assert PASSWORD not in service.log_file.read_text()


def test_starts_and_answers_while_redis_is_away(
    cluster: Cluster, database: str, redis_server: RedisServer, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    redis_server.stop()
    service = start(cluster, database, tmp_path, processes, **redis_settings(redis_server))
    wait_until(lambda: service.status("/ready") == 200, "the service is ready")
    assert service.status("/api/films") == 200
    redis_server.start()
    wait_until(lambda: connected(service, redis_server), "both workers are connected")


def test_new_films_are_seen_by_the_replica_that_remembers_the_old_ones(
    service: Running,
    cluster: Cluster,
    database: str,
    redis_server: RedisServer,
    tmp_path: Path,
    processes: list[subprocess.Popen[str]],
) -> None:
    for _ in range(2):
        assert title(service) == "The Dark Knight"
    films = json.loads(FILMS_FILE.read_text())
    films[1]["Title"] = "The Light Knight"
    changed = tmp_path / "films.json"
    changed.write_text(json.dumps(films))
    start(cluster, database, tmp_path, processes, FILMS_FILE=str(changed), **redis_settings(redis_server))
    wait_until(lambda: title(service) == "The Light Knight", "the old replica gives the new title")


def test_fails_at_once_with_every_wrong_setting(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    wrong = {"REDIS_PORT": "0", "REDIS_PASSWORD_FILE": "/nowhere", "CACHE_TTL_SECONDS": "x"}
    service = start(cluster, database, tmp_path, processes, REDIS_HOST="redis", **wrong)
    assert service.process.wait(timeout=60) == 78
    (line,) = service.logs()
    assert {problem["name"] for problem in line["problems"]} == {*wrong, "REDIS_USER"}
