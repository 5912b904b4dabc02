"""What the kernel counts for a container: its control group, of version 2 or 1, as Docker's drivers lay them out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What was found; None for what this kernel does not count, or where there is no limit."""

    cpu_seconds: float | None = None
    cpu_periods: int | None = None
    cpu_throttled_periods: int | None = None
    cpu_throttled_seconds: float | None = None
    memory_working_set: int | None = None
    memory_unreclaimable: int | None = None
    memory_limit: int | None = None
    out_of_memory_kills: int | None = None
    threads: int | None = None
    threads_limit: int | None = None


class ControlGroups:
    """The control groups of a host, below the directory where it has them mounted."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # A hybrid of both has its version 2 in a directory of its own, without any controller that counts.
        self._version_2 = (root / "cgroup.controllers").exists()
        # Docker's own layouts are tried first; another parent than the default is looked for once, then known.
        self._parents = ["docker/{id}", "system.slice/docker-{id}.scope"]

    def usage_of(self, container: str) -> Usage:
        """What a container uses. Empty when its group is gone."""
        if self._version_2:
            group = self._find(self._root, container)
            return Usage() if group is None else _version_2(group)
        names = ("cpu", "cpuacct", "memory", "pids")
        cpu, cpuacct, memory, pids = (self._find(self._root / name, container) for name in names)
        return _version_1(cpu, cpuacct, memory, pids)

    def _find(self, hierarchy: Path, container: str) -> Path | None:
        for parent in self._parents:
            group = hierarchy / parent.format(id=container)
            if group.is_dir():
                return group
        for name in (container, f"docker-{container}.scope"):
            # Rootless Docker's are the deepest: user.slice/user-1000.slice/user@1000.service/user.slice/docker-….
            for depth in range(1, 6):
                for group in hierarchy.glob(f"{'*/' * depth}{name}"):
                    self._parents.append(str(group.relative_to(hierarchy)).replace(container, "{id}"))
                    return group
        return None


def _version_2(group: Path) -> Usage:
    cpu = _pairs(group / "cpu.stat")
    memory = _pairs(group / "memory.stat")
    used = _number(group / "memory.current")
    return Usage(
        cpu_seconds=_divided(cpu.get("usage_usec"), 1e6),
        cpu_periods=cpu.get("nr_periods"),
        cpu_throttled_periods=cpu.get("nr_throttled"),
        cpu_throttled_seconds=_divided(cpu.get("throttled_usec"), 1e6),
        memory_working_set=_without(used, memory, "inactive_file"),
        memory_unreclaimable=_without(used, memory, "inactive_file", "active_file", "slab_reclaimable"),
        memory_limit=_number(group / "memory.max"),
        out_of_memory_kills=_pairs(group / "memory.events").get("oom_kill"),
        threads=_number(group / "pids.current"),
        threads_limit=_number(group / "pids.max"),
    )


# No limit is the largest number of pages that fit; no machine has that much.
_NO_LIMIT = 1 << 60


def _version_1(cpu: Path | None, cpuacct: Path | None, memory: Path | None, pids: Path | None) -> Usage:
    throttling = {} if cpu is None else _pairs(cpu / "cpu.stat")
    counted = {} if memory is None else _pairs(memory / "memory.stat")
    used = None if memory is None else _number(memory / "memory.usage_in_bytes")
    limit = None if memory is None else _number(memory / "memory.limit_in_bytes")
    return Usage(
        cpu_seconds=None if cpuacct is None else _divided(_number(cpuacct / "cpuacct.usage"), 1e9),
        cpu_periods=throttling.get("nr_periods"),
        cpu_throttled_periods=throttling.get("nr_throttled"),
        cpu_throttled_seconds=_divided(throttling.get("throttled_time"), 1e9),
        memory_working_set=_without(used, counted, "total_inactive_file"),
        memory_unreclaimable=_without(used, counted, "total_inactive_file", "total_active_file"),
        memory_limit=limit if limit is not None and limit < _NO_LIMIT else None,
        out_of_memory_kills=None if memory is None else _pairs(memory / "memory.oom_control").get("oom_kill"),
        threads=None if pids is None else _number(pids / "pids.current"),
        # It is the word `max` where there is none.
        threads_limit=None if pids is None else _number(pids / "pids.max"),
    )


def _without(used: int | None, counted: dict[str, int], *parts: str) -> int | None:
    return None if used is None else max(0, used - sum(counted.get(part, 0) for part in parts))


def _divided(number: int | None, by: float) -> float | None:
    return None if number is None else number / by


def _number(path: Path) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdecimal() else None


def _pairs(path: Path) -> dict[str, int]:
    """Lines of a name and a number."""
    words = (line.split() for line in _text(path).splitlines())
    return {pair[0]: int(pair[1]) for pair in words if len(pair) == 2 and pair[1].isdecimal()}


def _text(path: Path) -> str:
    # A container may end between two files; and not every kernel has every file.
    try:
        return path.read_text()
    except OSError:
        return ""
