"""Connections to PostgreSQL: pooled, bounded in time, measured."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias, TypeVar

import psycopg
from prometheus_client import CollectorRegistry, Gauge, Histogram
from psycopg_pool import ConnectionPool, PoolTimeout
from vigie_telemetry.settings import read_secret

from catalog.films import StoreUnavailable
from catalog.settings import DatabaseSettings
from catalog.traced import TracedCursor

Connection: TypeAlias = "psycopg.Connection[Any]"

log = logging.getLogger("catalog.database")

T = TypeVar("T")

CONNECT_TIMEOUT_SECONDS = 2
CHECKOUT_TIMEOUT_SECONDS = 1.0

# The server ends a slow statement; the longer one here is for a server that is frozen or cut off.
STATEMENT_TIMEOUT_MS = 2000
ANSWER_TIMEOUT_SECONDS = 3.0
CHECK_TIMEOUT_SECONDS = 1.0

QUERY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

AWAY = "The films can't be reached at the moment. Please try again soon."
SLOW = "The answer took too long. Please try again soon."


def connection_arguments(
    settings: DatabaseSettings, statement_timeout_ms: int = STATEMENT_TIMEOUT_MS
) -> dict[str, Any]:
    """Arguments of one connection. The password is read anew, so that a changed one needs no restart."""
    return {
        "host": settings.host,
        "port": settings.port,
        "dbname": settings.name,
        "user": settings.user,
        "password": read_secret(settings.password_file),
        "autocommit": True,
        "application_name": "catalog",
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "tcp_user_timeout": 5000,
        "gssencmode": "disable",
        "options": f"-c statement_timeout={statement_timeout_ms} -c idle_in_transaction_session_timeout=10000",
    }


class Database:
    """A pool of connections of one worker process.

    While the database is away, one request at a time finds out whether it is back and the others are refused at once:
    threads that wait would keep /health and /metrics from answering.
    """

    def __init__(self, settings: DatabaseSettings, size: int, registry: CollectorRegistry) -> None:
        self._size = size
        self._metrics = PoolMetrics(size, registry)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            kwargs=lambda: {**connection_arguments(settings), "cursor_factory": TracedCursor},
            min_size=1,
            max_size=size,
            timeout=CHECKOUT_TIMEOUT_SECONDS,
            # Short, since a pause between attempts doubles until this is over: the database's return is seen soon.
            reconnect_timeout=3.0,
            open=False,
            name="catalog",
        )
        self._away = False
        self._attempt = threading.Lock()

    def open(self) -> None:
        """Starts connecting in the background."""
        self._pool.open(wait=False)

    def close(self) -> None:
        """Closes the connections."""
        self._pool.close(timeout=1.0)

    def check(self) -> None:
        """Raises when the database doesn't answer."""
        self.run("check", lambda connection: connection.execute("SELECT 1"), CHECK_TIMEOUT_SECONDS)

    def run(self, query: str, work: Callable[[Connection], T], seconds: float = ANSWER_TIMEOUT_SECONDS) -> T:
        """The result of work with a connection. The work only reads, so it may be done again on another connection.

        Raises `StoreUnavailable` when the database can't be reached, breaks off or takes too long.
        """
        mine = self._attempt.acquire(blocking=False) if self._away else None
        if mine is False:
            raise StoreUnavailable(AWAY)
        if mine:
            seconds = min(seconds, CHECK_TIMEOUT_SECONDS)
        try:
            with self._metrics.measured(query, self._pool):
                answer = self._run_on_some_connection(work, seconds)
            self._found(away=False)
            return answer
        finally:
            if mine:
                self._attempt.release()

    def _run_on_some_connection(self, work: Callable[[Connection], T], seconds: float) -> T:
        # After a restart of the database every kept connection is broken, and is found out only by its use.
        for _ in range(self._size + 1):
            timed_out = threading.Event()
            try:
                with (
                    self._pool.connection() as connection,
                    self._metrics.used.track_inprogress(),
                    _cut_after(seconds, connection, timed_out),
                ):
                    return work(connection)
            except psycopg.errors.QueryCanceled as error:
                raise StoreUnavailable(SLOW) from error
            except PoolTimeout as error:
                self._found(away=True)
                raise StoreUnavailable(AWAY) from error
            except psycopg.OperationalError as error:
                if timed_out.is_set():
                    self._found(away=True)
                    raise StoreUnavailable(SLOW) from error
        self._found(away=True)
        raise StoreUnavailable(AWAY)

    def _found(self, away: bool) -> None:
        if away != self._away:
            self._away = away
            if away:
                log.warning("the database is away")
            else:
                log.info("the database is back")


@contextmanager
def _cut_after(seconds: float, connection: Connection, timed_out: threading.Event) -> Iterator[None]:
    """Breaks the connection's socket when the body takes longer: the driver itself would wait for ever."""

    def cut() -> None:
        timed_out.set()
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class PoolMetrics:
    """What a worker's pool does, for `/metrics`."""

    def __init__(self, size: int, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, labels: tuple[str, ...] = ()) -> Gauge:
            return Gauge(name, text, labels, multiprocess_mode="livesum", registry=registry)

        connections = gauge("db_pool_connections", "Connections to the database.", ("state",))
        self.used = connections.labels("used")
        self._idle = connections.labels("idle")
        self._waiting = gauge("db_pool_pending_requests", "Requests that wait for a connection.")
        gauge("db_pool_connections_max", "The most connections that the pools may open.").set(size)
        self._duration = Histogram(
            "db_query_duration_seconds",
            "Time of a query with its wait for a connection.",
            ("query", "outcome"),
            buckets=QUERY_BUCKETS,
            registry=registry,
        )

    @contextmanager
    def measured(self, query: str, pool: ConnectionPool[Connection]) -> Iterator[None]:
        """Times the body, and reads the pool before and after it."""
        started = time.perf_counter()
        outcome = "error"
        self._report(pool)
        try:
            yield
            outcome = "ok"
        finally:
            self._duration.labels(query, outcome).observe(time.perf_counter() - started)
            self._report(pool)

    def _report(self, pool: ConnectionPool[Connection]) -> None:
        stats = pool.get_stats()
        self._idle.set(stats.get("pool_available", 0))
        self._waiting.set(stats.get("requests_waiting", 0))
