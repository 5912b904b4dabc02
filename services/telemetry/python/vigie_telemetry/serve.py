"""Hands the process over to gunicorn, with the settings that every service here shares."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from vigie_telemetry.exemplars import forget_exemplars
from vigie_telemetry.settings import Environment
from vigie_telemetry.tracing_settings import TracingSettings, read_tracing_settings

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True)
class ServerSettings:
    """How many processes and threads answer, where, and how they stop."""

    port: int
    workers: int
    threads: int
    log_level: str
    shutdown_delay_seconds: int
    """Seconds between "not ready" and the end of listening: the time that a load balancer needs to notice."""
    shutdown_timeout_seconds: int
    """Seconds that requests then have to finish."""
    tracing: TracingSettings | None
    """Where spans go; None for no traces."""


def read_server_settings(environment: Environment) -> ServerSettings:
    """Reads PORT, WEB_*, LOG_LEVEL, SHUTDOWN_DELAY_SECONDS, SHUTDOWN_TIMEOUT_SECONDS and OpenTelemetry's variables."""
    return ServerSettings(
        port=environment.integer("PORT", default=5000, minimum=1, maximum=65535),
        workers=environment.integer("WEB_WORKERS", default=2, minimum=1, maximum=64),
        threads=environment.integer("WEB_THREADS", default=8, minimum=1, maximum=256),
        log_level=environment.choice("LOG_LEVEL", default="info", allowed=("debug", "info", "warning", "error")),
        shutdown_delay_seconds=environment.integer("SHUTDOWN_DELAY_SECONDS", default=2, minimum=0, maximum=300),
        shutdown_timeout_seconds=environment.integer("SHUTDOWN_TIMEOUT_SECONDS", default=7, minimum=1, maximum=300),
        tracing=read_tracing_settings(environment),
    )


def serve(service: str, app: str, settings: ServerSettings) -> NoReturn:
    """Replaces this process by gunicorn. `app` is `module:function()`, as gunicorn writes it."""
    environment = {
        **os.environ,
        "VIGIE_SERVICE": service,
        "PORT": str(settings.port),
        "WEB_WORKERS": str(settings.workers),
        "WEB_THREADS": str(settings.threads),
        "LOG_LEVEL": settings.log_level,
        "SHUTDOWN_DELAY_SECONDS": str(settings.shutdown_delay_seconds),
        "SHUTDOWN_TIMEOUT_SECONDS": str(settings.shutdown_timeout_seconds),
        "PROMETHEUS_MULTIPROC_DIR": str(_fresh_metrics_directory()),
    }
    # As process 1 of a container, a program without a handler ignores these signals: keep them until there is one.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    arguments = ["-m", "gunicorn", "--config", "python:vigie_telemetry.gunicorn_config", app]
    os.execve(sys.executable, [sys.executable, *arguments], environment)


def _fresh_metrics_directory() -> Path:
    default = Path(tempfile.gettempdir()) / "prometheus"
    directory = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or default)
    # Counters of the processes of an earlier start would be added to the new ones.
    if directory.is_dir():
        for old in directory.glob("*.db"):
            old.unlink(missing_ok=True)
        forget_exemplars(directory)
    elif directory.exists():
        shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory
