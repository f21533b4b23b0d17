"""Would Go's `url.ParseRequestURI` take "http://" + host? Checked for each `accept` entry.

Deployed services must pass the far stricter DNS rule as well; this is the only rule for services
that the file describes but does not deploy.
"""

from __future__ import annotations

import re
from typing import Final

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_USERINFO = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*", re.ASCII)
_PORT = re.compile(r"(?::[0-9]*)?", re.ASCII)
_HOST_ASCII: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!$&'()*+,;=:[]<>\"")


def host_in_url_ok(text: str) -> bool:
    """True if the text forms a URL behind `http://`."""
    if _CONTROL.search(text):
        return False
    rest = text.partition("?")[0]
    authority, slash, path = rest.partition("/")
    if slash and _BAD_ESCAPE.search(path):
        return False
    userinfo, at, host = authority.rpartition("@")
    if at and (not _USERINFO.fullmatch(userinfo) or _BAD_ESCAPE.search(userinfo)):
        return False
    return _host_ok(host)


def _host_ok(host: str) -> bool:
    if host.startswith("["):
        end = host.rfind("]")
        if end < 0 or not _PORT.fullmatch(host[end + 1 :]):
            return False
        return _unescapable(host[: end + 1].partition("%25")[0])
    if "[" in host or "]" in host:
        return False
    colon = host.rfind(":")
    if colon >= 0 and not _PORT.fullmatch(host[colon:]):
        return False
    return _unescapable(host)


def _unescapable(host: str) -> bool:
    """In a host, %XX may stand only for bytes above 0x7F (and %25 in a zone)."""
    if _BAD_ESCAPE.search(host):
        return False
    if any(int(code, 16) < 0x80 for code in re.findall(r"%([0-9A-Fa-f]{2})", host)):
        return False
    return all(char in _HOST_ASCII or char == "%" or ord(char) >= 0x80 for char in host)
