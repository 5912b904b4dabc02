"""Reads the films of vega-datasets, and mends what its description calls "known data quality issues"."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.films import Film, fold

# Counts up with every change of the rules below: then a start brings the films up to date.
RULES = 1

# The films were collected in 2010 with a few announced ones; later years are two digits read as 20xx.
LATEST_YEAR = 2011


class BadFilmsFile(Exception):
    """The file isn't the data set that this service is made for."""


def digest_of(path: Path) -> str:
    """Changes when the data or the rules change."""
    return f"{RULES}:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def read_films(path: Path) -> Iterator[Film]:
    """The films of the file. A record without a title is left out; ids are positions, so they stay."""
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadFilmsFile(f"{path} isn't JSON in UTF-8: {error}") from error
    if not isinstance(records, list):
        raise BadFilmsFile(f"{path} holds a {type(records).__name__}; allowed: a list of films, as in vega-datasets")
    for position, record in enumerate(records, start=1):
        if isinstance(record, dict) and record.get("Title") is None:
            continue
        try:
            yield film_of(position, record)
        except (KeyError, TypeError, ValueError) as error:
            raise BadFilmsFile(f"{path}: record {position} isn't a film: {error!r}") from error


def film_of(position: int, record: dict[str, Any]) -> Film:
    """One record of the data set as a film."""
    return Film(
        id=position,
        title=mend_title(str(record["Title"])),
        released=mend_date(record["Release Date"]),
        genre=record["Major Genre"],
        director=record["Director"],
        creative_type=record["Creative Type"],
        source=record["Source"],
        distributor=record["Distributor"],
        certificate=record["MPAA Rating"],
        running_time_minutes=record["Running Time min"],
        # No takings at all means that nobody wrote them down.
        budget_usd=record["Production Budget"] or None,
        gross_us_usd=record["US Gross"] or None,
        gross_worldwide_usd=record["Worldwide Gross"] or None,
        dvd_sales_us_usd=record["US DVD Sales"] or None,
        rotten_tomatoes_percent=record["Rotten Tomatoes Rating"],
        imdb_rating=record["IMDB Rating"],
        imdb_votes=record["IMDB Votes"],
    )


def mend_title(title: str) -> str:
    """Accents were read in the wrong alphabet ("LÈon"), and some articles stand at the end ("Barbarians, The")."""
    title = title.strip()
    if not title.isascii():
        with contextlib.suppress(UnicodeError):
            title = title.encode("mac_roman").decode("cp1252")
    if title.endswith(", The"):
        title = f"The {title.removesuffix(', The')}"
    return title


def mend_date(text: str) -> datetime.date:
    """A date such as "Jun 12 1998", in the right century."""
    date = datetime.datetime.strptime(text, "%b %d %Y").date()
    return date.replace(year=date.year - 100) if date.year > LATEST_YEAR else date


def search_text(film: Film) -> str:
    """What a search looks at: each word after a space, so that a pattern can ask for its beginning."""
    return f" {fold(film.title)} {fold(film.director or '')}".rstrip()
