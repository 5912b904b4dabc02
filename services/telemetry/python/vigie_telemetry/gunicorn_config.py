"""gunicorn's configuration for every service: read by `serve`, as `python:vigie_telemetry.gunicorn_config`."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from vigie_telemetry import lifecycle
from vigie_telemetry.exemplars import forget_exemplars
from vigie_telemetry.logs import configure_logs
from vigie_telemetry.request_counts import files_owner
from vigie_telemetry.serve import STOP_SIGNALS
from vigie_telemetry.tracing import stop_tracing

if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
    # Once, before the workers are forked: they share its memory.
    import vigie_telemetry.spans  # noqa: F401

# What the last spans may take of the time that requests have to finish.
LAST_SPANS_SECONDS = 1.0

_delay = int(os.environ.get("SHUTDOWN_DELAY_SECONDS", "2"))

configure_logs(os.environ.get("VIGIE_SERVICE", "service"), os.environ.get("LOG_LEVEL", "info"))

bind = f"0.0.0.0:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "vigie_telemetry.gunicorn_parts.ProblemWorker"
logger_class = "vigie_telemetry.gunicorn_parts.JsonLogger"
loglevel = os.environ.get("LOG_LEVEL", "info")
graceful_timeout = int(os.environ.get("SHUTDOWN_TIMEOUT_SECONDS", "7"))
# Longer than an edge keeps an idle connection (Go's default: 90 s), so that the edge closes first.
keepalive = 95
limit_request_line = 8190
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Puts a pause between the signal to stop and its effect: not ready first, then no more listening."""

    def stop_after_delay() -> None:
        if lifecycle.start_stopping() and _delay > 0:
            server.log.info("stopping: not ready from now on, listening for %d s more", _delay)
            timer = threading.Timer(_delay, os.kill, (os.getpid(), signal.SIGTERM))
            timer.daemon = True
            timer.start()
            return
        raise StopIteration

    server.handle_term = stop_after_delay
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def worker_exit(server: Any, worker: Any) -> None:
    """Sends a worker's last spans, while it may still start a thread."""
    stop_tracing(LAST_SPANS_SECONDS)


def child_exit(server: Any, worker: Any) -> None:
    """Takes an ended worker out of the live gauges."""
    forget_exemplars(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]), worker.pid)
    for owner in (worker.pid, files_owner(worker.pid)):
        multiprocess.mark_process_dead(owner)  # type: ignore[no-untyped-call]
