"""The page that Prometheus reads. The names are those of cAdvisor, where it has the same number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from container_metrics.cgroup import ControlGroups
from container_metrics.docker import Container, containers_of
from container_metrics.network import traffic_of
from container_metrics.sockets import Listening, listening


@dataclass
class Metric:
    """One metric with its samples."""

    name: str
    kind: str
    help: str
    samples: list[tuple[dict[str, str], float]] = field(default_factory=list)

    def add(self, labels: dict[str, str], value: float | None) -> None:
        """Adds a sample, if there is a value."""
        if value is not None:
            self.samples.append((labels, value))


class Host:
    """The host's files: Docker's records, the control groups, and the processes."""

    def __init__(self, *, stack: str, containers: Path, cgroup: Path, proc: Path) -> None:
        self._stack = stack
        self._containers = containers
        self._groups = ControlGroups(cgroup)
        self._proc = proc

    def page(self) -> str:
        """The metrics of all containers of the stack, now.

        Raises OSError when Docker's records can't be read.
        """
        return _text(self._metrics(list(containers_of(self._stack, self._containers))))

    def ready(self) -> str:
        """Raises OSError when Docker's records can't be read."""
        next(self._containers.iterdir(), None)
        return "ready\n"

    def _metrics(self, containers: Sequence[Container]) -> list[Metric]:
        running = Metric("container_running", "gauge", "Whether the container runs: 1 or 0.")
        created = Metric("container_created_time_seconds", "gauge", "When a deployment made it, in seconds since 1970.")
        started = Metric("container_start_time_seconds", "gauge", "When it was last started, in seconds since 1970.")
        restarts = Metric("container_restarts_total", "counter", "Times that Docker started it again by itself.")
        cpu = Metric("container_cpu_usage_seconds_total", "counter", "Processor time, in seconds.")
        periods = Metric("container_cpu_cfs_periods_total", "counter", "Periods in which it had a limit of time.")
        throttled = Metric("container_cpu_cfs_throttled_periods_total", "counter", "Periods in which it had to wait.")
        waited = Metric("container_cpu_cfs_throttled_seconds_total", "counter", "Time that it had to wait, in seconds.")
        memory = Metric("container_memory_working_set_bytes", "gauge", "Memory but for files long not read, in bytes.")
        kept = Metric("container_memory_unreclaimable_bytes", "gauge", "Memory that can't be taken back, in bytes.")
        limit = Metric("container_spec_memory_limit_bytes", "gauge", "Its limit of memory, in bytes.")
        kills = Metric("container_oom_events_total", "counter", "Processes killed for memory since it was started.")
        threads = Metric("container_threads", "gauge", "Processes and threads.")
        most = Metric("container_threads_max", "gauge", "Its limit of processes and threads.")
        received = Metric("container_network_receive_bytes_total", "counter", "Bytes received.")
        sent = Metric("container_network_transmit_bytes_total", "counter", "Bytes sent.")
        pending = Metric(
            "container_unix_socket_pending_connections", "gauge", "Connections that it has not taken, by Unix socket."
        )
        sockets = self._sockets(containers)
        for container in containers:
            labels = {"container_name": container.name, "service": container.service}
            running.add(labels, 1 if container.running else 0)
            created.add({**labels, "version": container.version}, container.created)
            started.add(labels, container.started)
            restarts.add(labels, container.restarts)
            usage = self._groups.usage_of(container.id) if container.running else None
            # With its first process the control group ends, and its counter: then Docker's own word is left.
            counted = 0 if usage is None else usage.out_of_memory_kills or 0
            kills.add(labels, max(counted, 1 if container.out_of_memory else 0))
            if usage is None:
                continue
            cpu.add(labels, usage.cpu_seconds)
            periods.add(labels, usage.cpu_periods)
            throttled.add(labels, usage.cpu_throttled_periods)
            waited.add(labels, usage.cpu_throttled_seconds)
            memory.add(labels, usage.memory_working_set)
            kept.add(labels, usage.memory_unreclaimable)
            limit.add(labels, usage.memory_limit)
            threads.add(labels, usage.threads)
            most.add(labels, usage.threads_limit)
            for traffic in traffic_of(container.pid, self._proc):
                device = {**labels, "interface": traffic.device}
                received.add(device, traffic.received)
                sent.add(device, traffic.sent)
            for socket in sockets.get(container.pid, []):
                pending.add({**labels, "path": socket.path}, socket.pending)
        return [
            *(running, created, started, restarts, cpu, periods, throttled, waited),
            *(memory, kept, limit, kills, threads, most, received, sent, pending),
        ]

    def _sockets(self, containers: Iterable[Container]) -> dict[int, list[Listening]]:
        found: dict[int, list[Listening]] = {}
        for socket in listening((container.pid for container in containers if container.running), self._proc):
            found.setdefault(socket.pid, []).append(socket)
        return found


def _text(metrics: Iterable[Metric]) -> str:
    lines = []
    for metric in metrics:
        if not metric.samples:
            continue
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        for labels, value in metric.samples:
            written = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            lines.append(f"{metric.name}{{{written}}} {value!r}")
    return "\n".join([*lines, ""])


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
