"""The catalogue's settings."""

from pathlib import Path

import pytest
from vigie_telemetry import SettingsError

from catalog.settings import read_settings


def good(tmp_path: Path) -> dict[str, str]:
    password, films = tmp_path / "password", tmp_path / "films.json"
    password.write_text("s3cret\n")
    films.write_text("[]")
    return {
        "DATABASE_HOST": "postgres",
        "DATABASE_NAME": "catalog",
        "DATABASE_USER": "catalog",
        "DATABASE_PASSWORD_FILE": str(password),
        "FILMS_FILE": str(films),
    }


def test_defaults(tmp_path: Path) -> None:
    settings = read_settings(good(tmp_path))
    assert (settings.database.port, settings.database.wait_seconds) == (5432, 60)
    server = settings.server
    assert (server.port, server.workers, server.threads, server.log_level) == (5000, 2, 8, "info")
    assert (server.shutdown_delay_seconds, server.shutdown_timeout_seconds) == (2, 7)
    assert "s3cret" not in repr(settings)


def test_without_a_host_there_is_no_cache(tmp_path: Path) -> None:
    assert read_settings(good(tmp_path)).cache is None


def test_defaults_of_the_cache(tmp_path: Path) -> None:
    given = good(tmp_path)
    given |= {"REDIS_HOST": "redis", "REDIS_USER": "catalog", "REDIS_PASSWORD_FILE": given["DATABASE_PASSWORD_FILE"]}
    cache = read_settings(given).cache
    assert cache is not None
    assert (cache.port, cache.key_prefix, cache.ttl_seconds) == (6379, "catalog:", 30)
    assert "s3cret" not in repr(cache)


def test_fails_naming_everything_that_is_missing_or_wrong() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"DATABASE_PORT": "x", "WEB_WORKERS": "0", "FILMS_FILE": "/nowhere"})
    assert {problem.name for problem in refused.value.problems} == {
        "DATABASE_HOST",
        "DATABASE_PORT",
        "DATABASE_NAME",
        "DATABASE_USER",
        "DATABASE_PASSWORD_FILE",
        "FILMS_FILE",
        "WEB_WORKERS",
    }
