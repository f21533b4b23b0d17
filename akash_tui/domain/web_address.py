"""Addresses that a provider tells, as something a browser may be sent to: plain http or https to a host, or nothing."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


def web_address(uri: str, *, public: bool) -> str | None:
    """`uri` (with or without a scheme) as a URL to open; None if it is none, or not one to be trusted.

    Refused: other schemes, user names, signs that a browser or a shell could read otherwise, and, from providers
    of `public` networks, hosts that mean this machine or its neighbours.
    """
    text = uri if "://" in uri else f"http://{uri}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or port == 0:
        return None
    if not _PATH.fullmatch(parts.path + ("?" + parts.query if parts.query else "")) or parts.fragment:
        return None
    shown = _host(host, public)
    if shown is None:
        return None
    where = f"{shown}:{port}" if port is not None else shown
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{where}{parts.path}{query}"


def _host(host: str, public: bool) -> str | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        near = host.lower() == "localhost" or host.lower().endswith((".localhost", ".local", ".internal"))
        return None if not _NAME.fullmatch(host) or (public and near) else host
    if public and not address.is_global:
        return None
    return f"[{address}]" if address.version == 6 else str(address)
