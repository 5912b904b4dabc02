"""Preparing a real PostgreSQL: twice, by two at once, killed in the middle."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import psycopg
import pytest
from cluster import Cluster
from stand_in import FILMS_FILE

from catalog import migrate
from catalog.migrate import DatabaseNotPrepared, DatabaseNotReached, prepare_database
from catalog.seed import BadFilmsFile
from catalog.settings import DatabaseSettings


def test_prepares_once_and_again_without_a_change(cluster: Cluster, database: str) -> None:
    prepare_database(cluster.settings(database), FILMS_FILE)
    before = cluster.execute("SELECT xmin::text, id FROM films ORDER BY id", database)
    prepare_database(cluster.settings(database), FILMS_FILE)
    assert len(before) == 16
    assert cluster.execute("SELECT xmin::text, id FROM films ORDER BY id", database) == before


def test_several_at_once_do_it_once(cluster: Cluster, database: str) -> None:
    failures: list[BaseException] = []

    def prepare() -> None:
        try:
            prepare_database(cluster.settings(database), FILMS_FILE)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=prepare) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert cluster.execute("SELECT count(*), count(DISTINCT xmin::text) FROM films", database) == [(16, 1)]


def test_other_films_replace_the_old_ones(cluster: Cluster, database: str, tmp_path: Path) -> None:
    prepare_database(cluster.settings(database), FILMS_FILE)
    fewer = tmp_path / "films.json"
    fewer.write_text(json.dumps(json.loads(FILMS_FILE.read_text())[:2]))
    prepare_database(cluster.settings(database), fewer)
    assert cluster.execute("SELECT id, title FROM films ORDER BY id", database) == [
        (1, "The Land Girls"),
        (2, "The Dark Knight"),
    ]


def test_a_broken_file_changes_nothing(cluster: Cluster, database: str, tmp_path: Path) -> None:
    prepare_database(cluster.settings(database), FILMS_FILE)
    broken = tmp_path / "films.json"
    broken.write_text('[{"Title": "X"}]')
    with pytest.raises(BadFilmsFile):
        prepare_database(cluster.settings(database), broken)
    assert cluster.execute("SELECT count(*) FROM films", database) == [(16,)]


def test_cut_off_in_the_middle_leaves_nothing_half_done(
    cluster: Cluster, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = migrate.seed_films

    def cut_off(connection: psycopg.Connection[object], films_file: Path) -> None:
        real(connection, films_file)
        # As a killed replica looks to the server: the connection ends before the commit.
        cluster.execute(f"SELECT pg_terminate_backend({connection.info.backend_pid})")

    monkeypatch.setattr(migrate, "seed_films", cut_off)
    with pytest.raises(DatabaseNotPrepared):
        prepare_database(cluster.settings(database), FILMS_FILE)
    assert cluster.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database) == [(0,)]
    monkeypatch.undo()
    prepare_database(cluster.settings(database), FILMS_FILE)
    assert cluster.execute("SELECT count(*) FROM films", database) == [(16,)]


def test_waits_for_a_database_that_comes_later(cluster: Cluster, request: pytest.FixtureRequest) -> None:
    name = "comes_later"
    request.addfinalizer(lambda: cluster.execute(f"DROP DATABASE {name} WITH (FORCE)"))
    timer = threading.Timer(1.0, cluster.execute, [f"CREATE DATABASE {name}"])
    timer.start()
    prepare_database(cluster.settings(name), FILMS_FILE)
    timer.join()
    assert cluster.execute("SELECT count(*) FROM films", name) == [(16,)]


def test_fails_when_the_wait_is_over_and_says_where_it_looked(cluster: Cluster, tmp_path: Path) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("wrong-password")
    settings = DatabaseSettings("127.0.0.1", cluster.port, "postgres", "catalog", wrong, wait_seconds=1)
    with pytest.raises(DatabaseNotReached) as failed:
        prepare_database(settings, FILMS_FILE)
    told = str(failed.value)
    assert f"127.0.0.1:{cluster.port}/postgres as catalog within 1 s" in told
    assert "password authentication failed" in told
    assert "DATABASE_PASSWORD_FILE" in told
    assert "wrong-password" not in told
