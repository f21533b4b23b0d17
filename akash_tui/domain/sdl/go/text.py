"""Small rules of Go and Kubernetes about text: white space, names, versions."""

from __future__ import annotations

import re
from typing import Final

from akash_tui.domain.sdl.go.numbers import parse_uint

SPACE: Final = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's strings.TrimSpace takes off."""

SERVICE_NAME: Final = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?", re.ASCII)
ENDPOINT_NAME: Final = re.compile(r"[a-z]+[a-z\-_0-9]+", re.ASCII)
_ENV_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*", re.ASCII)
_DNS_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_LABEL = re.compile(r"[0-9A-Za-z-]+", re.ASCII)


def env_name_ok(name: str) -> bool:
    """Kubernetes' IsEnvVarName."""
    return bool(_ENV_NAME.fullmatch(name)) and name != "." and not name.startswith("..")


def dns_name_ok(name: str) -> bool:
    """Kubernetes' IsDNS1123Subdomain: lower case, at most 253 characters."""
    return len(name) <= 253 and bool(_DNS_NAME.fullmatch(name))


def parse_version(text: str) -> tuple[int, int, int, bool] | None:
    """A tolerant semantic version: major, minor, patch, and whether it is a pre-release."""
    text = text.strip(SPACE).removeprefix("v")
    parts = text.split(".", 2)
    for index, part in enumerate(parts):
        if len(part) > 1:
            stripped = part.lstrip("0")
            parts[index] = stripped if stripped[:1].isascii() and stripped[:1].isdigit() else "0" + stripped
    if len(parts) < 3 and re.search(r"[+-]", parts[-1]):
        return None
    parts += ["0"] * (3 - len(parts))
    patch, plus, build = parts[2].partition("+")
    patch, dash, pre = patch.partition("-")
    numbers = [parse_uint(part, 64) for part in (parts[0], parts[1], patch)]
    if any(len(part) > 1 and part[0] == "0" for part in (parts[0], parts[1], patch)):
        return None
    if plus and not all(_LABEL.fullmatch(label) for label in build.split(".")):
        return None
    for label in pre.split(".") if dash else ():
        if not _LABEL.fullmatch(label) or (label.isdigit() and len(label) > 1 and label[0] == "0"):
            return None
    major, minor, fix = numbers
    if major is None or minor is None or fix is None:
        return None
    return major, minor, fix, bool(dash)
