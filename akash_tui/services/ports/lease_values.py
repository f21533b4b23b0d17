"""What a provider reports of a lease: its services, addresses, log lines and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service of a lease at its provider. Ready equals total (and total > 0) means running."""

    name: str
    ready: int
    total: int
    uris: tuple[str, ...]
    """Without scheme, as the provider gives them."""


@dataclass(frozen=True, slots=True)
class ForwardedPort:
    service: str
    host: str
    port: int
    external_port: int
    proto: str


@dataclass(frozen=True, slots=True)
class LeasedIp:
    service: str
    ip: str
    port: int
    external_port: int
    proto: str


@dataclass(frozen=True, slots=True)
class LeaseStatus:
    services: tuple[ServiceStatus, ...]
    ports: tuple[ForwardedPort, ...]
    ips: tuple[LeasedIp, ...]
    read_at: datetime

    @property
    def running(self) -> bool:
        """True if there are services and all of them are ready."""
        return bool(self.services) and all(s.total > 0 and s.ready >= s.total for s in self.services)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a pod wrote: cleaned, at most its colours (SGR sequences) left in it."""

    pod: str
    text: str


@dataclass(frozen=True, slots=True)
class PodEvent:
    """A Kubernetes event about one object of a lease. All texts are cleaned; it has no time."""

    type: str
    """`Normal` or `Warning`."""
    kind: str
    name: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class ShellOutput:
    """Bytes that a command printed, raw; with a terminal everything is standard output."""

    data: bytes
    error: bool
