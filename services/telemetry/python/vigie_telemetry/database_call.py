"""What a statement's span says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vigie_telemetry.tracing import ClientCall

_operation = re.compile(r"\s*(\w+)")
_target = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+([a-z_][\w.]*)", re.IGNORECASE)


@dataclass(frozen=True)
class DatabaseAddress:
    """Which database is asked."""

    system: str
    """In OpenTelemetry's words, such as `postgresql`."""
    host: str
    port: int
    name: str
    """The database's name on that server, or ""."""


def database_call(database: DatabaseAddress, text: str) -> ClientCall:
    """Describes a statement or a command. Its text must have placeholders where values go: it is told as it is."""
    operation = match[1].upper() if (match := _operation.match(text)) else "QUERY"
    target = match[1] if (match := _target.search(text)) else ""
    told: dict[str, str | int] = {
        "db.system.name": database.system,
        "db.namespace": database.name,
        "db.operation.name": operation,
        "db.collection.name": target,
        "db.query.text": text,
        "server.address": database.host,
        "server.port": database.port,
    }
    return ClientCall(f"{operation} {target}".rstrip(), {name: value for name, value in told.items() if value != ""})
