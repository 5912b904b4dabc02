"""The routes that count visits, with a stand-in instead of Redis."""

import pytest
from closing_client import ClosingClient
from flask import Flask
from flask.testing import FlaskClient
from vigie_telemetry import instrument

from catalog.visits import NoVisits, Visits, add_visits


class VisitsInMemory:
    """Counts in a field."""

    def __init__(self) -> None:
        self.visits = 41

    def count(self) -> int | None:
        self.visits += 1
        return self.visits

    def total(self) -> int | None:
        return self.visits


def client_of(visits: Visits) -> FlaskClient:
    app = Flask("catalog", static_folder=None)
    instrument(app, service="catalog", version="test", checks={})
    add_visits(app, visits)
    app.test_client_class = ClosingClient
    return app.test_client()


def test_counts_a_visit_and_shows_the_number_without_counting() -> None:
    client = client_of(VisitsInMemory())
    assert client.post("/api/visits").get_json() == {"visits": 42}
    for _ in range(2):
        answer = client.get("/api/visits")
        assert (answer.status_code, answer.get_json()) == (200, {"visits": 42})


def test_an_unknown_number_is_null_and_no_error() -> None:
    client = client_of(NoVisits())
    for answer in (client.post("/api/visits"), client.get("/api/visits")):
        assert (answer.status_code, answer.get_json()) == (200, {"visits": None})


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_fails_on_other_methods(method: str) -> None:
    answer = client_of(NoVisits()).open("/api/visits", method=method)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
