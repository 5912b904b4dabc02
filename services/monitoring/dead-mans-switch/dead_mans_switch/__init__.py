"""Mails somebody when the monitoring falls silent, and once more when it is back."""
