"""The API's answers, with a stand-in instead of PostgreSQL."""

import pytest
from closing_client import ClosingClient, problem_of
from flask import Flask
from flask.testing import FlaskClient
from stand_in import FilmsInMemory
from vigie_telemetry import instrument

from catalog.api import add_api


@pytest.fixture
def store() -> FilmsInMemory:
    return FilmsInMemory()


@pytest.fixture
def client(store: FilmsInMemory) -> FlaskClient:
    app = Flask("catalog", static_folder=None)
    instrument(app, service="catalog", version="test", checks={})
    add_api(app, store)
    app.test_client_class = ClosingClient
    return app.test_client()


def test_lists_films_with_a_total(client: FlaskClient) -> None:
    answer = client.get("/api/films?per_page=3&page=2")
    assert answer.status_code == 200
    body = answer.get_json()
    assert {name: body[name] for name in ("page", "per_page", "pages", "total")} == {
        "page": 2,
        "per_page": 3,
        "pages": 6,
        "total": 16,
    }
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
    ]


def test_a_page_after_the_last_is_empty(client: FlaskClient) -> None:
    body = client.get("/api/films?page=999").get_json()
    assert (body["items"], body["total"]) == ([], 16)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("godfather", ["The Godfather", "The Godfather: Part II"]),
        ("GODFATHER coppola", ["The Godfather", "The Godfather: Part II"]),
        ("léon", ["Léon"]),
        ("wall-e", ["WALL-E"]),
        ("father", []),
        ("???", []),
    ],
)
def test_searches_words_of_title_and_director(client: FlaskClient, query: str, titles: list[str]) -> None:
    body = client.get("/api/films", query_string={"query": query}).get_json()
    assert [film["title"] for film in body["items"]] == titles


def test_filters_by_genre(client: FlaskClient) -> None:
    body = client.get("/api/films?genre=Drama").get_json()
    assert {film["genre"] for film in body["items"]} == {"Drama"}
    genres = {genre["name"]: genre["films"] for genre in client.get("/api/genres").get_json()["items"]}
    assert body["total"] == genres["Drama"]


def test_empty_parameters_count_as_left_out(client: FlaskClient) -> None:
    assert client.get("/api/films?query=&genre=&sort=&page=&per_page=").get_json()["total"] == 16


def test_shows_details(client: FlaskClient) -> None:
    film = client.get("/api/films/2").get_json()
    assert (film["title"], film["released"], film["gross_worldwide_usd"]) == (
        "The Dark Knight",
        "2008-07-18",
        1_022_345_358,
    )


def test_fails_with_every_wrong_parameter(client: FlaskClient) -> None:
    body = problem_of(client, "/api/films?page=0&per_page=101&sort=best&qery=x&query=a&query=b")
    assert (body["status"], body["title"], body["type"]) == (
        400,
        "Bad Request",
        "urn:vigie:problem:invalid-parameters",
    )
    errors = {error["parameter"]: error for error in body["errors"]}
    assert errors["page"] == {"parameter": "page", "got": "0", "allowed": "a whole number from 1 to 100000"}
    assert errors["per_page"]["allowed"] == "a whole number from 1 to 100"
    assert errors["sort"]["allowed"] == ["popular", "rating", "newest", "oldest", "title", "gross"]
    assert errors["qery"]["allowed"] == ["genre", "page", "per_page", "query", "sort"]
    assert errors["query"] == {"parameter": "query", "got": "a, b", "allowed": "the parameter once"}


@pytest.mark.parametrize("page", ["-1", "1.0", "abc", "%D9%A1", "1e3", "9" * 60, "%201"])
def test_fails_on_a_page_that_is_no_whole_number(client: FlaskClient, page: str) -> None:
    assert problem_of(client, f"/api/films?page={page}")["errors"][0]["parameter"] == "page"


@pytest.mark.parametrize("text", ["%00", "a%0Ab", "x" * 101])
def test_fails_on_a_text_that_is_too_long_or_unprintable(client: FlaskClient, text: str) -> None:
    error = problem_of(client, f"/api/films?query={text}")["errors"][0]
    assert error["allowed"] == "up to 100 printable characters"
    assert len(error["got"]) <= 101


def test_fails_on_an_unknown_genre_with_the_known_ones(client: FlaskClient) -> None:
    error = problem_of(client, "/api/films?genre=Dram")["errors"][0]
    assert error["got"] == "Dram"
    assert "Drama" in error["allowed"]


def test_a_known_genre_without_a_match_is_an_empty_list(client: FlaskClient) -> None:
    body = client.get("/api/films?genre=Drama&query=nothingmatches").get_json()
    assert (body["items"], body["total"]) == ([], 0)


@pytest.mark.parametrize("film_id", ["abc", "0", "-1", "2147483648", "1;--"])
def test_fails_on_an_id_that_is_none(client: FlaskClient, film_id: str) -> None:
    assert problem_of(client, f"/api/films/{film_id}")["errors"][0]["parameter"] == "id"


def test_fails_on_a_film_that_is_not_there(client: FlaskClient) -> None:
    body = problem_of(client, "/api/films/4")
    assert (body["status"], body["detail"]) == (404, "There is no film with the id 4.")


@pytest.mark.parametrize("path", ["/api", "/api/films/", "/api//films", "/api/films/1/x", "/.git/config"])
def test_fails_on_unknown_addresses(client: FlaskClient, path: str) -> None:
    assert problem_of(client, path)["status"] == 404


def test_fails_on_other_methods(client: FlaskClient) -> None:
    answer = client.post("/api/films", json={"title": "X"})
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")


@pytest.mark.parametrize("path", ["/api/films", "/api/films/1", "/api/genres"])
def test_fails_with_503_while_the_database_is_away(client: FlaskClient, store: FilmsInMemory, path: str) -> None:
    store.unavailable = True
    assert problem_of(client, path)["type"] == "urn:vigie:problem:films-unavailable"
    assert client.get(path).headers["Retry-After"] == "5"


def test_fails_with_500_and_no_trace_on_a_defect(client: FlaskClient, store: FilmsInMemory) -> None:
    store.crash = True
    body = problem_of(client, "/api/films")
    assert body["status"] == 500
    assert "defect" not in str(body)
