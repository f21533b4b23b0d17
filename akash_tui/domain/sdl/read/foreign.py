"""Files of other tools that are taken for an SDL: docker compose and Kubernetes."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.read.nodes import Content, Mapping, Node, raw
from akash_tui.domain.sdl.read.reading import SdlReading

_COMPOSE: Final = frozenset(
    (
        "ports", "deploy", "volumes", "environment", "env_file", "restart", "networks", "depends_on", "build",
        "container_name", "healthcheck", "entrypoint", "runtime", "shm_size", "network_mode", "ipc", "ulimits",
        "privileged", "labels", "logging", "devices", "cap_add", "stdin_open", "tty", "hostname", "mem_limit", "cpus",
    )
)  # fmt: skip
_COMPOSE_TOP: Final = frozenset(("networks", "volumes", "configs", "secrets", "name"))
_OF_SDL: Final = frozenset(("profiles", "deployment"))


def is_foreign(reading: SdlReading, root: Content) -> bool:
    """Report a file that is no SDL at all; such a file has neither profiles nor deployment, so Go refuses it too."""
    if not isinstance(root, Mapping) or any(raw(key) in _OF_SDL for key, _ in root.pairs):
        return False
    pairs = {raw(key): (key, value) for key, value in root.pairs}
    if "apiVersion" in pairs and "kind" in pairs:
        key, value = pairs["kind"]
        reading.error(
            "sdl.kubernetes",
            key,
            "",
            f"This is a Kubernetes manifest ({raw(value)[:40] or 'of some kind'}), not an SDL.",
            "Write its containers under services (image, env, expose), their resources under profiles: compute:, the "
            "replicas as count under deployment. Start from a preset: akash-tui preset show web-page.",
        )
        return True
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
    ):
        reading.error(
            "sdl.compose-file",
            key,
            "services",
            "This is a docker compose file, not an SDL.",
            "Write ports: as expose: (- port: 80, as: 80, to: - global: true), environment: as env: (- KEY=value), "
            "volumes: as params: storage:, the resources under profiles: compute:, and add profiles: placement: and "
            "deployment:. Start from a preset: akash-tui preset show web-page.",
        )
        return True
    return False


def _is_of_compose(service: Node) -> bool:
    return isinstance(service, Mapping) and any(raw(key) in _COMPOSE for key, _ in service.pairs)
