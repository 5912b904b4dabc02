"""What the parameters of a request ask for."""

from __future__ import annotations

from vigie_telemetry import InvalidParameter, Parameters, invalid_parameters, whole_number
from werkzeug.datastructures import MultiDict

from catalog.films import DEFAULT_SORT, SORTS, FilmQuery, fold

MAX_QUERY_LENGTH = 100
MAX_PER_PAGE = 100
MAX_PAGE = 100_000
MAX_FILM_ID = 2_147_483_647

PARAMETERS = ("genre", "page", "per_page", "query", "sort")


def parse_film_query(given: MultiDict[str, str]) -> FilmQuery:
    """The query that the parameters ask for. Raises a 400 `Problem` that lists every wrong one."""
    parameters = Parameters(given, PARAMETERS)
    text = parameters.text("query", MAX_QUERY_LENGTH)
    genre = parameters.text("genre", MAX_QUERY_LENGTH)
    sort = parameters.choice("sort", DEFAULT_SORT, SORTS)
    page = parameters.integer("page", 1, MAX_PAGE)
    per_page = parameters.integer("per_page", 24, MAX_PER_PAGE)
    parameters.finish()
    words = tuple(fold(text).split()) if text else None
    return FilmQuery(words=words, genre=genre or None, sort=sort, page=page, per_page=per_page)


def parse_film_id(given: str) -> int:
    """A film's id. Raises a 400 `Problem` when it can't be one."""
    number = whole_number(given, MAX_FILM_ID)
    if number is None:
        allowed = f"a whole number from 1 to {MAX_FILM_ID}"
        raise invalid_parameters([InvalidParameter("id", given, allowed)])
    return number
