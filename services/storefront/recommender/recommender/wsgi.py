"""The application that gunicorn serves."""

from __future__ import annotations

import os

from flask import Flask
from prometheus_client import Counter
from vigie_telemetry import TracingSettings, instrument

from recommender import __version__
from recommender.api import add_api
from recommender.model import Model, load_model
from recommender.settings import read_settings

SERVICE = "recommender"


def application() -> Flask:
    """The recommender, with the settings of the environment. One for each worker process."""
    settings = read_settings(os.environ)
    return new_app(load_model(settings.films_file), settings.server.tracing)


def new_app(model: Model, tracing: TracingSettings | None = None) -> Flask:
    """The recommender over a model."""
    app = Flask(__name__, static_folder=None)
    # Once it listens it depends on nothing that could be away.
    metrics = instrument(app, service=SERVICE, version=__version__, checks={}, tracing=tracing)
    model.count_computed(
        Counter(
            "recommendations_computed_total",
            "Lists of recommendations that were computed rather than remembered.",
            registry=metrics.registry,
        ).inc
    )
    add_api(app, model)
    return app
