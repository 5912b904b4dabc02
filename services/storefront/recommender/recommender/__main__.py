"""The one process of the container: settings, films, then gunicorn in its place."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from catalog.seed import BadFilmsFile
from vigie_telemetry import ServerSettings, start

from recommender.model import load_model
from recommender.settings import read_settings
from recommender.wsgi import SERVICE

EXIT_DATA = 65


def prepare(values: Mapping[str, str]) -> ServerSettings:
    """Reads the films once: each worker loads them again, and a wrong file is told of here."""
    settings = read_settings(values)
    model = load_model(settings.films_file)
    logging.getLogger(SERVICE).info("read %d films", len(model.films))
    return settings.server


if __name__ == "__main__":
    start(SERVICE, prepare, {BadFilmsFile: EXIT_DATA})
