"""Does a provider fit an order: its attributes, signed or not, and its capabilities (akash attributes, v1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Pairs = Iterable[tuple[str, str]]


def attributes_match(spec: Mapping[str, Any], own: Pairs, signed: Mapping[str, Pairs]) -> bool:
    """The group's required attributes, in the provider's own list or, if the group asks for auditors, in theirs.

    `signed` holds per auditor what was signed. All of `all_of` and at least one of `any_of` must have signed all.
    """
    requirements = spec["requirements"]
    wanted = _pairs(requirements["attributes"])
    all_of, any_of = requirements["signed_by"]["all_of"], requirements["signed_by"]["any_of"]
    if not all_of and not any_of:
        return subset(wanted, own)
    if any(auditor not in signed or not subset(wanted, signed[auditor]) for auditor in all_of):
        return False
    return not any_of or any(auditor in signed and subset(wanted, signed[auditor]) for auditor in any_of)


def capabilities_match(spec: Mapping[str, Any], own: Pairs) -> bool:
    """The provider has the storage classes asked for, and one of the GPU models asked for."""
    own = list(own)
    volumes = _capability_groups(own)
    gpus = [(key.removeprefix("capabilities/gpu/"), value) for key, value in own if key.startswith("capabilities/gpu/")]
    for unit in spec["resources"]:
        resource = unit["resource"]
        for volume in resource["storage"]:
            wanted = _pairs(volume["attributes"])
            if wanted and not any(subset(wanted, group) for group in volumes):
                return False
        gpu = resource["gpu"]
        if gpu and int(gpu["units"]["val"]) and gpu["attributes"]:
            wanted = _pairs(gpu["attributes"])
            if not any(subset([each], gpus) for each in wanted):
                return False
    return True


ARCHES = {"amd64": ("amd64", "x86-64"), "arm64": ("arm64",)}
"""What an SDL calls an architecture, and how provider attributes name it."""
LEASED_IP = ("LEASED_IP", 2)


def extras_match(spec: Mapping[str, Any], own: Pairs) -> bool:
    """The provider leases IP addresses where one is asked for, and has the CPU architecture that is."""
    values = dict(own)
    for unit in spec["resources"]:
        resource = unit["resource"]
        leases_ip = any(each.get("kind") in LEASED_IP for each in resource.get("endpoints") or ())
        if leases_ip and values.get("feat-endpoint-ip") != "true":
            return False
        for key, value in _pairs(resource["cpu"].get("attributes") or ()):
            if key == "arch" and values.get("capabilities/cpu/arch", value) not in ARCHES.get(value, (value,)):
                return False
    return True


def subset(wanted: Pairs, own: Pairs) -> bool:
    """Every wanted pair is there; `*` and `?` in a wanted key match within one path element."""
    own = list(own)
    return all(any(value == have and _glob(key).match(name) for name, have in own) for key, value in wanted)


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.compile(f"(?:{text})\\Z")


def _pairs(attributes: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(each["key"], each["value"]) for each in attributes]


def _capability_groups(own: Pairs) -> list[list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, value in own:
        parts = key.split("/")
        if len(parts) == 4 and parts[:2] == ["capabilities", "storage"]:
            groups.setdefault(parts[2], []).append((parts[3], value))
    return list(groups.values())
