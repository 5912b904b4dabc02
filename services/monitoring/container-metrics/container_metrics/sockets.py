"""Unix sockets that containers listen at, and the connections that nobody has taken yet.

The kernel keeps a connection of a client's in the network that the client is in until the server takes it: `net/unix`
has it there by the path of the server's socket, without an inode. A server that listens at a Unix socket itself is not
told how many wait; `ss -xl` sees the same number (compared on Linux 6.18, from two clients' networks at a time).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# __SO_ACCEPTCON, in the column of flags.
_LISTENS = 0x10000
# SS_CONNECTING, in the column of states: connected by the client, not yet the server's.
_CONNECTING = 2


@dataclass(frozen=True)
class Listening:
    """A Unix socket by which a process takes connections."""

    pid: int
    path: str
    # Connections that wait for it.
    pending: int


@dataclass(frozen=True)
class _Row:
    flags: int
    state: int
    inode: int
    path: str


def listening(pids: Iterable[int], proc: Path) -> list[Listening]:
    """What the first processes of containers listen at.

    Connections are counted by path, from the networks of all of them: a path is one socket among containers that share
    it by a volume. Where two listen at the same path, each in a directory of its own, only what comes from a
    container's own network is known to be its.
    """
    networks: dict[int, tuple[int, list[_Row]]] = {}
    for pid in pids:
        table = proc / str(pid) / "net" / "unix"
        try:
            # One file a network, however many processes share it.
            networks.setdefault(table.stat().st_ino, (pid, list(_rows(table))))
        except OSError:
            # It has ended meanwhile.
            continue
    waiting = {
        pid: Counter(row.path for row in rows if row.state == _CONNECTING and row.inode == 0)
        for pid, rows in networks.values()
    }
    found = {pid: sorted({row.path for row in rows if row.flags & _LISTENS}) for pid, rows in networks.values()}
    listeners = Counter(path for paths in found.values() for path in paths)
    everywhere = sum(waiting.values(), Counter[str]())
    return [
        Listening(pid, path, everywhere[path] if listeners[path] == 1 else waiting[pid][path])
        for pid, paths in found.items()
        for path in paths
    ]


def _rows(table: Path) -> Iterator[_Row]:
    for line in table.read_text(errors="replace").splitlines()[1:]:
        # Num RefCount Protocol Flags Type St Inode Path; the path may have spaces, and most have none.
        words = line.split(maxsplit=7)
        # Abstract ones begin with @: they are nobody's file.
        if len(words) == 8 and words[7].startswith("/"):
            yield _Row(int(words[3], 16), int(words[5], 16), int(words[6]), words[7])
