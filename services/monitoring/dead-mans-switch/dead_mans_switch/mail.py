"""The switch's own way to people: a mail server, and nothing of the monitoring's."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from dead_mans_switch.state import Mail

# Port on which TLS begins at once.
IMPLICIT_TLS = 465
TIMEOUT = 10


@dataclass(frozen=True)
class MailServer:
    """Where mails are given, and as whom."""

    host: str
    port: int
    sender: str
    to: list[str]
    tls: bool = True
    user: str | None = None
    password_file: Path | None = None

    def send(self, mail: Mail) -> None:
        """Gives a mail to the server; comes back when the server has it."""
        message = EmailMessage()
        message["Subject"] = mail.subject
        message["From"] = self.sender
        message["To"] = ", ".join(self.to)
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{mail.id}@{self.sender.rpartition('@')[2]}>"
        message.set_content(mail.text)
        with self._open() as server:
            server.send_message(message)

    def check(self) -> None:
        """Asks whether the server would take a mail, as far as one can without giving it any."""
        with self._open() as server:
            server.noop()

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        # The name of the machine is nobody's business, and asking for it may take long.
        me = "localhost"
        if self.tls and self.port == IMPLICIT_TLS:
            server = smtplib.SMTP_SSL(self.host, self.port, me, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, me, timeout=TIMEOUT)
        try:
            if self.tls and self.port != IMPLICIT_TLS:
                server.starttls(context=context)
            if self.user is not None and self.password_file is not None:
                server.login(self.user, self.password_file.read_text().strip())
        except BaseException:
            server.close()
            raise
        return server
