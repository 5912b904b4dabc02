"""The routes under /api."""

from __future__ import annotations

import math
from typing import Any

from flask import Blueprint, Flask, Response, request
from vigie_telemetry import InvalidParameter, Problem, invalid_parameters, problem_response

from catalog.films import FilmStore, StoreUnavailable
from catalog.query import parse_film_id, parse_film_query

RETRY_AFTER_SECONDS = 5


def add_api(app: Flask, store: FilmStore) -> None:
    """Adds the film routes, answered from a store."""
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.get("/films")
    def list_films() -> dict[str, Any]:
        query = parse_film_query(request.args)
        answer = store.search(query)
        if query.genre and answer.total == 0:
            allowed = [genre.name for genre in store.genres()]
            if query.genre not in allowed:
                raise invalid_parameters([InvalidParameter("genre", query.genre, allowed)])
        return {
            "items": [film.summary() for film in answer.films],
            "page": query.page,
            "per_page": query.per_page,
            "pages": math.ceil(answer.total / query.per_page),
            "total": answer.total,
        }

    @api.get("/films/<film_id>")
    def show_film(film_id: str) -> dict[str, Any]:
        number = parse_film_id(film_id)
        film = store.find(number)
        if film is None:
            raise Problem(404, "film-not-found", f"There is no film with the id {number}.")
        return film.details()

    @api.get("/genres")
    def list_genres() -> dict[str, Any]:
        return {"items": [{"name": genre.name, "films": genre.films} for genre in store.genres()]}

    @app.errorhandler(StoreUnavailable)
    def unavailable(error: StoreUnavailable) -> Response:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return problem_response(Problem(503, "films-unavailable", str(error), headers=headers))

    app.register_blueprint(api)
