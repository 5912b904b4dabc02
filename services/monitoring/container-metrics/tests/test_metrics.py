from __future__ import annotations

from pathlib import Path

import pytest
from tree import ID, docker_record, network, unix_sockets, version_2

from container_metrics.metrics import Host

WHO = 'container_name="shop-dev-catalog-1",service="catalog"'


@pytest.fixture
def host(tmp_path: Path) -> Host:
    docker_record(tmp_path / "containers")
    version_2(tmp_path / "cgroup", f"docker/{ID}")
    network(tmp_path / "proc")
    unix_sockets(tmp_path / "proc", listens=["/run/pool.sock"], pending=["/run/pool.sock"] * 3)
    return host_at(tmp_path)


def host_at(path: Path) -> Host:
    return Host(stack="shop/dev", containers=path / "containers", cgroup=path / "cgroup", proc=path / "proc")


def samples(host: Host) -> dict[str, float]:
    lines = (line for line in host.page().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_shows_all_of_a_container(host: Host) -> None:
    assert samples(host) == {
        f"container_running{{{WHO}}}": 1,
        f'container_created_time_seconds{{{WHO},version="3a9b90ae4eec"}}': 1795266598.5,
        f"container_start_time_seconds{{{WHO}}}": pytest.approx(1795266600.10832),
        f"container_restarts_total{{{WHO}}}": 2,
        f"container_cpu_usage_seconds_total{{{WHO}}}": 2.5,
        f"container_cpu_cfs_periods_total{{{WHO}}}": 40,
        f"container_cpu_cfs_throttled_periods_total{{{WHO}}}": 10,
        f"container_cpu_cfs_throttled_seconds_total{{{WHO}}}": 0.75,
        f"container_memory_working_set_bytes{{{WHO}}}": 45_000_000,
        f"container_memory_unreclaimable_bytes{{{WHO}}}": 29_000_000,
        f"container_spec_memory_limit_bytes{{{WHO}}}": 268_435_456,
        f"container_oom_events_total{{{WHO}}}": 1,
        f"container_threads{{{WHO}}}": 480,
        f"container_threads_max{{{WHO}}}": 512,
        f'container_network_receive_bytes_total{{{WHO},interface="eth0"}}': 656,
        f'container_network_receive_bytes_total{{{WHO},interface="eth1"}}': 12_345_678,
        f'container_network_transmit_bytes_total{{{WHO},interface="eth0"}}': 300,
        f'container_network_transmit_bytes_total{{{WHO},interface="eth1"}}': 87_654_321,
        f'container_unix_socket_pending_connections{{{WHO},path="/run/pool.sock"}}': 3,
    }


def test_says_what_each_number_is(host: Host) -> None:
    lines = host.page().splitlines()
    assert "# TYPE container_cpu_usage_seconds_total counter" in lines
    assert "# TYPE container_memory_working_set_bytes gauge" in lines
    described = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(described) == len(set(described)) == 17


def test_shows_of_a_stopped_container_that_it_is_one(host: Host, tmp_path: Path) -> None:
    docker_record(tmp_path / "containers", state={"Running": False, "Pid": 0})
    assert samples(host) == {
        f"container_running{{{WHO}}}": 0,
        f'container_created_time_seconds{{{WHO},version="3a9b90ae4eec"}}': 1795266598.5,
        f"container_start_time_seconds{{{WHO}}}": pytest.approx(1795266600.10832),
        f"container_restarts_total{{{WHO}}}": 2,
        f"container_oom_events_total{{{WHO}}}": 0,
    }


def test_counts_a_kill_that_ended_the_container(host: Host, tmp_path: Path) -> None:
    docker_record(tmp_path / "containers", state={"Running": False, "Pid": 0, "OOMKilled": True})
    assert samples(host)[f"container_oom_events_total{{{WHO}}}"] == 1


def test_shows_nothing_where_the_stack_has_no_container(tmp_path: Path) -> None:
    docker_record(tmp_path / "containers", labels={})
    assert host_at(tmp_path).page() == ""


def test_writes_names_so_that_they_are_read_back(host: Host, tmp_path: Path) -> None:
    docker_record(tmp_path / "containers", Name='/a"b\\c')
    assert 'container_running{container_name="a\\"b\\\\c",service="catalog"} 1' in host.page()
