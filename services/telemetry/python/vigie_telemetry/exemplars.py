"""Exemplars of a histogram over several worker processes: prometheus_client keeps none of them there.

Each process has a file of lines of equal length, one for each series, which it overwrites. A reader that meets a line
in the middle of a change finds no JSON and leaves it out.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.samples import Exemplar
from prometheus_client.utils import floatToGoString

_LINE = 512
_PREFIX = "exemplars_"


class ExemplarFile:
    """The latest exemplar of each bucket of one process."""

    def __init__(self, directory: Path, bounds: Sequence[float]) -> None:
        self._directory = directory
        self._bounds = [*bounds, float("inf")]
        self._lock = threading.Lock()
        self._places: dict[tuple[str, ...], int] = {}
        self._file: int | None = None

    def keep(self, labels: dict[str, str], value: float, trace_id: str) -> None:
        """Remembers the trace of an observation for its bucket."""
        bound = floatToGoString(next(bound for bound in self._bounds if value <= bound))  # type: ignore[no-untyped-call]
        line = json.dumps([{**labels, "le": bound}, trace_id, value, time.time()]).encode()
        if len(line) > _LINE:
            return
        with self._lock:
            if self._file is None:
                path = self._directory / f"{_PREFIX}{os.getpid()}"
                self._file = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            place = self._places.setdefault((*labels.values(), bound), len(self._places))
            os.pwrite(self._file, line.ljust(_LINE), place * _LINE)


class ExemplarCollector(MultiProcessCollector):
    """Collects the metrics of all processes, and puts the kept exemplars on the buckets of one histogram."""

    def __init__(self, registry: Any, directory: Path, histogram: str) -> None:
        self._directory = directory
        self._histogram = histogram
        super().__init__(registry, str(directory))  # type: ignore[no-untyped-call]

    def collect(self) -> Iterator[Metric]:
        """The metrics of all processes."""
        kept = _read(self._directory)
        for metric in super().collect():  # type: ignore[no-untyped-call]
            if metric.name == self._histogram:
                metric.samples = [
                    sample._replace(exemplar=kept.get(frozenset(sample.labels.items()))) for sample in metric.samples
                ]
            yield metric


def forget_exemplars(directory: Path, pid: int | str = "*") -> None:
    """Removes what a process kept, or all of them."""
    for path in directory.glob(f"{_PREFIX}{pid}"):
        path.unlink(missing_ok=True)


def _read(directory: Path) -> dict[frozenset[tuple[str, str]], Exemplar]:
    latest: dict[frozenset[tuple[str, str]], Exemplar] = {}
    for path in directory.glob(f"{_PREFIX}*"):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        for start in range(0, len(content), _LINE):
            try:
                labels, trace_id, value, moment = json.loads(content[start : start + _LINE])
            except ValueError:
                continue
            key = frozenset(labels.items())
            if key not in latest or moment > (latest[key].timestamp or 0):
                latest[key] = Exemplar({"trace_id": trace_id}, value, moment)
    return latest
