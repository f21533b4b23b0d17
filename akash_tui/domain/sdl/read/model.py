"""An SDL after reading: every field with its meaning, still tied to its place in the file.

None stands for a value that could not be read (a problem has the reason), so that later checks do not
report it again. Absent and empty lists differ, because they give different manifest hashes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from akash_tui.domain.akash.resources import Attribute
from akash_tui.domain.sdl.read.nodes import Node
from akash_tui.domain.sdl.read.reading import TextList


@dataclass(frozen=True, slots=True)
class ExposeTarget:
    """One `to:` of an expose."""

    service: str
    everyone: bool
    ip: str
    node: Node


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """As written; 0 means that the default applies."""

    max_body_size: int = 0
    read_timeout: int = 0
    """In milliseconds, like `send_timeout`."""
    send_timeout: int = 0
    next_tries: int = 0
    next_timeout: int = 0
    next_cases: TextList | None = None
    places: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expose:
    port: int | None
    outside: int
    """`as:`; 0 if omitted."""
    protocol: str
    targets: tuple[ExposeTarget, ...]
    hosts: TextList | None
    http: HttpOptions
    node: Node
    places: dict[str, Node]


@dataclass(frozen=True, slots=True)
class Mount:
    """`params.storage.<volume>` of a service."""

    volume: str
    path: str | None
    read_only: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Params:
    mounts: tuple[Mount, ...]
    permissions: TextList | None = None
    has_permissions: bool = False
    tee: str = ""
    tee_node: Node | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    host: str
    email: str
    username: str
    password: str
    node: Node


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    image: str | None
    command: TextList | None
    args: TextList | None
    env: TextList | None
    exposes: tuple[Expose, ...]
    params: Params | None
    credentials: Credentials | None
    node: Node
    """The key."""
    places: dict[str, Node]


@dataclass(frozen=True, slots=True)
class StoredVolume:
    name: str
    size: int | None
    attributes: tuple[Attribute, ...] | None
    node: Node
    size_node: Node

    def attribute(self, key: str) -> str:
        """Its value; empty if there is none."""
        return next((a.value for a in self.attributes or () if a.key == key), "")


@dataclass(frozen=True, slots=True)
class Cpu:
    milli: int | None
    attributes: tuple[Attribute, ...]
    node: Node


@dataclass(frozen=True, slots=True)
class Interconnect:
    """`gpu.attributes.interconnect`: the replicas of a service are peers, each on its own node."""

    group: str
    implicit: bool
    """Written as `[]`, which gives the group `auto`."""
    node: Node


@dataclass(frozen=True, slots=True)
class Gpu:
    units: int | None
    attributes: tuple[Attribute, ...]
    node: Node
    broken: bool = False
    interconnect: Interconnect | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    size: int | None
    node: Node


@dataclass(frozen=True, slots=True)
class Compute:
    """A compute profile. `present` is False where `resources:` is missing altogether."""

    name: str
    present: bool
    cpu: Cpu | None
    gpu: Gpu | None
    memory: Memory | None
    volumes: tuple[StoredVolume, ...] | None
    node: Node
    storage_node: Node | None = None
    """What stands in the place of the volumes, whatever it is."""


@dataclass(frozen=True, slots=True)
class Price:
    """Highest price per block for one unit, in 10^-18 of the denomination; None if unreadable."""

    denom: str
    amount: int | None
    node: Node
    amount_node: Node
    denom_node: Node


@dataclass(frozen=True, slots=True)
class Placement:
    name: str
    attributes: tuple[Attribute, ...]
    all_of: TextList | None
    any_of: TextList | None
    prices: dict[str, Price]
    node: Node


@dataclass(frozen=True, slots=True)
class Use:
    """`deployment.<service>.<placement>`."""

    service: str
    placement: str
    profile: str | None
    count: int | None
    node: Node
    profile_node: Node
    """Where the profile is named, or should be."""


@dataclass(slots=True)
class Document:
    """The whole file. Built up while reading, because repeated sections add to each other."""

    v21: bool
    services: dict[str, Service] = field(default_factory=dict)
    computes: dict[str, Compute] = field(default_factory=dict)
    placements: dict[str, Placement] = field(default_factory=dict)
    deployment: dict[str, dict[str, Use]] = field(default_factory=dict)
    endpoints: dict[str, tuple[str | None, Node]] = field(default_factory=dict)
    """Name → kind and place."""
    reclamation: tuple[str | None, Node] | None = None
    """`min_window` as written, and its place."""
    root: Node | None = None

    def uses(self) -> list[Use]:
        """Every placed service, by service name, then by placement name."""
        return [by[p] for _, by in sorted(self.deployment.items()) for p in sorted(by)]
