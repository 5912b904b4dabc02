"""Redis as something that may be away at any time: then it says so at once, and a request goes on without it."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter
from redis import CredentialProvider, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry
from vigie_telemetry.settings import read_secret

from catalog.settings import CacheSettings
from catalog.traced import TracedRedis

log = logging.getLogger("catalog.cache")

T = TypeVar("T")

# The database answers in a few milliseconds: waiting longer for a cache is no gain.
CONNECT_TIMEOUT_SECONDS = 0.25
ANSWER_TIMEOUT_SECONDS = 0.25

RECONNECT_SECONDS = 1.0

# A cache that comes and goes is told of once in this time, not each time.
QUIET_SECONDS = 60.0


class CacheAway(Exception):
    """The cache gave no answer. What it would have said has to come from elsewhere."""


class Cache:
    """The connections of one worker process to Redis.

    A request uses connections that stand, or none: a thread in the background makes them. It also looks up the name,
    which takes ten seconds in a container where Redis is stopped and no name server is reached (measured).
    """

    def __init__(
        self, settings: CacheSettings, registry: CollectorRegistry, first: Callable[[Redis], object] | None = None
    ) -> None:
        """`first` is done once, before the first request uses the cache."""
        self._settings = settings
        self._first = first
        self._client: Redis | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._told_away = False
        self._quiet_until = 0.0
        self._errors = Counter(
            "cache_errors_total",
            "Requests to the cache without an answer, those that are left out while it is away too.",
            ("operation",),
            registry=registry,
        )

    def open(self) -> None:
        """Starts connecting in the background."""
        threading.Thread(target=self._connect, name="cache", daemon=True).start()

    def close(self) -> None:
        """Closes the connections."""
        self._closed.set()
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def run(self, operation: str, work: Callable[[Redis], T]) -> T:
        """The result of work with Redis. Raises `CacheAway` within the timeouts, and at once while it is away."""
        client = self._client
        if client is None:
            self._errors.labels(operation).inc()
            raise CacheAway
        try:
            return work(client)
        except (RedisError, OSError) as error:
            self._errors.labels(operation).inc()
            if isinstance(error, (RedisConnectionError, RedisTimeoutError, OSError)):
                self._lost(client, error)
            else:
                self._warn("the cache refuses to %s: %s", operation, error)
            raise CacheAway from error

    def _lost(self, client: Redis, error: Exception) -> None:
        with self._lock:
            if self._client is not client:
                return
            self._client = None
        client.connection_pool.disconnect(inuse_connections=False)
        self._tell_away(error)
        self.open()

    def _connect(self) -> None:
        while not self._closed.is_set():
            try:
                client = connect(self._settings)
                if self._first is not None:
                    self._first(client)
            except Exception as error:
                # Whatever it is: nothing else would ever try again.
                self._tell_away(error)
                self._closed.wait(RECONNECT_SECONDS)
                continue
            self._first = None
            if self._told_away:
                self._told_away = False
                log.info("the cache is back")
            self._client = client
            return

    def _tell_away(self, error: Exception) -> None:
        if not self._told_away:
            self._told_away = self._warn("the cache is away, requests go on without it: %s", error)

    def _warn(self, message: str, *values: object) -> bool:
        if time.monotonic() < self._quiet_until:
            return False
        self._quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning(message, *values)
        return True


class _PasswordFile(CredentialProvider):
    """Reads the password anew for each connection, so that a changed one needs no restart."""

    def __init__(self, settings: CacheSettings) -> None:
        self._settings = settings

    def get_credentials(self) -> tuple[str, str]:
        return self._settings.user, read_secret(self._settings.password_file)


def connect(settings: CacheSettings) -> Redis:
    """A client of the first address of the host that answers. It never looks up a name, and never tries again."""
    reason: Exception = OSError(f"{settings.host} has no address")
    for *_, address in socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM):
        client = TracedRedis(
            settings.host,
            host=str(address[0]),
            port=settings.port,
            credential_provider=_PasswordFile(settings),
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            socket_timeout=ANSWER_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            # What else the client would say and ask at each connection.
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
            driver_info=None,
        )
        try:
            client.ping()
        except (RedisError, OSError) as error:
            client.close()
            reason = error
        else:
            return client
    raise reason
