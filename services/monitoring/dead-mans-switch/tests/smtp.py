from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Sink(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is sent, and refuses all while it is told to."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.mails: list[str] = []
        self.refuses = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Session(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self._say("220 sink")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._say("354 go on")
                lines = []
                for text in self.rfile:
                    if text == b".\r\n":
                        break
                    lines.append(text.decode())
                self.server.mails.append("".join(lines))
                self._say("250 kept")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            elif word == b"MAIL" and self.server.refuses:
                self._say("451 later")
            else:
                self._say("250 fine")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def sink() -> Iterator[Sink]:
    with Sink() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
