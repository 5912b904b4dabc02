CREATE TABLE orders (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    film_id         integer NOT NULL CHECK (film_id > 0),
    title           text NOT NULL CHECK (title <> ''),
    quantity        smallint NOT NULL CHECK (quantity > 0),
    status          text NOT NULL DEFAULT 'placed',
    -- A random name that a caller chose for itself.
    customer        text,
    placed_at       timestamptz NOT NULL DEFAULT now(),
    -- Every order has a key, the service's own where the caller gave none: so an insertion can be tried again.
    idempotency_key text NOT NULL UNIQUE,
    request_digest  text NOT NULL
);

CREATE INDEX orders_customer ON orders (customer, id DESC) WHERE customer IS NOT NULL;
