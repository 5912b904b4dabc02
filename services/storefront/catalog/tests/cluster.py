"""A PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from running import free_port

from catalog.settings import DatabaseSettings

PASSWORD = "a password with ' and \\"


@dataclass
class Cluster:
    """A PostgreSQL server on a port of its own."""

    programs: Path
    directory: Path
    port: int
    prefix: list[str]
    """How a program is started as a user that PostgreSQL accepts."""

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self.directory}"
        self._pg_ctl("-o", options, "-l", str(self.directory / "log"), "-w", "start")

    def stop(self) -> None:
        self._pg_ctl("-m", "immediate", "-w", "stop")

    def settings(self, name: str) -> DatabaseSettings:
        return DatabaseSettings("127.0.0.1", self.port, name, "catalog", self.directory / "password", wait_seconds=20)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        arguments = {"host": "127.0.0.1", "port": self.port, "user": "catalog", "password": PASSWORD}
        with psycopg.connect(dbname=database, autocommit=True, **arguments) as connection:  # type: ignore[arg-type]
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _pg_ctl(self, *arguments: str) -> None:
        program = str(self.programs / "pg_ctl")
        command = [*self.prefix, program, "-D", str(self.directory / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60, cwd=self.directory)


def new_cluster() -> Cluster:
    """An initialised cluster in a temporary folder, not yet started."""
    programs = find_programs()
    directory = Path(tempfile.mkdtemp(prefix="catalog-pg-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        user = next((name for name in ("postgres", "nobody") if _is_user(name)), "nobody")
        prefix = ["runuser", "-u", user, "--"]
        shutil.chown(directory, user)
    (directory / "password").write_text(PASSWORD + "\n")
    (directory / "password").chmod(0o644)
    init = [str(programs / "initdb"), "-D", str(directory / "data"), "-U", "catalog", "-A", "scram-sha-256"]
    options = ["--pwfile", str(directory / "password"), "--no-sync", "-E", "UTF8", "--locale", "C"]
    subprocess.run([*prefix, *init, *options], check=True, stdout=subprocess.DEVNULL, timeout=120, cwd=directory)
    return Cluster(programs, directory, free_port(), prefix)


def find_programs() -> Path:
    """The folder of PostgreSQL's server programs. Fails, rather than skips, when there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if folders:
        return folders[-1].parent
    pytest.fail("No PostgreSQL server programs on this machine. Install them: apt-get install postgresql")


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
