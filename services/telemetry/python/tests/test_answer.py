"""What is told of an answer, and when."""

from __future__ import annotations

import pytest
from flask import Flask
from vigie_telemetry.answer import Answer
from werkzeug.test import Client

Told = list[tuple[int, str]]


def new_client(told: Told) -> Client:
    app = Flask("demo")

    @app.get("/things/<thing>")
    def show(thing: str) -> tuple[str, int]:
        if thing == "crash":
            raise RuntimeError("crash")
        return thing, 202

    # An error leaves the application, as none does in a service.
    app.testing = True
    return Client(
        lambda environ, start: Answer(app, environ, start, lambda status, route, seconds: told.append((status, route)))
    )


def test_an_answer_is_told_when_the_server_is_done_with_it() -> None:
    told: Told = []
    answer = new_client(told).get("/things/1")
    assert answer.text == "1"
    assert told == []
    answer.close()
    assert told == [(202, "/things/<thing>")]


def test_what_no_route_answers_is_unmatched() -> None:
    told: Told = []
    new_client(told).get("/nope").close()
    assert told == [(404, "unmatched")]


def test_an_application_that_fails_is_told_once() -> None:
    told: Told = []
    with pytest.raises(RuntimeError):
        new_client(told).get("/things/crash")
    assert told == [(500, "unmatched")]
