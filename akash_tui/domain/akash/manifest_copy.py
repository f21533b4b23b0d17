"""A manifest of ours compared with the copy that a provider gives of what it runs.

The copy is foreign data and comes back without its endpoints (provider recordings, fact 16), so its hash is not the
one on chain: what a workload is made of is compared instead, service by service.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

PODS = ("image", "command", "args", "env", "count")
"""What the pods of a service are made of: a change of any of them starts new ones."""
_PORTS = ("port", "externalPort", "proto", "service", "global", "hosts")
_MOST = 1_000
"""Longest list that is read."""

Services = dict[tuple[str, str], Mapping[str, Any]]
"""By the names of group and service."""


def services_in(manifest: object) -> Services:
    """The services of a manifest: its bytes, or the JSON values of a copy. Anything else in it is skipped."""
    if isinstance(manifest, bytes):
        manifest = json.loads(manifest) if manifest else []
    return {
        (group["name"], service["name"]): service
        for group in _named(manifest)
        for service in _named(group.get("services"))
    }


def is_copy_of(copy: object, manifest: bytes) -> bool | None:
    """Whether a provider's copy, which has only its own groups, is what the manifest says of these groups.

    None if the copy cannot be compared: it has no group of the manifest.
    """
    ours, theirs = services_in(manifest), services_in(copy)
    groups = {group for group, _ in theirs} & {group for group, _ in ours}
    if not groups:
        return None
    expected = {name for name in ours if name[0] in groups}
    return expected == {name for name in theirs if name[0] in groups} and all(
        _pods(ours[name]) == _pods(theirs[name]) and _exposes(ours[name]) == _exposes(theirs[name]) for name in expected
    )


def replaced(old: object, new: bytes) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The services whose pods the new manifest replaces for sure, and those of which something else differs.

    Services that the old one does not have are in neither: nothing of them can be mistaken for the new ones.
    """
    before, after = services_in(old), services_in(new)
    both = [name for name in after if name in before]
    surely = {name for name in both if _pods(before[name]) != _pods(after[name])}
    return surely, {name for name in both if _other(before[name]) != _other(after[name])} - surely


def _pods(service: Mapping[str, Any]) -> list[object]:
    return [service.get(key) or None for key in PODS]


def _exposes(service: Mapping[str, Any]) -> list[list[object]]:
    return [[expose.get(key) or None for key in _PORTS] for expose in _dicts(service.get("expose"))]


def _other(service: Mapping[str, Any]) -> dict[str, object]:
    """All that differs between two services but for the endpoints, which copies lack."""
    resources = service.get("resources")
    compared = {k: v for k, v in resources.items() if k != "endpoints"} if isinstance(resources, dict) else None
    return {k: v for k, v in {**service, "resources": compared}.items() if v and k not in PODS}


def _named(value: object) -> Iterator[dict[str, Any]]:
    yield from (entry for entry in _dicts(value) if isinstance(entry.get("name"), str))


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    for item in value[:_MOST] if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
