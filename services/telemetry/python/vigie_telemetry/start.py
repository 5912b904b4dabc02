"""The first process of a service's container: its settings, what it prepares, then gunicorn in its place."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import NoReturn

from vigie_telemetry.logs import configure_logs
from vigie_telemetry.serve import ServerSettings, serve
from vigie_telemetry.settings import SettingsError

EXIT_SETTINGS = 78

Prepare = Callable[[Mapping[str, str]], ServerSettings]
"""Reads the settings, does what has to be done once before requests come, and returns the server's settings."""


def start(service: str, prepare: Prepare, failures: Mapping[type[Exception], int]) -> NoReturn:
    """Prepares a service and serves `<service>.wsgi:application()`.

    What prevents that is logged as one line, and the exit code says which it was: 78 for wrong settings, and that of
    `failures` for what else may be expected. A failure's cause, where it has one, is logged with its trace.
    """
    configure_logs(service)
    log = logging.getLogger(service)

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        log.info("stopped before the service was up")
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    try:
        settings = prepare(os.environ)
    except SettingsError as error:
        log.error("%s", error, extra={"problems": [vars(problem) for problem in error.problems]})
        sys.exit(EXIT_SETTINGS)
    except tuple(failures) as error:
        log.error("%s", error, exc_info=error.__cause__)
        sys.exit(next(code for kind, code in failures.items() if isinstance(error, kind)))
    serve(service, f"{service}.wsgi:application()", settings)
