"""The films in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from psycopg.rows import class_row, tuple_row

from catalog.database import Connection, Database
from catalog.films import Film, FilmPage, FilmQuery, GenreCount

COLUMNS = ", ".join("imdb_rating::float8" if field.name == "imdb_rating" else field.name for field in fields(Film))

# The id settles every tie, so that no film is on two pages.
ORDERS = {
    "popular": "imdb_votes DESC NULLS LAST, id",
    "rating": "imdb_rating DESC NULLS LAST, imdb_votes DESC NULLS LAST, id",
    "newest": "released DESC, id",
    "oldest": "released, id",
    "title": "search, id",
    "gross": "gross_worldwide_usd DESC NULLS LAST, id",
}


class PostgresFilms:
    """Answers from the table that `catalog.migrate` made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, query: FilmQuery) -> FilmPage:
        """The page of films that a query asks for."""
        where, values = _conditions(query)
        values |= {"limit": query.per_page, "offset": (query.page - 1) * query.per_page}
        count = f"SELECT count(*) FROM films WHERE {where}"
        page = (
            f"SELECT {COLUMNS} FROM films WHERE {where} ORDER BY {ORDERS[query.sort]} LIMIT %(limit)s OFFSET %(offset)s"
        )

        def ask(connection: Connection) -> FilmPage:
            row = connection.cursor(row_factory=tuple_row).execute(count, values).fetchone()
            films = connection.cursor(row_factory=class_row(Film)).execute(page, values).fetchall()
            return FilmPage(films, row[0] if row else 0)

        return self._database.run("search", ask)

    def find(self, film_id: int) -> Film | None:
        """One film, or None."""
        statement = f"SELECT {COLUMNS} FROM films WHERE id = %s"

        def ask(connection: Connection) -> Film | None:
            return connection.cursor(row_factory=class_row(Film)).execute(statement, (film_id,)).fetchone()

        return self._database.run("find", ask)

    def genres(self) -> Sequence[GenreCount]:
        """All genres by name."""
        statement = "SELECT genre, count(*) FROM films WHERE genre IS NOT NULL GROUP BY genre ORDER BY genre"

        def ask(connection: Connection) -> Sequence[GenreCount]:
            rows = connection.cursor(row_factory=tuple_row).execute(statement).fetchall()
            return [GenreCount(name, films) for name, films in rows]

        return self._database.run("genres", ask)


def _conditions(query: FilmQuery) -> tuple[str, dict[str, Any]]:
    """Constant SQL; whatever a caller sent is a value of it."""
    conditions = ["true"]
    values: dict[str, Any] = {}
    if query.words is not None:
        # Without a letter or digit nothing can match, rather than everything.
        conditions.append("search LIKE ALL (%(patterns)s)" if query.words else "false")
        # Folded words hold neither % nor _ nor a backslash.
        values["patterns"] = [f"% {word}%" for word in query.words]
    if query.genre is not None:
        conditions.append("genre = %(genre)s")
        values["genre"] = query.genre
    return " AND ".join(conditions), values
