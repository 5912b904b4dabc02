"""The cache over a real Redis, with a stand-in instead of PostgreSQL."""

from __future__ import annotations

import json
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from prometheus_client import CollectorRegistry
from redis_server import PASSWORD, RedisServer
from running import wait_until
from stand_in import FilmsInMemory

from catalog.cache import Cache, CacheAway
from catalog.cached_films import CachedFilms, forget_films
from catalog.films import Film, FilmPage, FilmQuery, GenreCount, StoreUnavailable
from catalog.settings import CacheSettings
from catalog.visits import CountedVisits


class CountingFilms(FilmsInMemory):
    """Knows how often it was asked, and can do something in the middle of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def search(self, query: FilmQuery) -> FilmPage:
        self.asked += 1
        page = super().search(query)
        self.meanwhile()
        return page

    def find(self, film_id: int) -> Film | None:
        self.asked += 1
        return super().find(film_id)

    def genres(self) -> Sequence[GenreCount]:
        self.asked += 1
        return super().genres()


class Worker:
    """What one worker process has."""

    def __init__(self, settings: CacheSettings) -> None:
        self.registry = CollectorRegistry()
        self.store = CountingFilms()
        self.settings = settings
        self.cache = Cache(settings, self.registry, first=forget_films(settings))
        self.films = CachedFilms(self.store, self.cache, settings, self.registry)
        self.visits = CountedVisits(self.cache, settings)

    def is_connected(self) -> bool:
        return self.visits.total() is not None

    def lookups(self, query: str, outcome: str) -> float:
        labels = {"query": query, "outcome": outcome}
        return self.registry.get_sample_value("cache_lookups_total", labels) or 0.0

    def errors(self, operation: str) -> float:
        return self.registry.get_sample_value("cache_errors_total", {"operation": operation}) or 0.0


Workers = Callable[..., Worker]


@pytest.fixture
def new_worker() -> Iterator[Workers]:
    started: list[Worker] = []

    def run(settings: CacheSettings, connected: bool = True) -> Worker:
        worker = Worker(settings)
        started.append(worker)
        worker.cache.open()
        if connected:
            wait_until(worker.is_connected, "the worker is connected")
        return worker

    yield run
    for worker in started:
        worker.cache.close()


@pytest.fixture
def worker(redis_server: RedisServer, new_worker: Workers) -> Worker:
    return new_worker(redis_server.settings())


def test_a_question_is_asked_once_by_all_workers_together(
    redis_server: RedisServer, worker: Worker, new_worker: Workers
) -> None:
    other = new_worker(redis_server.settings())
    query = FilmQuery(words=("dark",), sort="popular")
    answers = [each.films.search(query) for each in (worker, other, worker)]
    assert answers[0].total == 1
    assert answers[0] == answers[1] == answers[2]
    assert (worker.store.asked, other.store.asked) == (1, 0)
    assert (worker.lookups("search", "miss"), worker.lookups("search", "hit")) == (1, 1)
    assert other.lookups("search", "hit") == 1


def test_a_remembered_answer_is_the_same_as_the_first(worker: Worker) -> None:
    for _ in range(2):
        assert worker.films.search(FilmQuery()) == FilmsInMemory().search(FilmQuery())
        assert [worker.films.find(film.id) for film in worker.store.films] == worker.store.films
        assert worker.films.find(4) is None
        assert worker.films.genres() == FilmsInMemory().genres()
    assert worker.store.asked == 1 + len(worker.store.films) + 1 + 1


@pytest.mark.parametrize(
    "other",
    [
        FilmQuery(words=("the", "knight")),
        FilmQuery(words=("the knight",)),
        FilmQuery(words=()),
        FilmQuery(genre="Drama"),
        FilmQuery(sort="title"),
        FilmQuery(page=2),
        FilmQuery(per_page=1),
    ],
)
def test_other_questions_have_answers_of_their_own(worker: Worker, other: FilmQuery) -> None:
    worker.films.search(FilmQuery())
    worker.films.search(other)
    assert (worker.store.asked, worker.lookups("search", "hit")) == (2, 0)


def test_answers_have_a_time_to_live_and_say_nothing_of_the_question(redis_server: RedisServer, worker: Worker) -> None:
    worker.films.search(FilmQuery(words=("secretword",)))
    worker.films.find(2)
    worker.visits.count()
    keys = redis_server.keys()
    assert [key.rpartition(":")[0] for key in keys] == [
        "catalog:films:find",
        "catalog:films",
        "catalog:films:search",
        "catalog",
    ]
    lives = {key: redis_server.administrator().ttl(key) for key in keys}
    assert [0 < life <= 30 for life in lives.values()] == [True, False, True, False]
    assert lives["catalog:visits"] == lives["catalog:films:generation"] == -1
    assert "secretword" not in str(keys)


def test_a_start_of_the_service_makes_everybody_forget(
    redis_server: RedisServer, worker: Worker, new_worker: Workers
) -> None:
    worker.films.search(FilmQuery())
    new_worker(redis_server.settings())
    worker.films.search(FilmQuery())
    assert worker.store.asked == 2


def test_an_answer_from_before_new_films_is_not_given_after_them(
    redis_server: RedisServer, worker: Worker, new_worker: Workers
) -> None:
    worker.store.meanwhile = lambda: new_worker(redis_server.settings())
    worker.films.search(FilmQuery())
    worker.store.meanwhile = lambda: None
    worker.films.search(FilmQuery())
    assert worker.store.asked == 2


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "not json",
        "null",
        "[1]",
        '{"a": 1}',
        '[1, {"films": [{"id": 1}], "total": 1}]',
        '[1, {"pages": []}]',
        "[1, 7]",
    ],
)
def test_what_another_release_wrote_is_not_taken(redis_server: RedisServer, worker: Worker, kept: str) -> None:
    expected = worker.films.search(FilmQuery())
    (key,) = redis_server.keys("catalog:films:search:*")
    redis_server.administrator().set(key, kept)
    assert worker.films.search(FilmQuery()) == expected
    assert worker.lookups("search", "hit") == 0
    assert json.loads(str(redis_server.administrator().get(key)))[0] == 1


def test_a_store_that_is_away_is_told_of_and_not_remembered(worker: Worker) -> None:
    worker.store.unavailable = True
    with pytest.raises(StoreUnavailable):
        worker.films.search(FilmQuery())
    worker.store.unavailable = False
    assert worker.films.search(FilmQuery()).total == 16


def test_without_redis_films_come_from_their_store(
    redis_server: RedisServer, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    redis_server.stop()
    for _ in range(20):
        assert worker.films.search(FilmQuery()).total == 16
        assert worker.visits.count() is None
    assert worker.store.asked == 20
    assert worker.lookups("search", "error") == 20
    assert (worker.errors("lookup"), worker.errors("count")) == (20, 20)
    (line,) = caplog.records
    assert (line.levelname, "the cache is away" in line.getMessage()) == ("WARNING", True)


def test_redis_that_comes_and_goes_is_told_of_once(
    redis_server: RedisServer, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "catalog")
    for _ in range(3):
        redis_server.stop()
        wait_until(lambda: worker.visits.count() is None, "the worker notices")
        redis_server.start()
        wait_until(worker.is_connected, "the worker is connected again")
    assert [line.levelname for line in caplog.records] == ["WARNING", "INFO"]


def test_visits_are_still_known_after_redis_was_restarted(redis_server: RedisServer, worker: Worker) -> None:
    assert [worker.visits.count() for _ in range(3)] == [1, 2, 3]
    redis_server.stop()
    redis_server.start()
    wait_until(worker.is_connected, "the worker is connected again")
    assert worker.visits.count() == 4


def test_a_frozen_redis_keeps_nobody_waiting_for_long(redis_server: RedisServer, worker: Worker) -> None:
    redis_server.signal(signal.SIGSTOP)
    try:
        callers = [threading.Thread(target=worker.films.search, args=[FilmQuery()]) for _ in range(16)]
        for thread in callers:
            thread.start()
        for thread in callers:
            thread.join(60)
        assert not any(thread.is_alive() for thread in callers)
        assert (worker.store.asked, worker.lookups("search", "error")) == (16, 16)
    finally:
        redis_server.signal(signal.SIGCONT)
    wait_until(worker.is_connected, "the worker is connected again")


def test_no_request_looks_up_a_name(
    redis_server: RedisServer, new_worker: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    answered, real = threading.Event(), socket.getaddrinfo

    def slow(host: str, *arguments: object, **named: object) -> object:
        if host != "127.0.0.1":
            looked_up.append(threading.current_thread().name)
            answered.wait(10)
            host = "127.0.0.1"
        return real(host, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    settings = redis_server.settings()
    named = CacheSettings(**{**vars(settings), "host": "redis.example"})
    worker = new_worker(named, connected=False)
    wait_until(lambda: bool(looked_up), "the name is looked up")
    assert worker.films.search(FilmQuery()).total == 16
    answered.set()
    wait_until(worker.is_connected, "the worker is connected")
    worker.films.search(FilmQuery())
    assert set(looked_up) == {"cache"}


def test_a_full_redis_still_answers_and_keeps_the_visits(
    redis_server: RedisServer, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    worker.visits.count()
    before = worker.errors("total")
    redis_server.administrator().config_set("maxmemory", "1")
    assert worker.films.search(FilmQuery()).total == 16
    assert worker.visits.count() is None
    assert worker.visits.total() == 1
    assert (worker.errors("store"), worker.errors("count"), worker.errors("total")) == (1, 1, before)
    (line,) = caplog.records
    assert "the cache refuses to store" in line.getMessage()


def test_a_wrong_password_is_told_of_and_mended_without_a_restart(
    redis_server: RedisServer, new_worker: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    settings = redis_server.settings()
    settings.password_file.write_text("wrong-password")
    worker = new_worker(settings, connected=False)
    wait_until(lambda: bool(caplog.records), "the worker says so")
    assert "invalid username-password pair" in caplog.records[0].getMessage()
    assert "wrong-password" not in caplog.text
    with pytest.raises(CacheAway):
        worker.cache.run("lookup", lambda client: client.get("x"))
    settings.password_file.write_text(PASSWORD)
    wait_until(worker.is_connected, "the worker is connected")
