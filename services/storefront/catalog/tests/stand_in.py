"""A stand-in for PostgreSQL in tests of the API. The real one is tested in the test_postgres_* files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from catalog.films import Film, FilmPage, FilmQuery, GenreCount, StoreUnavailable
from catalog.seed import read_films, search_text

FILMS_FILE = Path(__file__).parent / "films.json"


class FilmsInMemory:
    """Keeps the films of a file in a list; sorts by popularity only."""

    def __init__(self) -> None:
        self.films = list(read_films(FILMS_FILE))
        self.unavailable = False
        self.crash = False

    def search(self, query: FilmQuery) -> FilmPage:
        self._fail_if_told_to()
        found = [film for film in self.films if _matches(film, query)]
        found.sort(key=lambda film: (-(film.imdb_votes or 0), film.id))
        start = (query.page - 1) * query.per_page
        return FilmPage(found[start : start + query.per_page], len(found))

    def find(self, film_id: int) -> Film | None:
        self._fail_if_told_to()
        return next((film for film in self.films if film.id == film_id), None)

    def genres(self) -> Sequence[GenreCount]:
        self._fail_if_told_to()
        counts = Counter(film.genre for film in self.films if film.genre)
        return [GenreCount(name, counts[name]) for name in sorted(counts)]

    def _fail_if_told_to(self) -> None:
        if self.unavailable:
            raise StoreUnavailable("The films can't be reached at the moment. Please try again soon.")
        if self.crash:
            raise RuntimeError("a defect")


def _matches(film: Film, query: FilmQuery) -> bool:
    if query.genre is not None and film.genre != query.genre:
        return False
    if query.words is None:
        return True
    return bool(query.words) and all(f" {word}" in search_text(film) for word in query.words)
