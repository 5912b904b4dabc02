"""Whether the service is stopping: told by the server's parent process, seen by every worker."""

from __future__ import annotations

import mmap

# Anonymous shared memory: made before the workers are forked, so one byte serves them all.
_stopping = mmap.mmap(-1, 1)


def start_stopping() -> bool:
    """Says that the service is stopping. False when that was known already."""
    if is_stopping():
        return False
    _stopping[0] = 1
    return True


def is_stopping() -> bool:
    """True from the signal to stop on, while the last requests are answered."""
    return _stopping[0] == 1


def reset() -> None:
    """Forgets a stop. Only for tests, which start more than one service in a process."""
    _stopping[0] = 0
