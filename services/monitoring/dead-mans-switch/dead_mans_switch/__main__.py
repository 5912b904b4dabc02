"""Serves the switch.

POST /heartbeat  takes a heartbeat: the Watchdog that fires, as Alertmanager's webhook has it, with the token it knows
GET  /metrics    the page for Prometheus
GET  /ready      answers 200 while it looks every second
"""

from __future__ import annotations

import argparse
import hmac
import json
import signal
import socketserver
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from dead_mans_switch.log import log
from dead_mans_switch.mail import MailServer
from dead_mans_switch.metrics import page
from dead_mans_switch.post import Post
from dead_mans_switch.state import StateFile
from dead_mans_switch.switch import Limits, Switch

# A notice of the Watchdog has some hundred bytes.
LARGEST = 1 << 16
HEARTBEAT = "Watchdog"


class Server(ThreadingHTTPServer):
    """Answers Alertmanager, Prometheus and the healthcheck."""

    daemon_threads = True

    def __init__(self, port: int, switch: Switch, post: Post, token: str) -> None:
        super().__init__(("0.0.0.0", port), Handler)
        self.token = token
        self.switch = switch
        self.post = post

    def server_bind(self) -> None:
        # HTTPServer's own asks the name server for this machine's name, and waits for it.
        socketserver.TCPServer.server_bind(self)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    timeout = 5

    def do_GET(self) -> None:
        if self.path == "/metrics":
            self._answer(200, page(self.server.switch, self.server.post))
        elif self.path == "/ready":
            ready = self.server.switch.looks
            self._answer(200 if ready else 503, "ready\n" if ready else "it does not look any more\n")
        else:
            self._answer(404, "there are /heartbeat, /metrics and /ready\n")

    def do_POST(self) -> None:
        if self.path != "/heartbeat":
            self._answer(404, "heartbeats go to /heartbeat\n")
            return
        if not self._is_known():
            self._answer(401, "a heartbeat comes with the token that Alertmanager has\n")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self._answer(413, f"at most {LARGEST} bytes\n")
            return
        if not is_heartbeat(self.rfile.read(int(length))):
            self._answer(400, f"a heartbeat is a notice of Alertmanager in which the {HEARTBEAT} fires\n")
            return
        self.server.switch.beat()
        self._answer(202, "heard\n")

    def _is_known(self) -> bool:
        given = self.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.server.token}".encode())

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        # Several requests every few seconds, always the same.
        return


def is_heartbeat(body: bytes) -> bool:
    """Whether this is a notice of the Watchdog that fires: nothing else proves that alerts arrive."""
    try:
        notice: Any = json.loads(body)
        return any(
            alert["status"] == "firing" and alert["labels"]["alertname"] == HEARTBEAT for alert in notice["alerts"]
        )
    except (ValueError, KeyError, TypeError):
        return False


def every_second(work: Callable[[], None], ended: threading.Event) -> None:
    """Works until it is asked to end; what fails, such as a full disk, is tried again."""
    while not ended.wait(1):
        try:
            work()
        except OSError as error:
            log("error", f"cannot keep the state: {error}")


def main() -> None:
    """Serves until it is asked to end."""
    parser = argparse.ArgumentParser(prog="dead_mans_switch", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--name", required=True, help="what falls silent, for the mail: vigie/prod")
    parser.add_argument("--state", type=Path, required=True, help="file that the state is kept in")
    parser.add_argument("--token-file", type=Path, required=True, help="file with what a heartbeat must bring")
    parser.add_argument("--silence", type=float, required=True, help="seconds without a heartbeat until it mails")
    parser.add_argument("--first", type=float, required=True, help="the same for the very first heartbeat")
    parser.add_argument("--check-every", type=float, required=True, help="seconds between two looks at the mail server")
    parser.add_argument("--mail-server", required=True, help="host:port")
    parser.add_argument("--mail-from", required=True)
    parser.add_argument("--mail-to", action="append", required=True)
    parser.add_argument("--mail-user")
    parser.add_argument("--mail-password-file", type=Path)
    parser.add_argument("--mail-without-tls", action="store_true")
    args = parser.parse_args()
    host, _, port = args.mail_server.rpartition(":")
    switch = Switch(args.name, Limits(args.silence, args.first), StateFile(args.state), time.monotonic, time.time)
    server = MailServer(
        host,
        int(port),
        args.mail_from,
        args.mail_to,
        not args.mail_without_tls,
        args.mail_user,
        args.mail_password_file,
    )
    post = Post(switch, server, args.check_every)
    token = args.token_file.read_text().strip()
    if token == "":
        parser.error(f"{args.token_file} is empty: anybody's heartbeat would count")
    web = Server(args.port, switch, post, token)
    ended = threading.Event()
    # Two: a mail server that stands still holds up no look.
    threads = [threading.Thread(target=every_second, args=(work, ended)) for work in (switch.look, post.work)]
    for thread in threads:
        thread.start()
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=web.shutdown).start())
    log("info", f"waits for heartbeats of {args.name} on port {args.port}")
    web.serve_forever()
    ended.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
