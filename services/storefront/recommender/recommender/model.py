"""Which films are like one: by director, genre, kind, source, time and acclaim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalog.films import Film
from catalog.seed import BadFilmsFile, read_films

MAX_LIMIT = 20

# How much each likeness counts. Only what is known of the asked film is counted, so a score is always from 0 to 1.
DIRECTOR = 3.0
GENRE = 2.0
CREATIVE_TYPE = 1.0
SOURCE = 0.5
TIME = 1.0
ACCLAIM = 1.5

# Years apart that halve the likeness in time.
HALF_TIME_YEARS = 6

# A rating counts as if this many people had voted for the average: a few votes say little.
PRIOR_VOTES = 5000

# Lists that are remembered, of 20 films each: more than the data set has films, and some 10 MB.
REMEMBERED = 4096


@dataclass(frozen=True)
class Recommendation:
    """A film that is like the asked one."""

    film: Film
    score: float
    """From 0 to 1."""
    reasons: Sequence[str]
    """What they have in common: some of director, genre, creative_type, source."""


class Model:
    """The films, and how alike they are. The films never change, so threads may share it.

    Example::

        model = load_model(Path("/app/data/movies.json"))
        model.recommend(2, limit=6)
    """

    def __init__(self, films: Sequence[Film]) -> None:
        self.films = {film.id: film for film in films}
        rated = [film.imdb_rating for film in films if film.imdb_rating is not None]
        average = sum(rated) / len(rated) if rated else 5.0
        self._acclaim = {film.id: _acclaim(film, average) for film in films}
        self._most_alike = lru_cache(maxsize=REMEMBERED)(self._find_most_alike)
        self._count: Callable[[], object] = lambda: None

    def recommend(self, film_id: int, limit: int) -> Sequence[Recommendation]:
        """Up to `limit` films that are most like one. Raises `KeyError` when there is no film with this id."""
        film = self.films[film_id]
        return [
            Recommendation(self.films[other], score, _in_common(film, self.films[other]))
            for score, other in self._most_alike(film_id)[:limit]
        ]

    def count_computed(self, count: Callable[[], object]) -> None:
        """Calls `count` for each list that is computed rather than remembered."""
        self._count = count

    def _find_most_alike(self, film_id: int) -> Sequence[tuple[float, int]]:
        self._count()
        film = self.films[film_id]
        # The data set has a few films twice.
        others = [other for other in self.films.values() if not _is_same(film, other)]
        scored = [(self._score(film, other), other.imdb_votes or 0, other.id) for other in others]
        scored.sort(key=lambda one: (-one[0], -one[1], one[2]))
        return [(round(score, 4), other_id) for score, _votes, other_id in scored[:MAX_LIMIT]]

    def _score(self, film: Film, other: Film) -> float:
        weight = TIME + ACCLAIM
        years = abs(film.released.year - other.released.year)
        score = TIME * HALF_TIME_YEARS / (HALF_TIME_YEARS + years) + ACCLAIM * self._acclaim[other.id]
        if film.director is not None:
            weight += DIRECTOR
            score += DIRECTOR * (film.director == other.director)
        if film.genre is not None:
            weight += GENRE
            score += GENRE * (film.genre == other.genre)
        if film.creative_type is not None:
            weight += CREATIVE_TYPE
            score += CREATIVE_TYPE * (film.creative_type == other.creative_type)
        if film.source is not None:
            weight += SOURCE
            score += SOURCE * (film.source == other.source)
        return score / weight


def load_model(path: Path) -> Model:
    """The model of the films in a file. Raises `BadFilmsFile`."""
    films = list(read_films(path))
    if not films:
        raise BadFilmsFile(f"{path} holds no film")
    return Model(films)


def _acclaim(film: Film, average: float) -> float:
    votes = film.imdb_votes or 0
    if film.imdb_rating is None or votes == 0:
        return average / 10
    return (film.imdb_rating * votes + average * PRIOR_VOTES) / (votes + PRIOR_VOTES) / 10


def _is_same(film: Film, other: Film) -> bool:
    return film.id == other.id or (film.title == other.title and film.released.year == other.released.year)


def _in_common(film: Film, other: Film) -> Sequence[str]:
    pairs = {
        "director": (film.director, other.director),
        "genre": (film.genre, other.genre),
        "creative_type": (film.creative_type, other.creative_type),
        "source": (film.source, other.source),
    }
    return [name for name, (one, another) in pairs.items() if one is not None and one == another]
