"""Lines of JSON, as all services write them."""

from __future__ import annotations

import json
import sys


def log(level: str, message: str) -> None:
    """Writes one line."""
    sys.stderr.write(json.dumps({"level": level, "message": message, "service": "dead-mans-switch"}) + "\n")
    sys.stderr.flush()
