"""Checks the parameters of a request; all problems are told at once."""

from __future__ import annotations

from dataclasses import dataclass

from vigie_telemetry import InvalidParameter, Problem
from werkzeug.datastructures import MultiDict

from recommender.model import MAX_LIMIT

DEFAULT_LIMIT = 6
MAX_FILM_ID = 2_147_483_647

PARAMETERS = ("film_id", "limit")


@dataclass(frozen=True)
class Query:
    """A checked question."""

    film_id: int
    limit: int


def parse_query(given: MultiDict[str, str]) -> Query:
    """The question that the parameters ask. Raises a 400 `Problem` that lists every wrong one."""
    errors: list[InvalidParameter] = []
    for name in given:
        values = given.getlist(name)
        if name not in PARAMETERS:
            errors.append(InvalidParameter(name[:100], values[0], PARAMETERS))
        elif len(values) > 1:
            errors.append(InvalidParameter(name, ", ".join(values), "the parameter once"))
    film_id = _integer(given, "film_id", None, MAX_FILM_ID, errors)
    limit = _integer(given, "limit", DEFAULT_LIMIT, MAX_LIMIT, errors)
    if errors:
        names = ", ".join(sorted({error.parameter for error in errors}))
        detail = f"The request can't be answered as it is. Please check: {names}."
        raise Problem(400, "invalid-parameters", detail, errors)
    return Query(film_id, limit)


def _integer(
    given: MultiDict[str, str], name: str, default: int | None, maximum: int, errors: list[InvalidParameter]
) -> int:
    value = given.get(name) or None
    if value is None and default is not None:
        return default
    # Python's int() also takes signs, spaces, underscores and other scripts' digits.
    if value and value.isascii() and value.isdigit() and len(value) <= 10 and 1 <= int(value) <= maximum:
        return int(value)
    errors.append(InvalidParameter(name, value, f"a whole number from 1 to {maximum}"))
    return 1
