"""The route under /api."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request
from vigie_telemetry import Problem

from recommender.model import Model
from recommender.query import parse_query


def add_api(app: Flask, model: Model) -> None:
    """Adds the recommendations, answered from a model."""

    @app.get("/api/recommendations")
    def recommend() -> Response:
        query = parse_query(request.args)
        film = model.films.get(query.film_id)
        if film is None:
            raise Problem(404, "film-not-found", f"There is no film with the id {query.film_id}.")
        items: list[dict[str, Any]] = [
            {**found.film.summary(), "score": found.score, "reasons": found.reasons}
            for found in model.recommend(query.film_id, query.limit)
        ]
        response = jsonify({"film": film.summary(), "items": items})
        # The films change only with the image.
        response.headers["Cache-Control"] = "public, max-age=300"
        return response
