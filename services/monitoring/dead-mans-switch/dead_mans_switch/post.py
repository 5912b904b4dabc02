"""Sends what the switch writes, and asks the mail server now and then whether it could."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable

from dead_mans_switch.log import log
from dead_mans_switch.mail import MailServer
from dead_mans_switch.switch import Switch

# Seconds until the next attempt, which doubles up to the last.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Post:
    """Mails go out in their order, one at a time, until the server has taken each."""

    def __init__(
        self, switch: Switch, server: MailServer, check_every: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._switch = switch
        self._server = server
        self._check_every = check_every
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._not_before = clock()
        self._checked: float | None = None
        self.sent = 0
        self.failed = 0
        self.server_up = False

    def work(self) -> None:
        """Does what is due. It is called again and again."""
        if self._clock() < self._not_before:
            return
        mail = self._switch.next_mail()
        if mail is not None:
            if self._attempt(lambda: self._server.send(mail)):
                self._switch.sent(mail)
                self.sent += 1
                log("info", f"sent: {mail.subject}")
            else:
                self.failed += 1
        elif self._checked is None or self._clock() - self._checked >= self._check_every:
            self._attempt(self._server.check)

    def _attempt(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except (OSError, smtplib.SMTPException) as error:
            log("error", f"the mail server does not take a mail: {error}")
            self.server_up = False
            self._not_before = self._clock() + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return False
        self.server_up = True
        self._checked = self._clock()
        self._pause = FIRST_PAUSE
        return True
