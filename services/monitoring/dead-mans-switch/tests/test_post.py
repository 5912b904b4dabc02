from __future__ import annotations

from pathlib import Path

from smtp import Sink, sink
from test_switch import Time

from dead_mans_switch.mail import MailServer
from dead_mans_switch.metrics import page
from dead_mans_switch.post import Post
from dead_mans_switch.state import StateFile
from dead_mans_switch.switch import Limits, Switch


def silent(tmp_path: Path, time: Time) -> Switch:
    switch = Switch("shop/dev", Limits(45, 900), StateFile(tmp_path / "state.json"), time, time)
    switch.beat()
    time.now += 46
    switch.look()
    return switch


def post(switch: Switch, server: Sink, time: Time) -> Post:
    mail_server = MailServer("127.0.0.1", server.port, "vigie@shop.example", ["a@shop.example", "b@x.example"], False)
    return Post(switch, mail_server, 60, time)


def test_sends_a_mail_once_to_all(tmp_path: Path) -> None:
    time = Time()
    with sink() as server:
        switch = silent(tmp_path, time)
        mail = switch.next_mail()
        assert mail is not None
        work = post(switch, server, time)
        for _ in range(3):
            work.work()
        assert len(server.mails) == 1
        assert "Subject: [FIRING] The monitoring is silent: shop/dev" in server.mails[0]
        assert "To: a@shop.example, b@x.example" in server.mails[0]
        assert f"Message-ID: <{mail.id}@shop.example>" in server.mails[0]
        assert work.sent == 1


def test_tries_again_until_the_server_takes_it(tmp_path: Path) -> None:
    time = Time()
    with sink() as server:
        server.refuses = True
        switch = silent(tmp_path, time)
        work = post(switch, server, time)
        for _ in range(4):
            work.work()
            time.now += 0.5
        assert work.failed == 2
        assert server.mails == []
        assert not work.server_up
        switch.beat()
        server.refuses = False
        for _ in range(10):
            time.now += 10
            work.work()
        subjects = [mail.splitlines()[0] for mail in server.mails]
        assert subjects == [
            "Subject: [FIRING] The monitoring is silent: shop/dev",
            "Subject: [RESOLVED] The monitoring is back: shop/dev",
        ]


def test_asks_the_server_before_a_mail_is_needed(tmp_path: Path) -> None:
    time = Time()
    switch = Switch("shop/dev", Limits(45, 900), StateFile(tmp_path / "state.json"), time, time)
    with sink() as server:
        work = post(switch, server, time)
        assert "dead_mans_switch_mail_server_up 0\n" in page(switch, work)
        work.work()
        assert "dead_mans_switch_mail_server_up 1\n" in page(switch, work)
        assert server.mails == []
    server.server_close()
    work.work()
    assert work.server_up
    time.now += 60
    work.work()
    assert not work.server_up


def test_gives_no_mail_where_tls_is_not_offered(tmp_path: Path) -> None:
    time = Time()
    with sink() as server:
        switch = silent(tmp_path, time)
        mail_server = MailServer("127.0.0.1", server.port, "vigie@shop.example", ["a@shop.example"])
        work = Post(switch, mail_server, 60, time)
        work.work()
        assert server.mails == []
        assert work.failed == 1
