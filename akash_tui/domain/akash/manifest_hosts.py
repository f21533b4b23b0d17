"""Custom host names that a manifest asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_MOST = 1_000
"""Longest list that is read: the manifest may be a provider's."""


def declared_hosts(manifest: object) -> tuple[str, ...]:
    """The names in `hosts` of every expose, in order, each once; anything else is skipped."""
    found: dict[str, None] = {}
    for group in _dicts(manifest):
        for service in _dicts(group.get("services")):
            for expose in _dicts(service.get("expose")):
                hosts = expose.get("hosts")
                for host in hosts[:_MOST] if isinstance(hosts, list) else ():
                    if isinstance(host, str) and _HOST.fullmatch(host):
                        found[host] = None
    return tuple(found)[:_MOST]


def hosts_of_group(manifest: bytes, group: str) -> tuple[str, ...]:
    """The names that one group of a manifest of ours asks for; none without a manifest."""
    groups = json.loads(manifest) if manifest else []
    return declared_hosts([each for each in groups if each.get("name") == group])


def _dicts(value: object) -> Iterator[dict[str, object]]:
    for item in value[:_MOST] if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
