"""Serves the metrics.

GET /metrics  the page for Prometheus, 503 when the host's files can't be read
GET /ready    answers 200 when they can
"""

from __future__ import annotations

import argparse
import json
import signal
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from container_metrics.metrics import Host

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Server(HTTPServer):
    """Answers one request after the other: who asks are Prometheus and the healthcheck."""

    def __init__(self, port: int, host: Host) -> None:
        super().__init__(("0.0.0.0", port), Handler)
        self.host = host

    def server_bind(self) -> None:
        # HTTPServer's own asks the name server for this machine's name, and waits for it.
        socketserver.TCPServer.server_bind(self)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    # One that stands still must not keep the others waiting for long.
    timeout = 2

    def do_GET(self) -> None:
        if self.path not in ("/metrics", "/ready"):
            self._answer(404, "there are /metrics and /ready\n")
            return
        try:
            text = self.server.host.page() if self.path == "/metrics" else self.server.host.ready()
        except OSError as error:
            log("error", f"cannot read the host's files: {error}")
            self._answer(503, f"cannot read the host's files: {error}\n")
            return
        self._answer(200, text)

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        # Two requests every few seconds, always the same.
        return


def log(level: str, message: str) -> None:
    """Writes one line of JSON, as all services do."""
    line = {"level": level, "message": message, "service": "container-metrics"}
    sys.stderr.write(json.dumps(line) + "\n")


def main() -> None:
    """Serves until it is asked to end."""
    parser = argparse.ArgumentParser(prog="container_metrics", description=__doc__)
    parser.add_argument("--stack", required=True, help="value of the label vigie.stack, such as vigie/dev")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--containers", type=Path, required=True, help="<Docker's data root>/containers")
    parser.add_argument("--cgroup", type=Path, required=True, help="the host's /sys/fs/cgroup")
    parser.add_argument("--proc", type=Path, required=True, help="the host's /proc")
    args = parser.parse_args()
    host = Host(stack=args.stack, containers=args.containers, cgroup=args.cgroup, proc=args.proc)
    server = Server(args.port, host)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    log("info", f"serves the containers of {args.stack} on port {args.port}")
    server.serve_forever()


if __name__ == "__main__":
    main()
