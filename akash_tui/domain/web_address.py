"""Addresses from a provider as URLs that are safe to open in a browser: plain http or https to a host, or none."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)
_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)", re.IGNORECASE)
"""A last part that is a number makes a browser read the whole as IPv4, however it is written: 127.1, 0x7f.1."""
_NEAR = (".localhost", ".local", ".internal", ".lan", ".home", ".home.arpa", ".intranet", ".corp")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""The only IPv6 addresses of the public internet that have been assigned."""
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


def web_address(uri: str, *, public: bool) -> str | None:
    """`uri` (with or without a scheme) as a URL to open; None if it is not a URL or not safe.

    Refused: other schemes, user names, characters that a browser or a shell could read differently, and, from providers
    of `public` networks, hosts that mean this machine or its local network.
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
        near = "." not in host or host.lower().endswith(_NEAR)
        return None if not _NAME.fullmatch(host) or _NUMBER.fullmatch(host) or (public and near) else host
    if public and not _global(address):
        return None
    return f"[{address}]" if address.version == 6 else str(address)


def _global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (address not in _UNICAST or address.sixtofour is not None):
        return False  # those that wrap an IPv4 address may lead to local ones
    return address.is_global and not address.is_multicast
