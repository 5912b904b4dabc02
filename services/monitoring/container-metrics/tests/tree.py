"""Trees of files as Docker and the kernel lay them out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ID = "3f" * 32


def docker_record(root: Path, identifier: str = ID, **changes: Any) -> None:
    """Writes Docker's record of a container of the stack shop/dev."""
    state = {"Running": True, "Pid": 4711, "StartedAt": "2026-11-21T13:10:00.108320133Z", "OOMKilled": False}
    state |= changes.pop("state", {})
    labels = changes.pop("labels", {"vigie.stack": "shop/dev", "vigie.component": "catalog"})
    image = changes.pop("image", "vigie/catalog:3a9b90ae4eec")
    record = {"ID": identifier, "Name": "/shop-dev-catalog-1", "RestartCount": 2, "State": state}
    record |= {"Created": "2026-11-21T13:09:58.5Z", "Config": {"Labels": labels, "Image": image}, **changes}
    write(root / identifier / "config.v2.json", json.dumps(record))


def version_2(root: Path, group: str) -> None:
    """A control group of version 2, with limits of both kinds."""
    write(root / "cgroup.controllers", "cpuset cpu io memory pids\n")
    write(
        root / group / "cpu.stat",
        "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n"
        "nr_periods 40\nnr_throttled 10\nthrottled_usec 750000\nnr_bursts 0\nburst_usec 0\n",
    )
    write(root / group / "memory.current", "50000000\n")
    write(root / group / "memory.max", "268435456\n")
    write(
        root / group / "memory.stat",
        "anon 20000000\nfile 25000000\ninactive_file 5000000\nactive_file 15000000\nslab_reclaimable 1000000\n",
    )
    write(root / group / "pids.current", "480\n")
    write(root / group / "pids.max", "512\n")
    write(root / group / "memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 0\n")


def version_1(root: Path, group: str) -> None:
    """The same control group in version 1: a hierarchy for each controller, and a version 2 that counts nothing."""
    write(root / "unified" / "cgroup.controllers", "")
    write(root / "cpu" / group / "cpu.stat", "nr_periods 40\nnr_throttled 10\nthrottled_time 750000000\n")
    write(root / "cpuacct" / group / "cpuacct.usage", "2500000000\n")
    write(root / "memory" / group / "memory.usage_in_bytes", "50000000\n")
    write(root / "memory" / group / "memory.limit_in_bytes", "268435456\n")
    write(
        root / "memory" / group / "memory.stat",
        "cache 25000000\nrss 20000000\ninactive_file 1\nactive_file 1\n"
        "total_inactive_file 5000000\ntotal_active_file 16000000\n",
    )
    write(root / "pids" / group / "pids.current", "480\n")
    write(root / "pids" / group / "pids.max", "512\n")
    write(root / "memory" / group / "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")


def network(root: Path, pid: int = 4711) -> None:
    """A process with the loopback and two networks."""
    write(
        root / str(pid) / "net" / "dev",
        "Inter-|   Receive                                                |  Transmit\n"
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls\n"
        "    lo:   50802      32    0    0    0     0          0         0    50802      32    0    0    0     0 0 0\n"
        "  eth0:     656       8    0    0    0     0          0         0      300       3    0    0    0     0 0 0\n"
        "  eth1:12345678     999    0    0    0     0          0         0 87654321     888    0    0    0     0 0 0\n",
    )


def unix_sockets(
    root: Path, pid: int = 4711, *, listens: Sequence[str] = (), pending: Sequence[str] = (), taken: Sequence[str] = ()
) -> None:
    """A process' Unix sockets, as Linux 6.18 writes them: what it listens at, and what others have not taken yet."""
    lines = ["Num       RefCount Protocol Flags    Type St Inode Path"]
    lines += [f"00000000f0304140: 00000002 00000000 00010000 0001 01 6695723 {path}" for path in listens]
    lines += [f"00000000ac8314e0: 00000003 00000000 00000000 0001 02     0 {path}" for path in pending]
    lines += [f"00000000dd665231: 00000003 00000000 00000000 0001 03 6706597 {path}" for path in taken]
    # A client's own end has no name; an abstract socket has one that is no file.
    lines += ["00000000d9a52bc8: 00000003 00000000 00000000 0001 03 6695721"]
    lines += ["00000000d9a52bc9: 00000002 00000000 00010000 0001 01 6695722 @/tmp/abstract"]
    write(root / str(pid) / "net" / "unix", "\n".join([*lines, ""]))


def write(path: Path, text: str) -> None:
    """Writes a file and what is above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
