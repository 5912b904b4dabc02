"""Films from the cache, else from their store."""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple
from typing import Any, TypeVar, cast

from prometheus_client import CollectorRegistry, Counter
from redis import Redis

from catalog.cache import Cache, CacheAway
from catalog.films import Film, FilmPage, FilmQuery, FilmStore, GenreCount
from catalog.settings import CacheSettings

log = logging.getLogger("catalog.cache")

T = TypeVar("T")


def generation_key(settings: CacheSettings) -> str:
    """The key that counts how often the films were written."""
    return f"{settings.key_prefix}films:generation"


def forget_films(settings: CacheSettings) -> Callable[[Redis], object]:
    """What makes everybody forget the answers so far.

    Films are written only when the service starts. So each start forgets, the one too that finds the films in place:
    whoever wrote them may have been killed before it could.
    """
    return lambda client: client.incr(generation_key(settings))


class CachedFilms:
    """Remembers the answers of a store for a short time.

    An answer is kept with the generation that was known before the store was asked, and counts only while that one is
    current: an old answer that is written after new films is never given.
    """

    def __init__(self, films: FilmStore, cache: Cache, settings: CacheSettings, registry: CollectorRegistry) -> None:
        self._films = films
        self._cache = cache
        self._settings = settings
        self._lookups = Counter(
            "cache_lookups_total",
            "Questions by what the cache said: hit, miss, or error where it gave no answer.",
            ("query", "outcome"),
            registry=registry,
        )

    def search(self, query: FilmQuery) -> FilmPage:
        """The page of films that a query asks for."""
        return self._remembered("search", astuple(query), lambda: self._films.search(query), _page_to, _page_from)

    def find(self, film_id: int) -> Film | None:
        """One film, or None."""
        return self._remembered("find", (film_id,), lambda: self._films.find(film_id), _film_to, _film_from)

    def genres(self) -> Sequence[GenreCount]:
        """All genres by name."""
        return self._remembered("genres", (), self._films.genres, _genres_to, _genres_from)

    def _remembered(
        self,
        query: str,
        question: tuple[Any, ...],
        ask: Callable[[], T],
        to_json: Callable[[T], Any],
        from_json: Callable[[Any], T],
    ) -> T:
        # A hash: what a person typed stays out of the names of keys, which Redis shows to its administrators.
        digest = hashlib.sha256(json.dumps(question).encode()).hexdigest()[:32]
        key = f"{self._settings.key_prefix}films:{query}:{digest}"
        try:
            generation, kept = self._cache.run("lookup", lambda client: self._read(client, key))
        except CacheAway:
            self._lookups.labels(query, "error").inc()
            return ask()
        try:
            answer = from_json(_current(kept, generation))
        except (AttributeError, LookupError, TypeError, ValueError):
            # Nothing is kept, or it is out of date, or another release of this service wrote it with other fields.
            pass
        else:
            self._lookups.labels(query, "hit").inc()
            return answer
        self._lookups.labels(query, "miss").inc()
        answer = ask()
        self._keep(key, json.dumps([generation, to_json(answer)]))
        return answer

    def _read(self, client: Redis, key: str) -> tuple[int, bytes | None]:
        generation, kept = cast("list[bytes | None]", client.mget([generation_key(self._settings), key]))
        return int(generation or 0), kept

    def _keep(self, key: str, text: str) -> None:
        try:
            self._cache.run("store", lambda client: client.set(key, text, ex=self._settings.ttl_seconds))
        except CacheAway:
            log.debug("an answer wasn't kept")


def _current(kept: bytes | None, generation: int) -> Any:
    kept_generation, answer = json.loads(kept or b"[]")
    if kept_generation != generation:
        raise LookupError("the films were written since")
    return answer


def _film_to(film: Film | None) -> dict[str, Any] | None:
    return None if film is None else {**asdict(film), "released": film.released.isoformat()}


def _film_from(kept: dict[str, Any] | None) -> Film | None:
    return None if kept is None else Film(**{**kept, "released": datetime.date.fromisoformat(kept["released"])})


def _page_to(page: FilmPage) -> dict[str, Any]:
    return {"films": [_film_to(film) for film in page.films], "total": page.total}


def _page_from(kept: dict[str, Any]) -> FilmPage:
    return FilmPage([film for each in kept["films"] if (film := _film_from(each))], kept["total"])


def _genres_to(genres: Sequence[GenreCount]) -> list[tuple[Any, ...]]:
    return [astuple(genre) for genre in genres]


def _genres_from(kept: list[tuple[str, int]]) -> list[GenreCount]:
    return [GenreCount(*genre) for genre in kept]
