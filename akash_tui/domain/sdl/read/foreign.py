"""Files that are no SDL at all: those of docker compose and Kubernetes, and whatever else has no section of an SDL."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.read.nodes import Content, Mapping, Node, Scalar, contents, raw
from akash_tui.domain.sdl.read.reading import SdlReading

_COMPOSE: Final = frozenset(
    (
        "ports", "deploy", "volumes", "environment", "env_file", "restart", "networks", "depends_on", "build",
        "container_name", "healthcheck", "entrypoint", "runtime", "shm_size", "network_mode", "ipc", "ulimits",
        "privileged", "labels", "logging", "devices", "cap_add", "stdin_open", "tty", "hostname", "mem_limit", "cpus",
        "extends", "links", "extra_hosts", "security_opt", "cap_drop", "tmpfs", "platform", "working_dir", "sysctls",
        "pull_policy", "gpus", "pid", "init",
    )
)  # fmt: skip
_COMPOSE_TOP: Final = frozenset(("networks", "volumes", "configs", "secrets", "name"))
_OF_SDL: Final = frozenset(("profiles", "deployment"))
_SECTIONS: Final = frozenset(
    ("version", "services", "service", "deployments", "profile", "compute", "placement", "endpoints", "pricing")
)
"""Sections of an SDL, and what people write for them."""


def is_foreign(reading: SdlReading, root: Content) -> bool:
    """Report a file that is no SDL at all; such a file has neither profiles nor deployment, so Go refuses it too."""
    keys = {raw(node) for node in contents(root)}
    if keys & _OF_SDL:
        return False
    if not isinstance(root, Mapping):
        return not keys & _SECTIONS and _unknown(reading, root)
    pairs = {raw(key): (key, value) for key, value in root.pairs}
    if "apiVersion" in pairs or {"metadata", "spec"} <= keys:
        key, value = pairs.get("kind") or next(iter(pairs.values()))
        name = raw(value)[:40] if "kind" in pairs else ""
        reading.error(
            "sdl.kubernetes",
            key,
            "",
            f"This is a Kubernetes manifest{f' ({name})' if name else ''}, not an SDL.",
            "Write its containers under services (image, env, expose), their resources under profiles: compute:, the "
            "replicas as count under deployment. Start from a preset: akash-tui preset show web-page.",
        )
        return True
    if not keys & _SECTIONS and any(_is_old_compose(value) for _, value in root.pairs):
        return _compose(reading, root.pairs[0][0])
    if not keys & _SECTIONS:
        return _unknown(reading, root)
    if "services" not in pairs:
        return False
    key, services = pairs["services"]
    if not isinstance(services, Mapping):
        return False
    version = raw(pairs["version"][1]) if "version" in pairs else ""
    if (
        version.startswith("3")
        or any(_is_of_compose(service) for _, service in services.pairs)
        or _COMPOSE_TOP & pairs.keys()
        or any(name.startswith("x-") for name in pairs)
    ):
        return _compose(reading, key)
    return False


def _compose(reading: SdlReading, place: Node) -> bool:
    reading.error(
        "sdl.compose-file",
        place,
        "services",
        "This is a docker compose file, not an SDL.",
        "Write ports: as expose: (- port: 80, as: 80, to: - global: true), environment: as env: (- KEY=value), "
        "volumes: as params: storage:, the resources under profiles: compute:, and add profiles: placement: and "
        "deployment:. Start from a preset: akash-tui preset show web-page.",
    )
    return True


def _unknown(reading: SdlReading, root: Content) -> bool:
    """A web page, a chart, notes: a missing version is the least of what is wrong with it."""
    reading.error(
        "sdl.no-sdl",
        Scalar("", line=root.line, column=root.column),
        "",
        "This is not an SDL: it has none of its sections (version, services, profiles, deployment).",
        "Is it the right file? Start from a preset: akash-tui preset list.",
    )
    return True


def _is_old_compose(service: Node) -> bool:
    """A service of the first compose format, which has no section around it."""
    keys = {raw(node) for node in contents(service)} if isinstance(service, Mapping) else set()
    return bool(keys & {"image", "build"} and keys & _COMPOSE - {"build"})


def _is_of_compose(service: Node) -> bool:
    return isinstance(service, Mapping) and any(raw(key) in _COMPOSE for key, _ in service.pairs)
