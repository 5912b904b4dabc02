"""The application that gunicorn serves."""

from __future__ import annotations

import atexit
import os

from flask import Flask
from vigie_telemetry import instrument

from catalog import __version__
from catalog.api import add_api
from catalog.cache import Cache
from catalog.cached_films import CachedFilms, forget_films
from catalog.database import Database
from catalog.settings import read_settings
from catalog.store import PostgresFilms
from catalog.visits import CountedVisits, NoVisits, add_visits

SERVICE = "catalog"


def application() -> Flask:
    """The catalogue over PostgreSQL and Redis, with the settings of the environment. One for each worker process."""
    settings = read_settings(os.environ)
    app = Flask(__name__, static_folder=None)
    # The check is asked only by requests, and the first comes after `database` is there.
    metrics = instrument(
        app,
        service=SERVICE,
        version=__version__,
        checks={"database": lambda: database.check()},
        tracing=settings.server.tracing,
    )
    database = Database(settings.database, size=settings.server.threads, registry=metrics.registry)
    database.open()
    atexit.register(database.close)
    films = PostgresFilms(database)
    if settings.cache is None:
        add_api(app, films)
        add_visits(app, NoVisits())
        return app
    cache = Cache(settings.cache, metrics.registry, first=forget_films(settings.cache))
    cache.open()
    atexit.register(cache.close)
    add_api(app, CachedFilms(films, cache, settings.cache, metrics.registry))
    add_visits(app, CountedVisits(cache, settings.cache))
    return app
