"""The plain host name that is meant by an address, a name in capitals, or one with letters beyond ASCII."""

from __future__ import annotations

import re

from akash_tui.domain.sdl.go.text import dns_name_ok

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PORT = re.compile(r":[0-9]{1,5}$")


def plain_host(host: str) -> tuple[str | None, str]:
    """The name to write, if it is certain, and what is wrong in a few words (empty if that is not clear)."""
    name = host.strip()
    if "*" in name:
        return None, ": there are no wildcards, each name is listed"
    parts = []
    if name != host:
        parts.append("a blank")
    if _SCHEME.match(name):
        name = _SCHEME.sub("", name, count=1)
        parts.append("http://" if host.strip().lower().startswith("http:") else "a scheme")
    if name.endswith("/"):
        name = name.rstrip("/")
        parts.append("a /")
    if _PORT.search(name):
        name = _PORT.sub("", name)
        parts.append("a port")
    if name != name.lower():
        name = name.lower()
        parts.append("upper-case letters")
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return None, ""
        parts.append("letters that DNS writes in another way")
    if "_" in name:
        return None, ": it has a _, which host names cannot have"
    why = f": it has {' and '.join(parts)}" if parts else ""
    return (name, why) if dns_name_ok(name) else (None, "")
