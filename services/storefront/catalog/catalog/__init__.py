"""The storefront's film catalogue: an HTTP API over PostgreSQL."""

__version__ = "0.1.0"
