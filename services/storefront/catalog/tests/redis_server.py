"""A Redis server that the tests start themselves."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from running import free_port, wait_until

from catalog.settings import CacheSettings

PASSWORD = "a password with ' and \\"

# As config/redis.ts renders it: keys of the service's own prefix, and no command on the whole database.
COMMANDS = "-@all +@string +@connection"


@dataclass
class RedisServer:
    """A Redis server on a port of its own, with the service's user and an administrator."""

    directory: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail("No Redis on this machine. Install it: apt-get install redis-server")
        (self.directory / "password").write_text(PASSWORD + "\n")
        users = self.directory / "users.acl"
        digest = hashlib.sha256(PASSWORD.encode()).hexdigest()
        users.write_text(f"user default on nopass ~* +@all\nuser catalog on #{digest} ~catalog:* {COMMANDS}\n")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--aclfile", str(users)]
        command += ["--dir", str(self.directory), "--appendonly", "yes", "--save", "", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self.answers, "Redis answers")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            # Not killed: on a slow disk Redis holds back up to two seconds of its append-only file.
            self.process.terminate()
            self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def answers(self) -> bool:
        try:
            return bool(self.administrator().ping())
        except RedisError:
            return False

    def administrator(self) -> Redis:
        return Redis(port=self.port, decode_responses=True, socket_timeout=5)

    def keys(self, pattern: str = "*") -> Sequence[str]:
        return sorted(str(key) for key in self.administrator().scan_iter(match=pattern))

    def clients(self) -> Sequence[str]:
        """Addresses of the service's connections."""
        return [each["addr"] for each in self.administrator().client_list() if each["user"] == "catalog"]

    def settings(self, ttl_seconds: int = 30) -> CacheSettings:
        return CacheSettings(
            host="127.0.0.1",
            port=self.port,
            user="catalog",
            password_file=self.directory / "password",
            key_prefix="catalog:",
            ttl_seconds=ttl_seconds,
        )
