"""Bytes as the REST gateway takes them."""

from __future__ import annotations

import base64


def base64_text(raw: bytes) -> str:
    """Standard base64 with padding, as text."""
    return base64.b64encode(raw).decode()
