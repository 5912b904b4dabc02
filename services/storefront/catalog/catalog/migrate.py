"""Brings the database to what this version needs. Safe to run twice, by two replicas at once, and to be killed."""

from __future__ import annotations

import logging
import time
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import psycopg

from catalog.database import connection_arguments
from catalog.films import Film
from catalog.seed import digest_of, read_films, search_text
from catalog.settings import DatabaseSettings

log = logging.getLogger("catalog.migrate")

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number that no other program uses on this database.
LOCK = 7_416_301_995

# Generous: it only ends a migration that hangs.
STATEMENT_TIMEOUT_MS = 120_000

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 2.0


class DatabaseNotReached(Exception):
    """The database didn't answer for as long as a start may wait."""


class DatabaseNotPrepared(Exception):
    """The database answered, and refused what this version needs."""


def prepare_database(settings: DatabaseSettings, films_file: Path) -> None:
    """Waits for the database, then applies migrations and films in one transaction under a lock.

    Raises `DatabaseNotReached`, `DatabaseNotPrepared` or `BadFilmsFile`.
    """
    try:
        with connect_patiently(settings) as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            apply_migrations(connection)
            seed_films(connection, films_file)
    except psycopg.Error as error:
        raise DatabaseNotPrepared("the database can't be prepared") from error


def connect_patiently(settings: DatabaseSettings) -> psycopg.Connection[Any]:
    """A connection, tried again until `wait_seconds` are over. Raises `DatabaseNotReached`."""
    deadline = time.monotonic() + settings.wait_seconds
    pause = FIRST_PAUSE_SECONDS
    told = ""
    while True:
        try:
            return psycopg.connect(**connection_arguments(settings, STATEMENT_TIMEOUT_MS))
        except psycopg.OperationalError as error:
            reason = " ".join(str(error).split())[:300]
        where = f"{settings.host}:{settings.port}/{settings.name} as {settings.user}"
        if time.monotonic() + pause > deadline:
            raise DatabaseNotReached(
                f"no connection to {where} within {settings.wait_seconds} s: {reason}. "
                "Check DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER and the file of "
                "DATABASE_PASSWORD_FILE, and that the database runs; DATABASE_WAIT_SECONDS waits longer."
            )
        if reason != told:
            log.info("waiting for the database %s: %s", where, reason)
            told = reason
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def apply_migrations(connection: psycopg.Connection[Any]) -> None:
    """Applies the files of `migrations/` that this database hasn't seen, in their order."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations "
        "(version text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    applied = {row[0] for row in connection.execute("SELECT version FROM schema_migrations").fetchall()}
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path.stem in applied:
            continue
        connection.execute(path.read_bytes())
        connection.execute("INSERT INTO schema_migrations (version) VALUES (%s)", (path.stem,))
        log.info("applied migration %s", path.stem)


def seed_films(connection: psycopg.Connection[Any], films_file: Path) -> None:
    """Puts the films in place, unless exactly these are there. Readers see the old ones until all is done."""
    digest = digest_of(films_file)
    row = connection.execute("SELECT digest FROM seeds WHERE name = 'films'").fetchone()
    if row and row[0] == digest:
        return
    connection.execute("DELETE FROM films")
    columns = ", ".join(field.name for field in fields(Film))
    count = 0
    with connection.cursor().copy(f"COPY films ({columns}, search) FROM STDIN") as copy:
        for film in read_films(films_file):
            copy.write_row((*astuple(film), search_text(film)))
            count += 1
    connection.execute(
        "INSERT INTO seeds (name, digest) VALUES ('films', %s) "
        "ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, seeded_at = now()",
        (digest,),
    )
    log.info("seeded %d films", count)
