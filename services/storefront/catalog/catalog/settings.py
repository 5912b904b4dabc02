"""The settings of the catalogue, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vigie_telemetry import Environment, ServerSettings, read_server_settings

DEFAULT_FILMS_FILE = "/app/data/movies.json"


@dataclass(frozen=True)
class DatabaseSettings:
    """Where the films are kept. The password stays in its file until a connection is made."""

    host: str
    port: int
    name: str
    user: str
    password_file: Path
    wait_seconds: int
    """Seconds that a start waits for the database."""


@dataclass(frozen=True)
class CacheSettings:
    """Where answers are remembered and visits counted. The password stays in its file until a connection is made."""

    host: str
    port: int
    user: str
    password_file: Path
    key_prefix: str
    """What each key starts with: the user may touch no other."""
    ttl_seconds: int
    """Seconds that an answer is remembered."""


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides."""

    database: DatabaseSettings
    cache: CacheSettings | None
    """None without REDIS_HOST: then nothing is remembered and no visit counted."""
    films_file: Path
    server: ServerSettings


def read_settings(values: Mapping[str, str]) -> Settings:
    """Reads all settings. Raises `SettingsError` with every problem."""
    environment = Environment(values)
    settings = Settings(
        database=DatabaseSettings(
            host=environment.text("DATABASE_HOST"),
            port=environment.integer("DATABASE_PORT", default=5432, minimum=1, maximum=65535),
            name=environment.text("DATABASE_NAME"),
            user=environment.text("DATABASE_USER"),
            password_file=environment.secret_file("DATABASE_PASSWORD_FILE"),
            wait_seconds=environment.integer("DATABASE_WAIT_SECONDS", default=60, minimum=0, maximum=3600),
        ),
        cache=read_cache_settings(environment),
        films_file=environment.file("FILMS_FILE", default=DEFAULT_FILMS_FILE),
        server=read_server_settings(environment),
    )
    environment.finish()
    return settings


def read_cache_settings(environment: Environment) -> CacheSettings | None:
    """The settings of Redis, if there is one."""
    host = environment.text("REDIS_HOST", default="")
    if not host:
        return None
    return CacheSettings(
        host=host,
        port=environment.integer("REDIS_PORT", default=6379, minimum=1, maximum=65535),
        user=environment.text("REDIS_USER"),
        password_file=environment.secret_file("REDIS_PASSWORD_FILE"),
        key_prefix=environment.text("REDIS_KEY_PREFIX", default="catalog:"),
        ttl_seconds=environment.integer("CACHE_TTL_SECONDS", default=30, minimum=1, maximum=3600),
    )
