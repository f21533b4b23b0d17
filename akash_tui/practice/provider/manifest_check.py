"""What a provider checks in a manifest before it deploys it, with the error texts of the real one.

The order is that of the recordings (provider/README.md, fact 11): the manifest itself, its hash, the comparison with
the groups on chain. Decoding comes before (`manifest_value`), host names and the lease after (`gateway`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from akash_tui.practice.provider.manifest_value import version

Json = dict[str, Any]

_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_HOST_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_ENV_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_COUNTER = {"SHARED_HTTP": "HTTP", "RANDOM_PORT": "PORT", "LEASED_IP": "IP"}


class ManifestFault(Exception):
    """A manifest that the provider refuses: the HTTP status and the text of its answer (without the line end)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def check_manifest(manifest: list[Json], on_chain_hash: bytes, specs: Sequence[Json]) -> None:
    """Raise the first ManifestFault of a decoded manifest; `specs` are the deployment's group specs in REST's shape."""
    validate(manifest)
    if version(manifest) != on_chain_hash:
        raise ManifestFault(422, "manifest version validation failed")
    compare(manifest, specs)


def host_names(group: Json) -> list[str]:
    """The custom host names that a manifest group asks for, in order."""
    return [h for s in group["services"] or [] for e in s["expose"] or [] for h in e["hosts"] or []]


def is_ingress(expose: Json) -> bool:
    """True for an expose that is served over HTTP by the provider's ingress: global TCP on port 80."""
    return bool(expose["proto"] == "TCP" and expose["global"] and (expose["externalPort"] or expose["port"]) == 80)


