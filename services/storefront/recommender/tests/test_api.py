"""The API's answers, over the catalogue's test films."""

from pathlib import Path

import pytest
from closing_client import ClosingClient, problem_of
from flask.testing import FlaskClient

from recommender.model import Model, load_model
from recommender.wsgi import new_app

FILMS_FILE = Path(__file__).parents[2] / "catalog" / "tests" / "films.json"
ADDRESS = "/api/recommendations"


@pytest.fixture
def model() -> Model:
    return load_model(FILMS_FILE)


@pytest.fixture
def client(model: Model) -> FlaskClient:
    app = new_app(model)
    app.test_client_class = ClosingClient
    return app.test_client()


def test_recommends_films_as_the_catalogue_lists_them(client: FlaskClient) -> None:
    answer = client.get(f"{ADDRESS}?film_id=2&limit=3")
    body = answer.get_json()
    assert body["film"]["title"] == "The Dark Knight"
    assert len(body["items"]) == 3
    assert list(body["items"][0]) == [
        "id",
        "title",
        "year",
        "genre",
        "director",
        "certificate",
        "running_time_minutes",
        "imdb_rating",
        "imdb_votes",
        "score",
        "reasons",
    ]
    assert 2 not in {item["id"] for item in body["items"]}
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Served-By"]


def test_a_sequel_is_recommended_first(client: FlaskClient, model: Model) -> None:
    first = next(film for film in model.films.values() if film.title == "The Godfather")
    found = client.get(f"{ADDRESS}?film_id={first.id}").get_json()["items"]
    assert found[0]["title"] == "The Godfather: Part II"
    assert found[0]["reasons"] == ["director", "creative_type"]
    assert len(found) == 6


def test_counts_what_is_computed(client: FlaskClient) -> None:
    for _ in range(3):
        client.get(f"{ADDRESS}?film_id=2")
    text = client.get("/metrics").text
    assert "recommendations_computed_total 1.0" in text
    assert 'http_request_duration_seconds_count{method="GET",route="/api/recommendations",status="200"} 3.0' in text


def test_is_ready_without_any_other_service(client: FlaskClient) -> None:
    assert client.get("/ready").get_json() == {"status": "ready", "checks": {}}
    assert client.get("/health").status_code == 200


def test_fails_with_every_wrong_parameter(client: FlaskClient) -> None:
    body = problem_of(client, f"{ADDRESS}?film_id=x&limit=21&filmid=2")
    assert (body["status"], body["type"]) == (400, "urn:vigie:problem:invalid-parameters")
    errors = {error["parameter"]: error for error in body["errors"]}
    assert errors["film_id"] == {"parameter": "film_id", "got": "x", "allowed": "a whole number from 1 to 2147483647"}
    assert errors["limit"]["allowed"] == "a whole number from 1 to 20"
    assert errors["filmid"]["allowed"] == ["film_id", "limit"]


@pytest.mark.parametrize("parameters", ["", "?film_id=", "?limit=3"])
def test_fails_without_a_film(client: FlaskClient, parameters: str) -> None:
    (error,) = problem_of(client, ADDRESS + parameters)["errors"]
    assert (error["parameter"], error["got"]) == ("film_id", None)


@pytest.mark.parametrize("film_id", ["0", "-1", "1.0", "%D9%A1", "1e3", "9" * 60, "%201", "2147483648", "1&film_id=2"])
def test_fails_on_an_id_that_is_none(client: FlaskClient, film_id: str) -> None:
    assert problem_of(client, f"{ADDRESS}?film_id={film_id}")["errors"][0]["parameter"] == "film_id"


def test_fails_on_a_film_that_is_not_there(client: FlaskClient) -> None:
    body = problem_of(client, f"{ADDRESS}?film_id=999999")
    assert (body["status"], body["detail"]) == (404, "There is no film with the id 999999.")


@pytest.mark.parametrize("path", ["/api", f"{ADDRESS}/", f"{ADDRESS}/2", "/api//recommendations"])
def test_fails_on_unknown_addresses(client: FlaskClient, path: str) -> None:
    assert problem_of(client, path)["status"] == 404


def test_fails_on_other_methods(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, json={})
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
