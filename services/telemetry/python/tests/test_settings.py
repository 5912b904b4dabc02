"""What the reader of settings accepts, and how it refuses."""

from pathlib import Path

import pytest
from vigie_telemetry import Environment, SettingsError
from vigie_telemetry.settings import read_secret


def test_given_values_and_defaults(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    environment = Environment({"HOST": " db ", "PORT": "5433", "LEVEL": "debug", "SECRET": str(secret)})
    assert environment.text("HOST") == "db"
    assert environment.integer("PORT", default=5432, minimum=1, maximum=65535) == 5433
    assert environment.integer("SIZE", default=4, minimum=1, maximum=8) == 4
    assert environment.choice("LEVEL", default="info", allowed=("debug", "info")) == "debug"
    assert read_secret(environment.secret_file("SECRET")) == "s3cret"
    environment.finish()


def test_fails_with_all_problems_at_once() -> None:
    environment = Environment({"PORT": "70000", "LEVEL": "loud", "SECRET": "/nowhere/password"})
    environment.text("HOST")
    environment.integer("PORT", default=5432, minimum=1, maximum=65535)
    environment.choice("LEVEL", default="info", allowed=("debug", "info"))
    environment.secret_file("SECRET")
    with pytest.raises(SettingsError) as refused:
        environment.finish()
    problems = {problem.name: problem for problem in refused.value.problems}
    assert list(problems) == ["HOST", "PORT", "LEVEL", "SECRET"]
    assert problems["HOST"].got == "nothing"
    assert problems["PORT"].got == "'70000'"
    assert problems["PORT"].allowed == "a whole number from 1 to 65535"
    assert problems["LEVEL"].allowed == "debug, info"
    assert "No such file" in problems["SECRET"].got
    assert all(problem.fix for problem in problems.values())
    assert str(refused.value).startswith("4 settings are wrong. HOST: got nothing;")


@pytest.mark.parametrize("given", ["-1", "1.5", "abc", "0", "9" * 40, "\u0661", "1_0", "+3"])
def test_fails_on_what_is_no_number_in_range(given: str) -> None:
    environment = Environment({"SIZE": given})
    environment.integer("SIZE", default=4, minimum=1, maximum=8)
    with pytest.raises(SettingsError, match="SIZE"):
        environment.finish()


@pytest.mark.parametrize("content", ["", "\n", "x" * 5000])
def test_fails_on_a_secret_that_is_empty_or_huge_without_telling_it(tmp_path: Path, content: str) -> None:
    secret = tmp_path / "password"
    secret.write_text(content)
    environment = Environment({"SECRET": str(secret)})
    environment.secret_file("SECRET")
    with pytest.raises(SettingsError) as refused:
        environment.finish()
    assert "1 to 4096 bytes" in str(refused.value)
    assert "xxxx" not in str(refused.value)
