"""What the parameters of a request ask for."""

from __future__ import annotations

from dataclasses import dataclass

from vigie_telemetry import Parameters
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
    parameters = Parameters(given, PARAMETERS)
    film_id = parameters.integer("film_id", None, MAX_FILM_ID)
    limit = parameters.integer("limit", DEFAULT_LIMIT, MAX_LIMIT)
    parameters.finish()
    return Query(film_id, limit)
