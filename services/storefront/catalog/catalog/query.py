"""Checks the parameters of a request; all problems are told at once."""

from __future__ import annotations

from collections.abc import Sequence

from vigie_telemetry import InvalidParameter, Problem
from werkzeug.datastructures import MultiDict

from catalog.films import DEFAULT_SORT, SORTS, FilmQuery, fold

MAX_QUERY_LENGTH = 100
MAX_PER_PAGE = 100
MAX_PAGE = 100_000
MAX_FILM_ID = 2_147_483_647

PARAMETERS = ("genre", "page", "per_page", "query", "sort")


def parse_film_query(given: MultiDict[str, str]) -> FilmQuery:
    """The query that the parameters ask for. Raises a 400 `Problem` that lists every wrong one."""
    errors: list[InvalidParameter] = []
    for name in given:
        values = given.getlist(name)
        if name not in PARAMETERS:
            errors.append(InvalidParameter(name[:100], values[0], PARAMETERS))
        elif len(values) > 1:
            errors.append(InvalidParameter(name, ", ".join(values), "the parameter once"))

    text = _text(given, "query", errors)
    genre = _text(given, "genre", errors)
    sort = given.get("sort") or DEFAULT_SORT
    if sort not in SORTS:
        errors.append(InvalidParameter("sort", sort, SORTS))
    page = _integer(given, "page", 1, MAX_PAGE, errors)
    per_page = _integer(given, "per_page", 24, MAX_PER_PAGE, errors)

    if errors:
        raise invalid_parameters(errors)
    words = tuple(fold(text).split()) if text else None
    return FilmQuery(words=words, genre=genre or None, sort=sort, page=page, per_page=per_page)


def parse_film_id(given: str) -> int:
    """A film's id. Raises a 400 `Problem` when it can't be one."""
    number = _whole_number(given, MAX_FILM_ID)
    if number is None:
        allowed = f"a whole number from 1 to {MAX_FILM_ID}"
        raise invalid_parameters([InvalidParameter("id", given, allowed)])
    return number


def invalid_parameters(errors: Sequence[InvalidParameter]) -> Problem:
    """The problem that names wrong parameters."""
    names = ", ".join(sorted({error.parameter for error in errors}))
    return Problem(400, "invalid-parameters", f"The request can't be answered as it is. Please check: {names}.", errors)


def _text(given: MultiDict[str, str], name: str, errors: list[InvalidParameter]) -> str:
    value = given.get(name, "").strip()
    if len(value) > MAX_QUERY_LENGTH or not value.isprintable():
        errors.append(InvalidParameter(name, value, f"up to {MAX_QUERY_LENGTH} printable characters"))
        return ""
    return value


def _integer(given: MultiDict[str, str], name: str, default: int, maximum: int, errors: list[InvalidParameter]) -> int:
    value = given.get(name, "")
    if not value:
        return default
    number = _whole_number(value, maximum)
    if number is None:
        errors.append(InvalidParameter(name, value, f"a whole number from 1 to {maximum}"))
        return default
    return number


def _whole_number(value: str, maximum: int) -> int | None:
    # Python's int() also takes signs, spaces, underscores and other scripts' digits.
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(maximum))):
        return None
    number = int(value)
    return number if 1 <= number <= maximum else None
