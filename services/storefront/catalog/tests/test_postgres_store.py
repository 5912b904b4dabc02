"""The SQL, against a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cluster import Cluster
from prometheus_client import CollectorRegistry
from stand_in import FILMS_FILE, FilmsInMemory

from catalog.database import Database
from catalog.films import SORTS, FilmQuery, StoreUnavailable
from catalog.migrate import prepare_database
from catalog.store import ORDERS, PostgresFilms


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def pool(cluster: Cluster, database: str, registry: CollectorRegistry) -> Iterator[Database]:
    prepare_database(cluster.settings(database), FILMS_FILE)
    pool = Database(cluster.settings(database), size=2, registry=registry)
    pool.open()
    yield pool
    pool.close()


@pytest.fixture
def films(pool: Database) -> PostgresFilms:
    return PostgresFilms(pool)


@pytest.mark.parametrize(
    "query",
    [
        FilmQuery(),
        FilmQuery(per_page=5),
        FilmQuery(per_page=5, page=3),
        FilmQuery(page=99),
        FilmQuery(words=("godfather",)),
        FilmQuery(words=("god", "coppola")),
        FilmQuery(words=("father",)),
        FilmQuery(words=()),
        FilmQuery(words=("leon",)),
        FilmQuery(words=("o'r",)),
        FilmQuery(genre="Drama"),
        FilmQuery(genre="Drama", words=("the",)),
        FilmQuery(genre="'; DROP TABLE films; --"),
    ],
)
def test_answers_as_the_stand_in_of_the_other_tests_does(films: PostgresFilms, query: FilmQuery) -> None:
    expected = FilmsInMemory().search(query)
    answer = films.search(query)
    assert (list(answer.films), answer.total) == (list(expected.films), expected.total)


def test_finds_one_film_and_all_genres(films: PostgresFilms) -> None:
    expected = FilmsInMemory()
    assert films.find(2) == expected.find(2)
    assert films.find(4) is None
    assert list(films.genres()) == list(expected.genres())


def test_every_sort_has_its_order(films: PostgresFilms) -> None:
    assert set(ORDERS) == set(SORTS)
    first = {sort: films.search(FilmQuery(sort=sort, per_page=1)).films[0].title for sort in SORTS}
    assert first == {
        "popular": "The Shawshank Redemption",
        "rating": "The Shawshank Redemption",
        "newest": "The Dark Knight",
        "oldest": "The Best Years of Our Lives",
        "title": "12 Angry Men",
        "gross": "The Dark Knight",
    }


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_each_film_once(films: PostgresFilms, sort: str) -> None:
    seen = [film.id for page in range(1, 7) for film in films.search(FilmQuery(sort=sort, page=page, per_page=3)).films]
    assert len(seen) == len(set(seen)) == 16


def test_queries_and_connections_are_measured(
    films: PostgresFilms, pool: Database, registry: CollectorRegistry
) -> None:
    films.find(1)
    pool.check()
    count = "db_query_duration_seconds_count"
    assert registry.get_sample_value(count, {"query": "find", "outcome": "ok"}) == 1
    assert registry.get_sample_value(count, {"query": "check", "outcome": "ok"}) == 1
    assert registry.get_sample_value("db_pool_connections", {"state": "idle"}) in (1, 2)
    assert registry.get_sample_value("db_pool_connections", {"state": "used"}) == 0
    assert registry.get_sample_value("db_pool_connections_max") == 2


def test_fails_when_a_query_takes_too_long(pool: Database, registry: CollectorRegistry) -> None:
    with pytest.raises(StoreUnavailable, match="took too long"):
        pool.run("slow", lambda connection: connection.execute("SELECT pg_sleep(30)"))
    labels = {"query": "slow", "outcome": "error"}
    assert registry.get_sample_value("db_query_duration_seconds_count", labels) == 1
    pool.check()


def test_lost_connections_are_replaced_without_an_error(cluster: Cluster, database: str, films: PostgresFilms) -> None:
    assert films.find(1)
    for _ in range(3):
        cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
        assert films.find(1)


def test_a_changed_password_file_is_read_at_the_next_connection(cluster: Cluster, database: str) -> None:
    prepare_database(cluster.settings(database), FILMS_FILE)
    file = cluster.directory / "other-password"
    file.write_text("first")
    settings = cluster.settings(database)
    cluster.execute("CREATE ROLE reader LOGIN PASSWORD 'first' IN ROLE pg_read_all_data")
    changed = type(settings)(settings.host, settings.port, database, "reader", file, 5)
    pool = Database(changed, size=1, registry=CollectorRegistry())
    try:
        pool.open()
        assert PostgresFilms(pool).find(1)
        cluster.execute("ALTER ROLE reader PASSWORD 'second'")
        file.write_text("second\n")
        cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
        assert PostgresFilms(pool).find(1)
    finally:
        pool.close()
        cluster.execute("DROP ROLE reader")
