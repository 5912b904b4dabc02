from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tree import ID, version_1, version_2, write

from container_metrics.cgroup import ControlGroups, Usage

USED = Usage(
    cpu_seconds=2.5,
    cpu_periods=40,
    cpu_throttled_periods=10,
    cpu_throttled_seconds=0.75,
    memory_working_set=45_000_000,
    memory_unreclaimable=29_000_000,
    memory_limit=268_435_456,
    out_of_memory_kills=1,
    threads=480,
    threads_limit=512,
)
LAYOUTS = {
    "the driver cgroupfs": f"docker/{ID}",
    "the driver systemd": f"system.slice/docker-{ID}.scope",
    "rootless": f"user.slice/user-1000.slice/user@1000.service/user.slice/docker-{ID}.scope",
    "another parent": f"shop/{ID}",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("version", [version_1, version_2])
def test_reads_what_a_container_uses(tmp_path: Path, version: Callable[[Path, str], None], layout: str) -> None:
    version(tmp_path, layout)
    groups = ControlGroups(tmp_path)
    assert groups.usage_of(ID) == USED
    # Once more, where another parent is known by now.
    assert groups.usage_of(ID) == USED


@pytest.mark.parametrize("version", [version_1, version_2])
def test_says_nothing_of_a_group_that_is_gone(tmp_path: Path, version: Callable[[Path, str], None]) -> None:
    version(tmp_path, f"docker/{ID}")
    assert ControlGroups(tmp_path).usage_of("ab" * 32) == Usage()


def test_takes_max_for_no_limit(tmp_path: Path) -> None:
    version_2(tmp_path, f"docker/{ID}")
    write(tmp_path / "docker" / ID / "memory.max", "max\n")
    assert ControlGroups(tmp_path).usage_of(ID).memory_limit is None
    write(tmp_path / "docker" / ID / "pids.max", "max\n")
    assert ControlGroups(tmp_path).usage_of(ID).threads_limit is None


def test_takes_max_for_no_limit_of_processes_in_version_1(tmp_path: Path) -> None:
    version_1(tmp_path, f"docker/{ID}")
    write(tmp_path / "pids" / "docker" / ID / "pids.max", "max\n")
    usage = ControlGroups(tmp_path).usage_of(ID)
    assert usage.threads == 480
    assert usage.threads_limit is None


def test_takes_the_largest_number_for_no_limit(tmp_path: Path) -> None:
    version_1(tmp_path, f"docker/{ID}")
    write(tmp_path / "memory" / "docker" / ID / "memory.limit_in_bytes", "9223372036854771712\n")
    assert ControlGroups(tmp_path).usage_of(ID).memory_limit is None


def test_leaves_out_what_the_kernel_does_not_count(tmp_path: Path) -> None:
    version_2(tmp_path, f"docker/{ID}")
    (tmp_path / "docker" / ID / "memory.events").unlink()
    write(tmp_path / "docker" / ID / "cpu.stat", "usage_usec 2500000\n")
    usage = ControlGroups(tmp_path).usage_of(ID)
    assert usage.cpu_seconds == 2.5
    assert usage.cpu_periods is None
    assert usage.out_of_memory_kills is None
