"""Where a key belongs that stands in the wrong place, or what takes its place in an SDL."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.read.service import EXPOSE_FIELDS, SERVICE_FIELDS, TARGET_FIELDS

_EXPOSE: Final = "goes under expose: - port: 80, and below it"
_ACCEPT: Final = "Host names go under expose: - port: 80, below it accept:, and below that - www.example.com."
_COUNT: Final = "It goes under deployment: below the service and its placement: profile: and count: 1."
_RESOURCES: Final = "Resources go under profiles: compute: the profile's name: resources:."
_VOLUMES: Final = (
    "Write params: storage: the volume's name: mount: /path here, and the volume under the storage of its compute "
    "profile."
)
_NONE: Final = "Remove it: Akash has nothing like it."
_SERVICE: Final = "It goes under services: below the service's name."
_GLOBAL: Final = "It goes under to: - global: true."
_DEEPER: Final = "It goes under resources:, two blanks deeper."
_PRICE: Final = "It goes under pricing: and the profile's name."

_PLACES: Final[dict[tuple[str, ...], dict[str, str]]] = {
    SERVICE_FIELDS: {
        **dict.fromkeys(("accept", "host", "hosts", "hostname", "hostnames", "domain", "domains"), _ACCEPT),
        **dict.fromkeys(("count", "replicas", "scale", "profile"), _COUNT),
        "ports": "Write expose: with - port: 80, as: 80 and to: with - global: true.",
        **{key: f"It {_EXPOSE} {key}:." for key in ("port", "as", "to", "proto", "http_options")},
        "global": f"It {_EXPOSE} to: with - global: true.",
        **dict.fromkeys(("volumes", "volume", "mounts", "mount", "storage"), _VOLUMES),
        **dict.fromkeys(
            ("environment", "env_vars", "variables", "env_file"), "Write env: with one - KEY=value for each variable."
        ),
        "entrypoint": "Write command: with one item for each word: - sh, below it - -c, and so on.",
        **dict.fromkeys(
            ("deploy", "resources", "cpu", "memory", "gpu", "gpus", "cpus", "mem_limit", "shm_size", "compute"),
            _RESOURCES,
        ),
        **dict.fromkeys(("restart", "restart_policy"), "Remove it: Akash restarts a container that ends."),
        **dict.fromkeys(("depends_on",), "Remove it: services start in any order; let the program wait for the other."),
        "build": "Akash runs images only: build one, push it to a registry, and name it as image:.",
        **dict.fromkeys(("pricing", "denom", "amount"), "Prices go under profiles: placement: its name: pricing:."),
        **dict.fromkeys(("tee", "permissions"), "It goes under params:."),
        **dict.fromkeys(
            (
                "healthcheck", "networks", "container_name", "privileged", "labels", "logging", "network_mode", "user",
                "working_dir", "runtime", "ulimits", "cap_add", "devices", "pull_policy", "imagePullPolicy",
            ),
            _NONE,
        ),
    },
    EXPOSE_FIELDS: {
        **dict.fromkeys(
            ("hosts", "host", "hostname", "hostnames", "domain", "domains"), "Write accept: with - www.example.com."
        ),
        **dict.fromkeys(("global", "service", "ip"), _GLOBAL),
        **dict.fromkeys(
            ("external", "external_port", "externalPort", "host_port", "published"), "Write as: and the port."
        ),
        **dict.fromkeys(("target", "targetPort", "containerPort", "container_port"), "Write port: and the port."),
        **{
            key: f"It goes under http_options: {key}:."
            for key in ("max_body_size", "read_timeout", "send_timeout", "next_tries", "next_timeout", "next_cases")
        },
    },
    TARGET_FIELDS: {
        **dict.fromkeys(
            ("accept", "port", "as", "proto"), "It goes beside to:, not below it."
        ),
    },
    ("name", "size", "attributes"): {
        **dict.fromkeys(("persistent", "class"), "It goes under attributes:, beside size:."),
        **dict.fromkeys(("storageClass", "storage_class", "storageClassName"), "Write attributes: / class: beta2."),
        **dict.fromkeys(
            ("mount", "mountPath", "mount_path", "path", "readOnly", "readonly"),
            "It goes under services: the service: params: storage: the volume's name:.",
        ),
        **dict.fromkeys(("quantity", "capacity", "units", "amount", "storage"), "Write size: 5Gi."),
    },
    ("model", "ram", "interface"): {
        **dict.fromkeys(("models", "name", "gpu", "type", "card"), "Write - model: and its name, as rtx4090."),
        **dict.fromkeys(("memory", "size", "vram", "memory_size"), "Write ram: and its memory, as 80Gi."),
        **dict.fromkeys(("units", "count"), "Write units: beside attributes:, below gpu:."),
    },
    ("profile", "count"): {
        **dict.fromkeys(("replicas", "scale", "instances", "units"), "Write count: and the number."),
        **dict.fromkeys(("compute", "resources", "name"), "Write profile: and the name of the compute profile."),
        **dict.fromkeys(("pricing", "denom", "amount"), "Prices go under profiles: placement: its name: pricing:."),
    },
    ("cpu", "gpu", "memory", "storage"): {
        **dict.fromkeys(("limits", "requests"), "Write cpu:, memory: and storage: here, without a level between them."),
        **dict.fromkeys(("nvidia.com/gpu", "gpus", "accelerators"), "Write gpu: with units: and attributes:."),
        **dict.fromkeys(("ram", "mem"), "Write memory: and below it size: 2Gi."),
        **dict.fromkeys(("disk", "ephemeral-storage", "volumes"), "Write storage: and below it - size: 5Gi."),
        **dict.fromkeys(("cpus", "vcpu", "cores"), "Write cpu: and below it units: 2."),
        **dict.fromkeys(("count", "replicas", "profile"), _COUNT),
    },
    ("size",): {
        **dict.fromkeys(("quantity", "units", "amount", "memory", "limit", "limits"), "Write size: 2Gi."),
    },
    ("resources",): {
        **dict.fromkeys(("cpu", "memory", "storage", "gpu"), _DEEPER),
        **dict.fromkeys(("count", "replicas", "profile"), _COUNT),
        **dict.fromkeys(("image", "env", "expose", "command", "args"), _SERVICE),
    },
    ("attributes", "signedBy", "pricing"): {
        **dict.fromkeys(("denom", "amount"), _PRICE),
        **dict.fromkeys(("allOf", "anyOf"), "It goes under signedBy:."),
        **dict.fromkeys(("region", "host", "tier"), "It goes under attributes:."),
        **dict.fromkeys(("count", "replicas", "profile"), _COUNT),
    },
    ("compute", "placement"): {
        **dict.fromkeys(("resources",), "It goes under compute: and the profile's name."),
        **dict.fromkeys(("pricing", "attributes", "signedBy"), "It goes under placement: and the placement's name."),
    },
}  # fmt: skip
_REMOVED: Final = {"proxy_buffer_size": "The option was removed from the SDL again: remove the line."}


def place_of(name: str, known: tuple[str, ...]) -> str | None:
    """Where the key belongs that stands beside the `known` ones; None if that is not clear."""
    return _PLACES.get(known, {}).get(name) or _REMOVED.get(name)
