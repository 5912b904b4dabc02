"""The number of visits, in Redis: a decoration of the page, and never a reason for an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import Blueprint, Flask
from redis import Redis

from catalog.cache import Cache, CacheAway
from catalog.settings import CacheSettings


class Visits(Protocol):
    """Where visits are counted."""

    def count(self) -> int | None:
        """Counts one, and returns the number with it. None when it can't be counted."""

    def total(self) -> int | None:
        """The number so far. None when it isn't known."""


class NoVisits:
    """Counts nothing: there is no Redis."""

    def count(self) -> int | None:
        """None."""
        return None

    def total(self) -> int | None:
        """None."""
        return None


class CountedVisits:
    """Counts in Redis, for all replicas together. The key has no time to live, so a full cache keeps it."""

    def __init__(self, cache: Cache, settings: CacheSettings) -> None:
        self._cache = cache
        self._key = f"{settings.key_prefix}visits"

    def count(self) -> int | None:
        """Counts one, and returns the number with it."""
        return self._run("count", lambda client: int(client.incr(self._key)))

    def total(self) -> int | None:
        """The number so far."""
        return self._run("total", lambda client: int(client.get(self._key) or 0))

    def _run(self, operation: str, work: Callable[[Redis], int]) -> int | None:
        try:
            return self._cache.run(operation, work)
        except CacheAway:
            return None


def add_visits(app: Flask, visits: Visits) -> None:
    """Adds the routes that count and show visits."""
    routes = Blueprint("visits", __name__, url_prefix="/api/visits")

    @routes.post("")
    def count_visit() -> dict[str, int | None]:
        return {"visits": visits.count()}

    @routes.get("")
    def show_visits() -> dict[str, int | None]:
        return {"visits": visits.total()}

    app.register_blueprint(routes)
