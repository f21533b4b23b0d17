"""REST endpoints of one chain: requests, fail-over, the newest block."""
