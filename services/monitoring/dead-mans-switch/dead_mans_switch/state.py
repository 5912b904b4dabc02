"""What the switch knows, on disk: its own restart neither loses nor doubles a mail."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    """One mail that must be sent."""

    # The same at each attempt: a mail server that took it and could not say so knows it again.
    id: str
    subject: str
    text: str


@dataclass
class State:
    """What must outlive the process."""

    # Whether a heartbeat has ever arrived.
    heard: bool = False
    # Whether the monitoring counts as alive.
    alive: bool = True
    # The mails that are still to be sent, the oldest first.
    outbox: list[Mail] = field(default_factory=list)


class StateFile:
    """The file of the state: written beside and put in place, so that it is whole at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> State:
        """The state; a new one where there is none."""
        try:
            known = json.loads(self._path.read_text())
        except FileNotFoundError:
            return State()
        return State(known["heard"], known["alive"], [Mail(**mail) for mail in known["outbox"]])

    def write(self, state: State) -> None:
        """Keeps it, and comes back when the disk has it."""
        beside = self._path.with_suffix(".new")
        with beside.open("w") as file:
            json.dump(asdict(state), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
