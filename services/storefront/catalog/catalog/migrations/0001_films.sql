CREATE TABLE films (
    id                      integer PRIMARY KEY,
    title                   text NOT NULL,
    released                date NOT NULL,
    genre                   text,
    director                text,
    creative_type           text,
    source                  text,
    distributor             text,
    certificate             text,
    running_time_minutes    smallint,
    budget_usd              bigint,
    gross_us_usd            bigint,
    gross_worldwide_usd     bigint,
    dvd_sales_us_usd        bigint,
    rotten_tomatoes_percent smallint,
    imdb_rating             numeric(3, 1),
    imdb_votes              integer,
    -- Title and director, folded by the service, each word after a space.
    search                  text NOT NULL COLLATE "C"
);

CREATE INDEX films_popular ON films (imdb_votes DESC NULLS LAST, id);
CREATE INDEX films_rating ON films (imdb_rating DESC NULLS LAST, imdb_votes DESC NULLS LAST, id);
CREATE INDEX films_newest ON films (released DESC, id);
CREATE INDEX films_oldest ON films (released, id);
CREATE INDEX films_title ON films (search, id);
CREATE INDEX films_gross ON films (gross_worldwide_usd DESC NULLS LAST, id);
CREATE INDEX films_genre ON films (genre, imdb_votes DESC NULLS LAST, id);

CREATE TABLE seeds (
    name      text PRIMARY KEY,
    digest    text NOT NULL,
    seeded_at timestamptz NOT NULL DEFAULT now()
);
