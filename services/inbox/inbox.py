"""An inbox for webhooks: keeps the last notices in memory and shows them as JSON.

POST /notices  takes one notice, any JSON object of up to a mebibyte
GET  /notices  gives those that were taken, the oldest first, each with the time of its arrival
GET  /ready    answers 200
"""

import json
import signal
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 8026
KEPT = 1000
LARGEST = 1 << 20

notices = deque(maxlen=KEPT)


class Inbox(BaseHTTPRequestHandler):
    """One request."""

    # A sender that stands still does not hold a thread for ever.
    timeout = 10

    def do_GET(self):
        if self.path == "/notices":
            self.answer(200, list(notices))
        elif self.path == "/ready":
            self.answer(200, {"status": "ready"})
        else:
            self.answer(404, {"title": "Not Found", "status": 404})

    def do_POST(self):
        if self.path != "/notices":
            self.answer(404, {"title": "Not Found", "status": 404})
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.answer(413, {"title": "Content Too Large", "status": 413, "detail": f"at most {LARGEST} bytes"})
            return
        try:
            notice = json.loads(self.rfile.read(int(length)))
        except ValueError:
            notice = None
        if not isinstance(notice, dict):
            self.answer(400, {"title": "Bad Request", "status": 400, "detail": "the body is no JSON object"})
            return
        notices.append({"received": time.time(), "notice": notice})
        self.answer(202, {"kept": len(notices)})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words):
        path = getattr(self, "path", "")
        if path == "/ready":
            return
        line = {"level": "info", "message": "request", "service": "inbox-notices", "method": self.command, "path": path}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server = ThreadingHTTPServer(("0.0.0.0", PORT), Inbox)
    server.serve_forever()
    sys.exit(0)
