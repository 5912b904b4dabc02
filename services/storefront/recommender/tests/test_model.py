"""Which films the model finds alike."""

import datetime
import threading

import pytest
from catalog.films import Film

from recommender.model import REMEMBERED, Model


def film(film_id: int, **known: object) -> Film:
    values: dict[str, object] = dict.fromkeys(Film.__dataclass_fields__)
    year = known.pop("year", 2000)
    assert isinstance(year, int)
    released = datetime.date(year, 6, 1)
    values |= {"id": film_id, "title": f"Film {film_id}", "released": released, **known}
    return Film(**values)  # type: ignore[arg-type]


def ids(model: Model, film_id: int, limit: int = 20) -> list[int]:
    return [found.film.id for found in model.recommend(film_id, limit)]


def test_a_shared_director_counts_more_than_a_shared_genre() -> None:
    asked = film(1, director="Lang", genre="Drama")
    model = Model([asked, film(2, genre="Drama"), film(3, director="Lang"), film(4, director="Lang", genre="Drama")])
    assert ids(model, 1) == [4, 3, 2]
    assert [found.reasons for found in model.recommend(1, 3)] == [["director", "genre"], ["director"], ["genre"]]


def test_what_nobody_knows_is_nothing_in_common() -> None:
    model = Model([film(1), film(2), film(3, director="Lang")])
    found = model.recommend(1, 2)
    assert [one.reasons for one in found] == [[], []]
    assert found[0].score == found[1].score


def test_the_time_of_a_film_counts() -> None:
    model = Model([film(1, year=1975), film(2, year=1930), film(3, year=1974), film(4, year=1990)])
    assert ids(model, 1) == [3, 4, 2]


def test_acclaim_needs_votes() -> None:
    model = Model(
        [
            film(1, imdb_rating=6.0, imdb_votes=100_000),
            film(2, imdb_rating=9.9, imdb_votes=10),
            film(3, imdb_rating=8.5, imdb_votes=100_000),
            film(4, imdb_rating=2.0, imdb_votes=100_000),
        ]
    )
    assert ids(model, 1) == [3, 2, 4]


def test_a_film_is_not_recommended_for_itself_even_when_the_data_set_has_it_twice() -> None:
    model = Model([film(1, title="Heat"), film(2, title="Heat"), film(3, title="Heat", year=1986)])
    assert ids(model, 1) == [3]


def test_equal_films_are_ordered_by_votes_then_by_id() -> None:
    model = Model([film(1), film(4), film(3, imdb_votes=5), film(2)])
    assert ids(model, 1) == [3, 2, 4]


def test_scores_go_from_0_to_1_and_fall() -> None:
    films = [film(n, genre=f"g{n % 3}", director=f"d{n % 7}", year=1950 + n, imdb_rating=5.0) for n in range(1, 50)]
    scores = [found.score for found in Model(films).recommend(7, 20)]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


def test_a_list_is_computed_once_and_the_memory_is_bounded() -> None:
    model = Model([film(n) for n in range(1, 30)])
    computed: list[int] = []
    model.count_computed(lambda: computed.append(1))
    for limit in (1, 5, 20, 5):
        assert len(ids(model, 1, limit)) == limit
    assert len(computed) == 1
    assert model._most_alike.cache_info().maxsize == REMEMBERED


def test_threads_may_ask_at_once() -> None:
    model = Model([film(n, genre=f"g{n % 3}") for n in range(1, 200)])
    expected = {n: ids(Model(list(model.films.values())), n) for n in range(1, 20)}
    wrong: list[int] = []

    def ask() -> None:
        wrong.extend(n for n in expected if ids(model, n) != expected[n])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_fails_on_a_film_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        Model([film(1)]).recommend(2, 5)
