"""An SDL rebuilt from a provider's copy of the manifest and the groups on chain.

The manifest is foreign data and lacks its endpoints (provider recordings, fact 16), so resources, prices and
placement come from the chain. Its hash shows whether the result is equal to the deployed SDL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from akash_tui.domain.akash.money import plain
from akash_tui.domain.akash.resources import GroupSpec, Resources, ResourceUnit, Volume
from akash_tui.domain.sdl.edit.text_edits import quoted
from akash_tui.domain.sdl.go.quantities import size_text
from akash_tui.domain.sdl.read.interconnect import AUTO, INTERCONNECT_KEY

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]{0,80}\Z")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_LIMIT = 20_000
"""Longest string and most entries that are used."""
_HTTP = (
    ("maxBodySize", "max_body_size", 1_048_576),
    ("readTimeout", "read_timeout", 60_000),
    ("sendTimeout", "send_timeout", 60_000),
    ("nextTries", "next_tries", 3),
    ("nextTimeout", "next_timeout", 0),
    ("nextCases", "next_cases", ["error", "timeout"]),
)

Tree = dict[str, Any]


def rebuild(manifest: Sequence[object], groups: Sequence[GroupSpec]) -> str:
    """The SDL as YAML text; ValueError if the manifest names no group of the deployment."""
    by_name = {g.name: g for g in groups}
    services: Tree = {}
    compute: Tree = {}
    placement: Tree = {}
    deployment: Tree = {}
    for raw in manifest:
        entry = _mapping(raw)
        spec = by_name.get(_string(entry.get("name")))
        if spec is None:
            continue
        pricing: Tree = {}
        for one in _list(entry.get("services")):
            service = _mapping(one)
            name = _string(service.get("name"))
            unit = _unit(service, spec)
            if not name or unit is None:
                continue
            services[name] = _service(service)
            compute[name] = {"resources": _resources(unit.resources)}
            pricing[name] = {"denom": unit.price.denom, "amount": plain(unit.price.amount)}
            count = service.get("count")
            deployment[name] = {spec.name: {"profile": name, "count": count if isinstance(count, int) else unit.count}}
        placement[spec.name] = _placement(spec, pricing)
    if not services:
        raise ValueError("the manifest has none of the deployment's groups")
    whole: Tree = {
        "version": "2.0",
        "services": services,
        "profiles": {"compute": compute, "placement": placement},
        "deployment": deployment,
    }
    return "\n".join(_yaml(whole, 0)) + "\n"


def _unit(service: Mapping[str, Any], spec: GroupSpec) -> ResourceUnit | None:
    """The unit that the service's resource id names; the only one there is."""
    id = _mapping(service.get("resources")).get("id")
    found = next((u for u in spec.units if u.resources.id == id), None)
    return found or (spec.units[0] if len(spec.units) == 1 else None)


def _service(service: Mapping[str, Any]) -> Tree:
    made: Tree = {"image": _string(service.get("image"))}
    for key in ("command", "args", "env"):
        words = [_string(w) for w in _list(service.get(key)) if isinstance(w, str)]
        if words:
            made[key] = words
    exposes = [_expose(_mapping(e)) for e in _list(service.get("expose"))]
    if exposes:
        made["expose"] = exposes
    storage = {}
    for mount in _list(_mapping(service.get("params")).get("storage")):
        where = _mapping(mount)
        storage[_string(where.get("name"))] = {
            "mount": _string(where.get("mount")),
            **({"readOnly": True} if where.get("readOnly") is True else {}),
        }
    if storage:
        made["params"] = {"storage": storage}
    return made


def _expose(expose: Mapping[str, Any]) -> Tree:
    made: Tree = {"port": _number(expose.get("port"))}
    outside = _number(expose.get("externalPort"))
    if outside:
        made["as"] = outside
    proto = _string(expose.get("proto")).lower()
    if proto and proto != "tcp":
        made["proto"] = proto
    hosts = [_string(h) for h in _list(expose.get("hosts")) if isinstance(h, str)]
    if hosts:
        made["accept"] = hosts
    options = _mapping(expose.get("httpOptions"))
    http = {ours: options[theirs] for theirs, ours, usual in _HTTP if options.get(theirs, usual) != usual}
    if http:
        made["http_options"] = http
    to: Tree = {}
    if _string(expose.get("service")):
        to["service"] = _string(expose.get("service"))
    if expose.get("global") is True:
        to["global"] = True
    made["to"] = [to]
    return made


def _resources(resources: Resources) -> Tree:
    made: Tree = {
        "cpu": {"units": resources.cpu_milli / 1000},
        "memory": {"size": size_text(resources.memory)},
        "storage": [_volume(v, len(resources.storage)) for v in resources.storage],
    }
    if resources.gpu_units:
        models: dict[str, list[Tree]] = {}
        interconnect: Tree = {}
        for attribute in resources.gpu_attributes:
            if attribute.key == INTERCONNECT_KEY:
                interconnect = {"interconnect": [] if attribute.value == AUTO else {"group": attribute.value}}
                continue
            parts = attribute.key.split("/")
            keyed = dict(zip(parts[::2], parts[1::2], strict=False))
            one = {key: keyed[key] for key in ("model", "ram", "interface") if keyed.get(key, "*") != "*"}
            models.setdefault(keyed.get("vendor", "nvidia"), []).extend([one] if one else [])
        vendor: Tree = {name: found or None for name, found in models.items()}
        made["gpu"] = {"units": resources.gpu_units, "attributes": {"vendor": vendor, **interconnect}}
    return made


def _volume(volume: Volume, many: int) -> Tree:
    made: Tree = {} if many == 1 and volume.name == "default" else {"name": volume.name}
    made["size"] = size_text(volume.size)
    if volume.attributes:
        made["attributes"] = {a.key: a.value == "true" if a.value in ("true", "false") else a.value
                              for a in volume.attributes}  # fmt: skip
    return made


def _placement(spec: GroupSpec, pricing: Tree) -> Tree:
    made: Tree = {}
    if spec.attributes:
        made["attributes"] = {a.key: a.value for a in spec.attributes}
    signed = {"allOf": list(spec.signed_by.all_of), "anyOf": list(spec.signed_by.any_of)}
    if any(signed.values()):
        made["signedBy"] = {key: who for key, who in signed.items() if who}
    return {**made, "pricing": pricing}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value[:_LIMIT] if isinstance(value, list) else []


def _string(value: object) -> str:
    return value[:_LIMIT] if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 65536 else 0


def _yaml(value: Any, depth: int) -> Iterator[str]:
    """Block style; whatever is not surely a plain word is quoted as JSON, which YAML reads the same."""
    pad = "  " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                yield f"{pad}{_scalar(key)}:"
                yield from _yaml(inner, depth + 1)
            else:
                yield f"{pad}{_scalar(key)}: {_scalar(inner)}"
        return
    for inner in value:
        if isinstance(inner, dict) and inner:
            first, *rest = _yaml(inner, depth + 1)
            yield f"{pad}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{pad}- {_scalar(inner)}"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | dict):
        return json.dumps(value)
    text = str(value)
    return text if _PLAIN.match(text) and text.lower() not in _WORDS else quoted(text)
