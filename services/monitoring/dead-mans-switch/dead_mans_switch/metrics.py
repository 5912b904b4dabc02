"""What the switch tells Prometheus of itself: who watches it is the monitoring that it watches."""

from __future__ import annotations

from dead_mans_switch.post import Post
from dead_mans_switch.switch import Switch

PREFIX = "dead_mans_switch_"


def page(switch: Switch, post: Post) -> str:
    """The page for Prometheus."""
    values = [
        ("heartbeats_total", "counter", "Heartbeats that arrived.", switch.heartbeats),
        ("last_heartbeat_timestamp_seconds", "gauge", "When the last one did.", switch.last or 0),
        ("alive", "gauge", "Whether the monitoring counts as alive.", int(switch.alive)),
        ("mails_sent_total", "counter", "Mails that a server took.", post.sent),
        ("mails_failed_total", "counter", "Attempts that no server took.", post.failed),
        ("mails_waiting", "gauge", "Mails that are still to be sent.", switch.waiting),
        ("mail_server_up", "gauge", "Whether the mail server answered and took the password.", int(post.server_up)),
    ]
    return "".join(
        f"# HELP {PREFIX}{name} {text}\n# TYPE {PREFIX}{name} {kind}\n{PREFIX}{name} {value}\n"
        for name, kind, text, value in values
    )
