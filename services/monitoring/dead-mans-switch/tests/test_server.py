from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from smtp import Sink, sink

HERE = Path(__file__).parent.parent
HEARTBEAT = {"status": "firing", "alerts": [{"status": "firing", "labels": {"alertname": "Watchdog"}}]}


@contextmanager
def running(tmp_path: Path, mail: Sink) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "token").write_text("told-to-alertmanager\n")
    words = ["--name=shop/dev", "--silence=2", "--first=60", "--check-every=1", "--mail-without-tls"]
    mails = [f"--mail-server=127.0.0.1:{mail.port}", "--mail-from=v@shop.example", "--mail-to=a@shop.example"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-S",
            "-m",
            "dead_mans_switch",
            f"--port={port}",
            f"--state={tmp_path}/s.json",
            f"--token-file={tmp_path}/token",
            *words,
            *mails,
        ],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "waits for heartbeats of shop/dev" in process.stderr.readline()
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    process.stderr.close()


def ask(url: str, body: object = None, known: str = "Bearer told-to-alertmanager") -> tuple[int, str]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": known} if known else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come true in a minute")


def test_takes_heartbeats_and_nothing_else(tmp_path: Path) -> None:
    with sink() as mail, running(tmp_path, mail) as url:
        assert ask(f"{url}/ready") == (200, "ready\n")
        assert ask(f"{url}/heartbeat", HEARTBEAT) == (202, "heard\n")
        ended = {"status": "resolved", "alerts": [{"status": "resolved", "labels": {"alertname": "Watchdog"}}]}
        other = {"status": "firing", "alerts": [{"status": "firing", "labels": {"alertname": "TargetDown"}}]}
        for wrong in (ended, other, [], {}, {"alerts": 1}):
            assert ask(f"{url}/heartbeat", wrong)[0] == 400
        assert ask(f"{url}/heartbeat", "x" * 70_000)[0] == 413
        assert ask(f"{url}/other", HEARTBEAT)[0] == 404
        tokens = ("", "told-to-alertmanager", "Bearer told-to-alertmanage", "Bearer ", "Basic told-to-alertmanager")
        for known in tokens:
            assert ask(f"{url}/heartbeat", HEARTBEAT, known)[0] == 401
        assert ask(f"{url}/other")[0] == 404
        assert "dead_mans_switch_heartbeats_total 1\n" in ask(f"{url}/metrics")[1]


def test_mails_once_though_it_is_restarted(tmp_path: Path) -> None:
    def subjects() -> list[str]:
        return [mail.splitlines()[0] for mail in mails.mails]

    with sink() as mails:
        with running(tmp_path, mails) as url:
            ask(f"{url}/heartbeat", HEARTBEAT)
            until(lambda: len(mails.mails) == 1)
        with running(tmp_path, mails) as url:
            time.sleep(3)
            assert subjects() == ["Subject: [FIRING] The monitoring is silent: shop/dev"]
            ask(f"{url}/heartbeat", HEARTBEAT)
            until(lambda: len(mails.mails) >= 2)
            assert subjects()[1] == "Subject: [RESOLVED] The monitoring is back: shop/dev"
            # On a busy machine two seconds may have passed again.
            until(
                lambda: (
                    ask(f"{url}/heartbeat", HEARTBEAT)[0] == 202
                    and "dead_mans_switch_alive 1\n" in ask(f"{url}/metrics")[1]
                )
            )
