"""The settings of the recommender, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vigie_telemetry import Environment, ServerSettings, read_server_settings

DEFAULT_FILMS_FILE = "/app/data/movies.json"
DEFAULT_PORT = "8000"

# The model is the same in every process, and asking it is short: threads are enough.
DEFAULT_WORKERS = "1"


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides."""

    films_file: Path
    server: ServerSettings


def read_settings(values: Mapping[str, str]) -> Settings:
    """Reads all settings. Raises `SettingsError` with every problem."""
    environment = Environment({"PORT": DEFAULT_PORT, "WEB_WORKERS": DEFAULT_WORKERS, **_given(values)})
    settings = Settings(
        films_file=environment.file("FILMS_FILE", default=DEFAULT_FILMS_FILE),
        server=read_server_settings(environment),
    )
    environment.finish()
    return settings


def _given(values: Mapping[str, str]) -> dict[str, str]:
    # An empty setting counts as left out.
    return {name: value for name, value in values.items() if value.strip()}
