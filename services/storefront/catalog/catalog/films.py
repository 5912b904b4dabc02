"""What a film is, and what can be asked about films."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

DEFAULT_SORT = "popular"

SORTS = ("popular", "rating", "newest", "oldest", "title", "gross")


@dataclass(frozen=True)
class Film:
    """One film. None means that the data set doesn't say."""

    id: int
    """Its position in the data set, from 1 on."""
    title: str
    released: datetime.date
    genre: str | None
    director: str | None
    creative_type: str | None
    source: str | None
    distributor: str | None
    certificate: str | None
    """The MPAA's rating, such as "PG-13"."""
    running_time_minutes: int | None
    budget_usd: int | None
    gross_us_usd: int | None
    gross_worldwide_usd: int | None
    dvd_sales_us_usd: int | None
    rotten_tomatoes_percent: int | None
    imdb_rating: float | None
    """From 0 to 10."""
    imdb_votes: int | None

    def summary(self) -> dict[str, Any]:
        """What a list shows."""
        return {
            "id": self.id,
            "title": self.title,
            "year": self.released.year,
            "genre": self.genre,
            "director": self.director,
            "certificate": self.certificate,
            "running_time_minutes": self.running_time_minutes,
            "imdb_rating": self.imdb_rating,
            "imdb_votes": self.imdb_votes,
        }

    def details(self) -> dict[str, Any]:
        """Everything that is known."""
        return {
            **self.summary(),
            "released": self.released.isoformat(),
            "creative_type": self.creative_type,
            "source": self.source,
            "distributor": self.distributor,
            "budget_usd": self.budget_usd,
            "gross_us_usd": self.gross_us_usd,
            "gross_worldwide_usd": self.gross_worldwide_usd,
            "dvd_sales_us_usd": self.dvd_sales_us_usd,
            "rotten_tomatoes_percent": self.rotten_tomatoes_percent,
        }


@dataclass(frozen=True)
class FilmQuery:
    """A checked question for a page of films."""

    words: tuple[str, ...] | None = None
    """Folded words that must all begin a word of the title or the director. None asks for every film."""
    genre: str | None = None
    sort: str = DEFAULT_SORT
    page: int = 1
    per_page: int = 24


@dataclass(frozen=True)
class FilmPage:
    """One page of the answer, and how many films the whole answer has."""

    films: Sequence[Film]
    total: int


@dataclass(frozen=True)
class GenreCount:
    """A genre and how many films are of it."""

    name: str
    films: int


class FilmStore(Protocol):
    """Where the API gets its films."""

    def search(self, query: FilmQuery) -> FilmPage:
        """The page of films that a query asks for."""

    def find(self, film_id: int) -> Film | None:
        """One film, or None when there is none with this id."""

    def genres(self) -> Sequence[GenreCount]:
        """All genres by name."""


class StoreUnavailable(Exception):
    """The films can't be reached at the moment; asking again later may help."""


def fold(text: str) -> str:
    """A text as it is searched: without accents, case and punctuation, words parted by single spaces."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    plain = plain.casefold().replace("'", "").replace("\u2019", "")
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())
