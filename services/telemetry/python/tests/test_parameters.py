"""Parameters of a request: what is taken, and that every wrong one is told of."""

import pytest
from vigie_telemetry import Parameters, Problem
from werkzeug.datastructures import MultiDict


def parameters(*given: tuple[str, str]) -> Parameters:
    return Parameters(MultiDict(given), ("text", "sort", "page", "limit"))


def test_left_out_and_empty_are_the_same() -> None:
    for given in (parameters(), parameters(("text", ""), ("sort", ""), ("page", ""))):
        assert (given.text("text", 5), given.choice("sort", "new", ["new"]), given.integer("page", 3, 9)) == (
            "",
            "new",
            3,
        )
        given.finish()


def test_takes_what_is_allowed() -> None:
    given = parameters(("text", " a b "), ("sort", "old"), ("page", "9"))
    assert (given.text("text", 3), given.choice("sort", "new", ["new", "old"]), given.integer("page", 1, 9)) == (
        "a b",
        "old",
        9,
    )
    given.finish()


def test_fails_with_every_wrong_one_at_once() -> None:
    given = parameters(
        ("text", "abcd"), ("sort", "best"), ("page", "10"), ("other", "1"), ("limit", "1"), ("limit", "2")
    )
    given.text("text", 3)
    given.choice("sort", "new", ["new"])
    given.integer("page", 1, 9)
    given.integer("limit", None, 9)
    with pytest.raises(Problem) as refused:
        given.finish()
    assert (refused.value.status, [error.parameter for error in refused.value.errors]) == (
        400,
        ["other", "limit", "text", "sort", "page"],
    )


@pytest.mark.parametrize("value", ["0", "-1", "+1", "1.0", "1e3", "1_0", " 1", "\u0661", "9" * 60, "10"])
def test_fails_on_what_is_no_whole_number_in_range(value: str) -> None:
    given = parameters(("page", value))
    assert given.integer("page", 5, 9) == 1
    with pytest.raises(Problem):
        given.finish()


def test_fails_without_one_that_must_be_given() -> None:
    given = parameters()
    given.integer("page", None, 9)
    with pytest.raises(Problem) as refused:
        given.finish()
    assert refused.value.errors[0].got is None
