"""The one process of the container: settings, database, then gunicorn in its place."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import psycopg
from vigie_telemetry import SettingsError, serve
from vigie_telemetry.logs import configure_logs

from catalog.migrate import DatabaseNotReached, prepare_database
from catalog.seed import BadFilmsFile
from catalog.settings import read_settings
from catalog.wsgi import SERVICE

log = logging.getLogger("catalog")

EXIT_SETTINGS = 78
EXIT_DATABASE = 69


def main() -> int:
    """Prepares and serves. Returns an exit code only when that isn't possible."""
    configure_logs(SERVICE)
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = read_settings(os.environ)
        prepare_database(settings.database, settings.films_file)
    except SettingsError as error:
        log.error("%s", error, extra={"problems": [vars(problem) for problem in error.problems]})
        return EXIT_SETTINGS
    except (DatabaseNotReached, BadFilmsFile) as error:
        log.error("%s", error)
        return EXIT_DATABASE
    except psycopg.Error:
        log.exception("the database can't be prepared")
        return EXIT_DATABASE
    serve(SERVICE, "catalog.wsgi:application()", settings.server)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    log.info("stopped before the service was up")
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
