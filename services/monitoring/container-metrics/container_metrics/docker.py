"""What Docker keeps of each container: `<data root>/containers/<id>/config.v2.json`, written at each change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

STACK_LABEL = "vigie.stack"
COMPONENT_LABEL = "vigie.component"


@dataclass(frozen=True)
class Container:
    """One container that was started at least once."""

    id: str
    name: str
    service: str
    running: bool
    # Process id on the host; 0 while it does not run.
    pid: int
    # The tag of its image, or the digest where it has no tag.
    version: str
    # Seconds since 1970. A restart leaves it as it is: a deployment makes a new container.
    created: float
    # Seconds since 1970.
    started: float
    # How often Docker itself started it again; from 0 when somebody starts it by hand.
    restarts: int
    # Whether its last end was the kernel's, for memory. Docker 20.10 forgets that when it is started by hand.
    out_of_memory: bool


def containers_of(stack: str, directory: Path) -> Iterator[Container]:
    """The containers with the stack's label, by name. One that is removed meanwhile is left out.

    Raises OSError when the directory itself can't be read.
    """
    found = [container for path in directory.iterdir() if (container := _read(path, stack)) is not None]
    yield from sorted(found, key=lambda container: container.name)


def _read(path: Path, stack: str) -> Container | None:
    try:
        record = json.loads((path / "config.v2.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    labels = record.get("Config", {}).get("Labels") or {}
    if labels.get(STACK_LABEL) != stack:
        return None
    return _container(record, labels)


def _container(record: Mapping[str, Any], labels: Mapping[str, str]) -> Container | None:
    state = record["State"]
    # Year 1 is Docker's "never": the containers that only carry secrets.
    started = datetime.fromisoformat(state["StartedAt"])
    if started.year == 1:
        return None
    name = record["Name"].removeprefix("/")
    return Container(
        id=record["ID"],
        name=name,
        service=labels.get(COMPONENT_LABEL, name),
        running=bool(state["Running"]) and state["Pid"] > 0,
        pid=state["Pid"],
        version=_version(record["Config"]["Image"]),
        created=datetime.fromisoformat(record["Created"]).timestamp(),
        started=started.timestamp(),
        restarts=record.get("RestartCount", 0),
        out_of_memory=bool(state.get("OOMKilled", False)),
    )


def _version(image: str) -> str:
    name, _, digest = image.partition("@")
    # A registry may have a port, so a colon counts after the last slash only.
    _, _, tag = name.rpartition("/")[2].partition(":")
    return tag or digest or "latest"
