"""The one process of the container: settings, database, then gunicorn in its place."""

from __future__ import annotations

from collections.abc import Mapping

from vigie_telemetry import ServerSettings, start

from catalog.migrate import DatabaseNotPrepared, DatabaseNotReached, prepare_database
from catalog.seed import BadFilmsFile
from catalog.settings import read_settings
from catalog.wsgi import SERVICE

EXIT_DATABASE = 69


def prepare(values: Mapping[str, str]) -> ServerSettings:
    """Brings the database to what this version needs."""
    settings = read_settings(values)
    prepare_database(settings.database, settings.films_file)
    return settings.server


if __name__ == "__main__":
    start(SERVICE, prepare, dict.fromkeys((DatabaseNotReached, DatabaseNotPrepared, BadFilmsFile), EXIT_DATABASE))
