"""The one process of the container: settings, films, then gunicorn in its place."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from catalog.seed import BadFilmsFile
from vigie_telemetry import SettingsError, serve
from vigie_telemetry.logs import configure_logs

from recommender.model import load_model
from recommender.settings import read_settings
from recommender.wsgi import SERVICE

log = logging.getLogger("recommender")

EXIT_SETTINGS = 78
EXIT_DATA = 65


def main() -> int:
    """Prepares and serves. Returns an exit code only when that isn't possible."""
    configure_logs(SERVICE)
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = read_settings(os.environ)
        # Each worker loads it again; a wrong file is told once, here.
        model = load_model(settings.films_file)
    except SettingsError as error:
        log.error("%s", error, extra={"problems": [vars(problem) for problem in error.problems]})
        return EXIT_SETTINGS
    except BadFilmsFile as error:
        log.error("%s", error)
        return EXIT_DATA
    log.info("read %d films", len(model.films))
    serve(SERVICE, "recommender.wsgi:application()", settings.server)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    log.info("stopped before the service was up")
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
