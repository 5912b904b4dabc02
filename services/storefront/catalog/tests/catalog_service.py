"""The whole catalogue as its container runs it: one command, gunicorn with two workers."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cluster import Cluster
from running import Running, run_service
from stand_in import FILMS_FILE

CATALOG = Path(__file__).parents[1]


def start(
    cluster: Cluster, database: str, tmp_path: Path, processes: list[subprocess.Popen[str]], **changed: str
) -> Running:
    settings = cluster.settings(database)
    environment = {
        "DATABASE_HOST": settings.host,
        "DATABASE_PORT": str(settings.port),
        "DATABASE_NAME": database,
        "DATABASE_USER": settings.user,
        "DATABASE_PASSWORD_FILE": str(settings.password_file),
        "FILMS_FILE": str(FILMS_FILE),
        "SHUTDOWN_DELAY_SECONDS": "1",
        **changed,
    }
    running = run_service("catalog", [CATALOG], environment, tmp_path)
    processes.append(running.process)
    return running
