"""Decides when the monitoring has fallen silent. It knows no network: heartbeats and the time come from outside."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dead_mans_switch.state import Mail, State, StateFile

# Seconds without a look after which something is wrong with the switch itself.
STALE = 15.0


@dataclass(frozen=True)
class Limits:
    """Seconds without a heartbeat after which the monitoring counts as silent."""

    silence: float
    # The same for the very first heartbeat: a deployment starts the switch long before the monitoring.
    first: float


class Switch:
    """Counts heartbeats and writes mails; somebody else sends them."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        file: StateFile,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._name = name
        self._limits = limits
        self._file = file
        # Of the machine, and never set back: a clock that is put right is no silence.
        self._clock = clock
        self._wall = wall
        self._lock = threading.Lock()
        self._state: State = file.read()
        # After a restart it waits as if a heartbeat had just come: nobody knows what came meanwhile.
        self._since = clock()
        self._looked = self._since
        self.last: float | None = None
        self.heartbeats = 0

    @property
    def alive(self) -> bool:
        """Whether the monitoring counts as alive."""
        return self._state.alive

    @property
    def waiting(self) -> int:
        """How many mails are still to be sent."""
        return len(self._state.outbox)

    @property
    def looks(self) -> bool:
        """Whether somebody looks for silence often enough."""
        return self._clock() - self._looked < STALE

    def beat(self) -> None:
        """Takes a heartbeat."""
        with self._lock:
            self._since = self._clock()
            self.last = self._wall()
            self.heartbeats += 1
            if self._state.heard and self._state.alive:
                return
            was_silent = not self._state.alive
            self._state.heard = True
            self._state.alive = True
            if was_silent:
                self._add("[RESOLVED] The monitoring is back", "Heartbeats arrive again.")
            self._file.write(self._state)

    def look(self) -> None:
        """Looks whether the silence is too long."""
        with self._lock:
            self._looked = self._clock()
            if not self._state.alive:
                return
            limit = self._limits.silence if self._state.heard else self._limits.first
            silent = self._clock() - self._since
            if silent <= limit:
                return
            self._state.alive = False
            self._add(
                "[FIRING] The monitoring is silent",
                f"No heartbeat has come for {silent:.0f} s; {limit:.0f} s are the limit. The last one came "
                f"{self._time_of_last()}.\n\nNobody hears of any alert: Prometheus, both Alertmanagers or the way "
                "from there to this switch is down.\n\nRunbook: docs/runbooks/Watchdog.md",
            )
            self._file.write(self._state)

    def next_mail(self) -> Mail | None:
        """The oldest mail that is still to be sent."""
        with self._lock:
            return self._state.outbox[0] if self._state.outbox else None

    def sent(self, mail: Mail) -> None:
        """Forgets a mail that a server has taken."""
        with self._lock:
            self._state.outbox = [other for other in self._state.outbox if other.id != mail.id]
            self._file.write(self._state)

    def _add(self, subject: str, text: str) -> None:
        self._state.outbox.append(Mail(str(uuid.uuid4()), f"{subject}: {self._name}", f"{text}\n"))

    def _time_of_last(self) -> str:
        if self.last is None:
            return "before this switch started, if ever"
        return "at " + datetime.fromtimestamp(self.last, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
