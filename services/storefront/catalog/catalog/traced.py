"""The drivers of PostgreSQL and Redis, with a span for each statement and command of a traced request."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import Row
from redis import Redis
from vigie_telemetry import DatabaseAddress, client_span, database_call


class TracedCursor(psycopg.Cursor[Row]):
    """A cursor for `cursor_factory`. Statements have placeholders where values go, so they may be told."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> TracedCursor[Row]:
        """Executes a statement."""

        def describe() -> Any:
            info = self.connection.info
            return database_call(DatabaseAddress("postgresql", info.host, info.port, info.dbname), str(query))

        with client_span(describe):
            super().execute(query, params, **options)
        return self


class TracedRedis(Redis):
    """A client that connects to an address and tells the name of its host."""

    def __init__(self, told_host: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._address = DatabaseAddress("redis", told_host, settings["port"], "")

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Executes a command. Its keys and values stay untold."""
        text = " ".join([str(args[0]), *"?" * (len(args) - 1)])
        with client_span(lambda: database_call(self._address, text)):
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
