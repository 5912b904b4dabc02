"""What a container sent and received: `net/dev` of its first process, which shows the container's own network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Traffic:
    """Counters of one network device, in bytes."""

    device: str
    received: int
    sent: int


def traffic_of(pid: int, proc: Path) -> list[Traffic]:
    """The devices of a process' network but the loopback; none when the process is gone."""
    try:
        lines = (proc / str(pid) / "net" / "dev").read_text().splitlines()
    except OSError:
        return []
    traffic = []
    for line in lines[2:]:
        device, _, counters = line.partition(":")
        words = counters.split()
        if device.strip() != "lo" and len(words) >= 16:
            traffic.append(Traffic(device.strip(), int(words[0]), int(words[8])))
    return traffic