def _invalid(text: str) -> ManifestFault:
    return ManifestFault(422, f"invalid manifest: {text}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def validate(manifest: list[Json]) -> None:
    """The checks that need nothing but the manifest."""
    if not manifest:
        raise _invalid("manifest is empty")
    hosts: set[str] = set()
    names: set[str] = set()
    global_exposes = 0
    for group in manifest:
        services = group["services"] or []
        if not services:
            raise _invalid(f"group {_quoted(group['name'])} contains no services")
        if [s["name"] for s in services] != sorted(s["name"] for s in services):
            raise _invalid(f"group {_quoted(group['name'])} services is not sorted")
        for service in services:
            global_exposes += _service(service, hosts)
        if group["name"] in names:
            raise _invalid(f"duplicate group {_quoted(group['name'])}")
        names.add(group["name"])
    if not global_exposes:
        raise _invalid("zero global services")


def _service(service: Json, hosts: set[str]) -> int:
    """Check one service; the number of its global exposes."""
    name = service["name"]
    if not name:
        raise _invalid("service name is empty")
    if not _SERVICE_NAME.fullmatch(name):
        raise _invalid(f"service {_quoted(name)} name is invalid")
    if not service["image"]:
        raise _invalid(f"service {_quoted(name)} has empty image name")
    if service["resources"]["endpoints"] is None:
        raise ManifestFault(500, "endpoints must not be nil")
    for variable in service["env"] or []:
        key = variable.partition("=")[0]
        if not _ENV_NAME.fullmatch(key) or key.startswith(".."):
            raise _invalid(f"service {_quoted(name)} defines an env. var. with an invalid name {_quoted(key)}")
    exposes = service["expose"] or []
    order = [(e["service"], e["port"], e["proto"], not e["global"]) for e in exposes]
    if order != sorted(order):
        raise _invalid(f"service {_quoted(name)}: expose is not sorted")
    for expose in exposes:
        _expose(name, expose, hosts)
    return sum(1 for e in exposes if e["global"])


def _expose(service: str, expose: Json, hosts: set[str]) -> None:
    where = f"service {_quoted(service)}: "
    if not 0 < expose["port"] <= 65535:
        raise _invalid(where + "port value must be 0 < value <= 65535 ")
    if expose["proto"] not in ("TCP", "UDP"):
        raise _invalid(where + f"protocol {_quoted(expose['proto'])} unknown")
    for host in expose["hosts"] or []:
        if len(host) > 253 or not _HOST_NAME.fullmatch(host):
            raise _invalid(where + f"has invalid hostname {_quoted(host)}")
        if host in hosts:
            raise _invalid(where + f"hostname {_quoted(host)} is duplicated, this is not allowed")
        hosts.add(host)


def compare(manifest: list[Json], specs: Sequence[Json]) -> None:
    """Groups, replicas, resources and endpoints of the manifest must be exactly those that the chain has."""
    if len(manifest) != len(specs):
        raise ManifestFault(500, f"invalid manifest: group count mismatch ({len(manifest)} != {len(specs)})")
    by_name = {spec["name"]: _Budget(spec) for spec in specs}
    for group in manifest:
        budget = by_name.get(group["name"])
        if budget is None:
            raise ManifestFault(500, f"invalid manifest: unknown deployment group ('{group['name']}')")
        for service in group["services"]:
            budget.spend(service)
    for budget in by_name.values():
        budget.settle()


class _Budget:
    """What is left of a group on chain while the manifest's services are taken from it."""

    def __init__(self, spec: Json) -> None:
        self.name = spec["name"]
        self.units = {unit["resource"]["id"]: unit for unit in spec["resources"]}
        self.left = {unit["resource"]["id"]: unit["count"] for unit in spec["resources"]}
        self.endpoints = {
            number: Counter(_COUNTER[e["kind"]] for e in unit["resource"]["endpoints"])
            for number, unit in self.units.items()
        }

    def _fault(self, text: str) -> ManifestFault:
        return ManifestFault(422, f"manifest cross-validation error: group {_quoted(self.name)}: {text}")

    def spend(self, service: Json) -> None:
        """Take one service out of the group, or say what does not fit."""
        where, number = f"service {_quoted(service['name'])}: ", service["resources"]["id"]
        if number not in self.units:
            raise self._fault(where + f"not found deployment group resources with ID = {number}")
        if service["count"] > self.left[number]:
            raise self._fault(
                where
                + f"over-utilized replicas ({service['count']}) > group spec resources count ({self.left[number]})"
            )
        ordered = self.units[number]["resource"]
        for label, key in (("CPU", "cpu"), ("GPU", "gpu"), ("Memory", "memory"), ("Storage", "storage")):
            if _amounts(service["resources"].get(key)) != _amounts(ordered.get(key)):
                raise self._fault(where + f"{label} resources mismatch for ID {number}")
        for expose in service["expose"] or []:
            if not expose["global"]:
                continue
            wanted = ["HTTP" if is_ingress(expose) else "PORT"] + (["IP"] if expose["ip"] else [])
            for label in wanted:
                if not self.endpoints[number][label]:
                    raise self._fault(where + f"resource ID {number}: over-utilized {label} endpoints")
                self.endpoints[number][label] -= 1
        self.left[number] -= service["count"]

    def settle(self) -> None:
        """Nothing may be left over."""
        for number, endpoints in self.endpoints.items():
            for label in ("HTTP", "PORT", "IP"):
                if count := endpoints[label]:
                    raise self._fault(f"resources ID ({number}): under-utilized ({count}) {label} endpoints")
        for number, count in self.left.items():
            if count:
                raise self._fault(f"resources ID ({number}): under-utilized ({count}) resources")


def _amounts(part: Any) -> Any:
    """A resource in a form that compares: manifest (`size`) and chain (`quantity`) spell the same thing differently."""
    if isinstance(part, list):
        return [_amounts(each) for each in part]
    if part is None:
        return None
    value = next((part[key]["val"] for key in ("units", "size", "quantity") if key in part), None)
    attributes = [(a["key"], a["value"]) for a in part.get("attributes") or []]
    return part.get("name", ""), value, attributes
