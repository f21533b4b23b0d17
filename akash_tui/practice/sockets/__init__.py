"""Listening sockets of the practice network, and a proxy that breaks connections."""
