from __future__ import annotations

from pathlib import Path

import pytest

from dead_mans_switch.state import StateFile
from dead_mans_switch.switch import Limits, Switch


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


def switch(tmp_path: Path, time: Time) -> Switch:
    return Switch("shop/dev", Limits(silence=45, first=900), StateFile(tmp_path / "state.json"), time, time)


def subjects(of: Switch) -> list[str]:
    found = []
    while (mail := of.next_mail()) is not None:
        found.append(mail.subject)
        of.sent(mail)
    return found


def test_mails_once_when_heartbeats_stop_and_once_when_they_are_back(tmp_path: Path, time: Time) -> None:
    one = switch(tmp_path, time)
    one.beat()
    time.now += 45
    one.look()
    assert subjects(one) == []
    time.now += 1
    for _ in range(3):
        one.look()
        time.now += 60
    assert subjects(one) == ["[FIRING] The monitoring is silent: shop/dev"]
    assert not one.alive
    for _ in range(3):
        one.beat()
    assert subjects(one) == ["[RESOLVED] The monitoring is back: shop/dev"]
    assert one.alive


def test_says_how_long_and_since_when(tmp_path: Path, time: Time) -> None:
    one = switch(tmp_path, time)
    one.beat()
    time.now += 50
    one.look()
    mail = one.next_mail()
    assert mail is not None
    assert "for 50 s; 45 s are the limit" in mail.text
    assert "at 1970-01-01 00:16:40 UTC" in mail.text


def test_waits_longer_for_the_very_first(tmp_path: Path, time: Time) -> None:
    one = switch(tmp_path, time)
    time.now += 900
    one.look()
    assert subjects(one) == []
    time.now += 1
    one.look()
    assert subjects(one) == ["[FIRING] The monitoring is silent: shop/dev"]


def test_a_restart_loses_no_mail(tmp_path: Path, time: Time) -> None:
    one = switch(tmp_path, time)
    one.beat()
    time.now += 46
    one.look()
    before = one.next_mail()
    again = switch(tmp_path, time)
    assert again.next_mail() == before
    assert subjects(again) == ["[FIRING] The monitoring is silent: shop/dev"]


def test_a_restart_doubles_no_mail(tmp_path: Path, time: Time) -> None:
    one = switch(tmp_path, time)
    one.beat()
    time.now += 46
    one.look()
    subjects(one)
    again = switch(tmp_path, time)
    time.now += 1000
    again.look()
    assert subjects(again) == []
    again.beat()
    assert subjects(again) == ["[RESOLVED] The monitoring is back: shop/dev"]
    once_more = switch(tmp_path, time)
    once_more.beat()
    assert subjects(once_more) == []


def test_a_restart_waits_for_the_next_heartbeat_before_it_cries(tmp_path: Path, time: Time) -> None:
    switch(tmp_path, time).beat()
    time.now += 1000
    again = switch(tmp_path, time)
    again.look()
    assert subjects(again) == []
    time.now += 46
    again.look()
    assert subjects(again) == ["[FIRING] The monitoring is silent: shop/dev"]


def test_knows_whether_anybody_looks(tmp_path: Path, time: Time) -> None:
    one = switch(tmp_path, time)
    assert one.looks
    time.now += 16
    assert not one.looks
    one.look()
    assert one.looks
