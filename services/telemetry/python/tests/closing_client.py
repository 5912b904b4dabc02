"""The test client of the services' tests."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class ClosingClient(FlaskClient):
    """Reads and closes each answer, as a server does; only then is a request counted and logged."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **kwargs)


def problem_of(client: FlaskClient, path: str) -> dict[str, Any]:
    """The body of an answer that is a problem, as all problems are."""
    answer = client.get(path)
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.get_json(force=True)
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["X-Request-ID"]
    return body
