"""What differs between two manifests of one deployment, service by service.

Values of environment variables and credentials are never shown: they are often secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_HIDDEN = ("credentials",)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class ManifestChange:
    """One changed part of one service; empty `before` or `after`: it was added or removed."""

    service: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.before and self.after:
            return f"{self.service}: {self.what} {self.before} → {self.after}"
        return f"{self.service}: {self.what} {self.after or self.before} {'added' if self.after else 'removed'}"


def changes(old: bytes, new: bytes) -> tuple[ManifestChange, ...]:
    """From one manifest's JSON to another's, both our own; services by name."""
    return tuple(_all(_services(old), _services(new)))


def _services(manifest: bytes) -> dict[str, dict[str, Any]]:
    groups = json.loads(manifest) if manifest else []
    many = len(groups) > 1
    return {
        (f"{group['name']}/{service['name']}" if many else service["name"]): service
        for group in groups
        for service in group["services"] or ()
    }


def _all(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> Iterator[ManifestChange]:
    for name in [*old, *(n for n in new if n not in old)]:
        if name not in new:
            yield ManifestChange(name, "service", name, "")
        elif name not in old:
            yield ManifestChange(name, "service", "", name)
        else:
            yield from _service(name, old[name], new[name])


def _service(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[ManifestChange]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before == after or key == "name":
            continue
        if key == "env":
            yield from _env(name, before or [], after or [])
        elif key in _HIDDEN:
            yield ManifestChange(
                name, key, "set" if before else "", "set to another value" if before and after else _if(after)
            )
        elif isinstance(before, dict) or isinstance(after, dict):
            was, now = _leaves(before), _leaves(after)
            for path in dict.fromkeys((*was, *now)):
                if was.get(path) != now.get(path):
                    yield ManifestChange(name, f"{key} {path}", _brief(was.get(path)), _brief(now.get(path)))
        else:
            yield ManifestChange(name, "ports" if key == "expose" else key, _brief(before), _brief(after))


def _env(name: str, old: list[str], new: list[str]) -> Iterator[ManifestChange]:
    was, now = (dict(one.partition("=")[::2] for one in env) for env in (old, new))
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) != now.get(key):
            before, after = ("its value" if key in was else ""), ("another value" if key in was else "set")
            yield ManifestChange(name, f"env {key}", before, after if key in now else "")


def _leaves(value: object, path: str = "") -> dict[str, object]:
    """The plain values in nested ones, by the keys that lead to them; items of a list go by name, else by number."""
    if isinstance(value, dict):
        parts = [(str(key), each) for key, each in value.items()]
    elif isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        parts = [
            (str(each.get("name", at + 1)) if isinstance(each, dict) else str(at + 1), each)
            for at, each in enumerate(value)
        ]
    else:
        return {} if value is None else {path: value}
    return {inner: leaf for key, each in parts for inner, leaf in _leaves(each, f"{path} {key}".strip()).items()}


def _if(value: object) -> str:
    return "set" if value else ""


def _brief(value: object) -> str:
    if value is None or value in ([], ""):
        return ""
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return _cut(" ".join(value))
    if isinstance(value, list) and all(isinstance(v, dict) and "port" in v for v in value):
        return _cut(", ".join(map(_port, value)))
    return _cut(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def _port(expose: dict[str, Any]) -> str:
    outside = expose.get("externalPort") or expose["port"]
    where = "global" if expose.get("global") else (expose.get("service") or "inside")
    hosts = " ".join(expose.get("hosts") or ())
    return f"{expose['port']}→{outside}/{str(expose.get('proto', '')).lower()} {where}" + (f" {hosts}" if hosts else "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
