"""What each container of a stack uses, read from the host's files and shown to Prometheus."""
