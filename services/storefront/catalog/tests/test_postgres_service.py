"""The whole service as its container runs it: one command, gunicorn with two workers, a real PostgreSQL."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from catalog_service import start
from cluster import Cluster
from running import Running, free_port, wait_until


@pytest.fixture
def service(cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]) -> Running:
    running = start(cluster, database, tmp_path, processes)
    wait_until(lambda: running.status("/ready") == 200, "the service is ready")
    return running


def test_serves_films_of_the_database(service: Running) -> None:
    status, headers, body = service.get("/api/films?query=dark%20knight")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert [film["title"] for film in json.loads(body)["items"]] == ["The Dark Knight"]
    assert headers["x-served-by"] == socket.gethostname()


def test_metrics_add_up_over_both_workers(service: Running) -> None:
    # No such films, so each is asked of the database: on a busy machine a first connection may take too long.
    wait_until(lambda: {service.status(f"/api/films/{900 + n}") for n in range(12)} == {404}, "the database answers")
    for _ in range(60):
        assert service.status("/api/films/1") == 200
    route = 'http_request_duration_seconds_count{method="GET",route="/api/films/<film_id>",status="200"}'
    for _ in range(5):
        assert service.metric(route) == 60
    assert service.metric("service_build_info") == 1
    assert service.metric("db_pool_connections_max") == 16
    assert service.metric("http_requests_in_flight") == 0


def test_every_line_of_the_log_is_json(service: Running) -> None:
    service.get("/api/films?query=secretword")
    service.get("/api/films/abc")
    wait_until(lambda: len([line for line in service.logs() if "route" in line]) >= 2, "both requests are logged")
    lines = service.logs()
    assert all({"time", "level", "message", "service"} <= set(line) for line in lines)
    assert {line["service"] for line in lines} == {"catalog"}
    requests = [line for line in lines if "route" in line]
    # A line is written when the answer is out: two workers may write theirs in either order.
    assert sorted((line["route"], line["status"]) for line in requests) == [
        ("/api/films", 200),
        ("/api/films/<film_id>", 400),
    ]
    assert "secretword" not in service.log_file.read_text()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET / HTP\r\n\r\n", 400),
        (b"GET /api/films?query=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * 120 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n", 400),
    ],
)
def test_fails_with_a_problem_on_what_is_no_request(service: Running, raw: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", service.port), 10) as connection:
        connection.sendall(raw)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = json.loads(answer.read())
    assert (answer.status, body["status"]) == (status, status)
    assert answer.getheader("Content-Type") == "application/problem+json"


def test_a_stop_is_announced_and_loses_no_request(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    # So long that a busy machine sees it as well.
    service = start(cluster, database, tmp_path, processes, SHUTDOWN_DELAY_SECONDS="5")
    wait_until(lambda: service.status("/ready") == 200, "the service is ready")
    wait_until(lambda: {service.status(f"/api/films/{900 + n}") for n in range(12)} == {404}, "the database answers")
    failures: list[str] = []
    answered = 0
    not_ready = threading.Event()

    def ask(connection: http.client.HTTPConnection) -> bool:
        try:
            connection.request("GET", "/api/films/1")
            answer = connection.getresponse()
            answer.read()
        except OSError as error:
            failures.append(repr(error))
            return False
        if answer.status != 200:
            failures.append(str(answer.status))
        return answer.getheader("Connection") != "close"

    def caller() -> None:
        nonlocal answered
        # As an edge does: kept connections, no new work once the service said that it isn't ready.
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        while not not_ready.is_set() and ask(connection):
            answered += 1
        connection.close()

    callers = [threading.Thread(target=caller) for _ in range(6)]
    for thread in callers:
        thread.start()
    time.sleep(0.3)
    service.process.send_signal(signal.SIGTERM)
    wait_until(lambda: service.status("/ready") == 503, "the service says that it isn't ready")
    assert service.status("/health") == 200
    not_ready.set()
    for thread in callers:
        thread.join()
    assert failures == []
    assert answered > 6
    assert service.process.wait(timeout=60) == 0
    assert service.logs()[-1]["message"] == "Shutting down: Master"


def test_a_request_that_is_being_answered_is_finished(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    service = start(cluster, database, tmp_path, processes, SHUTDOWN_DELAY_SECONDS="0")
    wait_until(lambda: service.status("/ready") == 200, "the service is ready")
    # A lock holds the request for a moment, below the statement timeout.
    locked, unlock = threading.Event(), threading.Event()

    def hold() -> None:
        import psycopg
        from cluster import PASSWORD

        settings = cluster.settings(database)
        with psycopg.connect(
            host=settings.host, port=settings.port, dbname=database, user="catalog", password=PASSWORD
        ) as connection:
            connection.execute("LOCK TABLE films IN ACCESS EXCLUSIVE MODE")
            locked.set()
            unlock.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(60)
    answers: list[int | None] = []
    caller = threading.Thread(target=lambda: answers.append(service.status("/api/films/1")))
    caller.start()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'catalog'"
    wait_until(lambda: cluster.execute(waiting) == [(1,)], "the request waits in the database")
    service.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    unlock.set()
    caller.join()
    holder.join()
    assert answers == [200]
    assert service.process.wait(timeout=60) == 0


def test_a_database_that_goes_and_comes_back(service: Running, cluster: Cluster) -> None:
    cluster.stop()
    try:
        status, headers, body = service.get("/api/films")
        assert (status, headers["content-type"], headers["retry-after"]) == (503, "application/problem+json", "5")
        assert json.loads(body)["type"] == "urn:vigie:problem:films-unavailable"
        wait_until(lambda: service.status("/ready") == 503, "the service says that it isn't ready")
        assert service.status("/health") == 200
    finally:
        cluster.start()
    wait_until(lambda: service.status("/ready") == 200, "the service is ready again")
    wait_until(lambda: [service.status("/api/films") for _ in range(8)] == [200] * 8, "all workers are back")
    assert "Traceback" not in service.get("/api/films")[2]


def test_a_frozen_database_blocks_neither_health_nor_metrics(service: Running, cluster: Cluster) -> None:
    assert service.status("/api/films/1") == 200
    backends = [
        pid for (pid,) in cluster.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'catalog'")
    ]
    for pid in backends:
        os.kill(int(str(pid)), signal.SIGSTOP)
    try:
        callers = [threading.Thread(target=service.status, args=["/api/films/1"]) for _ in range(40)]
        for thread in callers:
            thread.start()
        for thread in callers:
            thread.join()
        assert service.status("/health") == 200
        assert service.metric("http_requests_in_flight") == 0
        route = 'http_request_duration_seconds_count{method="GET",route="/api/films/<film_id>",status="503"}'
        assert service.metric(route) > 0
    finally:
        for pid in backends:
            os.kill(int(str(pid)), signal.SIGCONT)
    wait_until(lambda: [service.status("/api/films/1") for _ in range(8)] == [200] * 8, "all workers are back")


def test_killed_while_it_starts_the_next_start_is_sound(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    for delay in (0.15, 0.25, 0.35, 0.45):
        killed = start(cluster, database, tmp_path, processes)
        time.sleep(delay)
        killed.process.kill()
        killed.process.wait()
    services = [start(cluster, database, tmp_path, processes) for _ in range(2)]
    for service in services:
        wait_until(lambda service=service: service.status("/ready") == 200, "the service is ready")  # type: ignore[misc]
        assert json.loads(service.get("/api/films")[2])["total"] == 16


def test_a_stop_while_it_waits_for_the_database_is_quick(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    service = start(cluster, database, tmp_path, processes, DATABASE_PORT=str(free_port()))
    wait_until(lambda: "waiting for the database" in service.log_file.read_text(), "it waits")
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=15) == 0


def test_fails_at_once_with_every_wrong_setting(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    wrong = {"DATABASE_PORT": "nope", "DATABASE_PASSWORD_FILE": "/nowhere", "LOG_LEVEL": "loud"}
    service = start(cluster, database, tmp_path, processes, **wrong)
    assert service.process.wait(timeout=60) == 78
    (line,) = service.logs()
    assert line["level"] == "error"
    assert {problem["name"] for problem in line["problems"]} == set(wrong)


def test_fails_when_the_database_never_comes(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    service = start(cluster, database, tmp_path, processes, DATABASE_PORT=str(free_port()), DATABASE_WAIT_SECONDS="1")
    assert service.process.wait(timeout=60) == 69
    assert "no connection to" in service.logs()[-1]["message"]
