"""How records of the data set become films."""

import datetime
import json
from pathlib import Path

import pytest

from catalog.films import fold
from catalog.seed import BadFilmsFile, digest_of, mend_date, mend_title, read_films, search_text

FILMS_FILE = Path(__file__).parent / "films.json"


def test_records_become_films_with_their_position_as_id() -> None:
    films = {film.id: film for film in read_films(FILMS_FILE)}
    assert len(films) == 16
    assert 4 not in films, "the record without a title"
    dark_knight = films[2]
    assert dark_knight.title == "The Dark Knight"
    assert dark_knight.released == datetime.date(2008, 7, 18)
    assert (dark_knight.genre, dark_knight.director) == ("Action", "Christopher Nolan")
    assert dark_knight.gross_worldwide_usd == 1_022_345_358
    assert dark_knight.imdb_rating == 8.9
    by_title = {film.title: film for film in films.values()}
    assert by_title["1776"].gross_worldwide_usd is None, "zero means that nobody wrote it down"
    assert by_title["Baby Mama"].budget_usd is None


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        ("LÈon", "Léon"),
        ("Die F\u2030lscher", "Die Fälscher"),
        ("The Naked Gun 2Ω: The Smell of Fear", "The Naked Gun 2½: The Smell of Fear"),
        ("Alien³", "Alien³"),
        ("Barbarians, The", "The Barbarians"),
        (" The Matrix ", "The Matrix"),
    ],
)
def test_titles_are_mended(given: str, mended: str) -> None:
    assert mend_title(given) == mended


def test_dates_get_the_right_century() -> None:
    assert mend_date("Nov 21 2046") == datetime.date(1946, 11, 21)
    assert mend_date("Dec 23 2011") == datetime.date(2011, 12, 23)
    assert mend_date("Oct 07 1963") == datetime.date(1963, 10, 7)


def test_search_text_is_folded_and_starts_each_word_after_a_space() -> None:
    leon = next(film for film in read_films(FILMS_FILE) if film.title == "Léon")
    assert search_text(leon) == " leon luc besson"
    assert fold("Schindler's  List — WALL·E 100% _\\") == "schindlers list wall e 100"


def test_the_digest_follows_the_data(tmp_path: Path) -> None:
    copy = tmp_path / "films.json"
    copy.write_bytes(FILMS_FILE.read_bytes())
    assert digest_of(copy) == digest_of(FILMS_FILE)
    copy.write_bytes(FILMS_FILE.read_bytes() + b"\n")
    assert digest_of(copy) != digest_of(FILMS_FILE)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "isn't JSON"),
        ('{"a": 1}', "holds a dict"),
        ("[1]", "record 1 isn't a film"),
        ('[{"Title": "X"}]', "record 1 isn't a film: KeyError"),
    ],
)
def test_fails_on_another_file(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "films.json"
    path.write_text(content)
    with pytest.raises(BadFilmsFile, match=told):
        list(read_films(path))


def test_fails_on_a_record_with_a_wrong_date(tmp_path: Path) -> None:
    record = json.loads(FILMS_FILE.read_text())[0]
    path = tmp_path / "films.json"
    path.write_text(json.dumps([record, {**record, "Release Date": "soon"}]))
    with pytest.raises(BadFilmsFile, match="record 2"):
        list(read_films(path))
