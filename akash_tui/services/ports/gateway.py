"""The providers' own servers, as services see them, and what they report of a lease."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.market.observations import Reach
from akash_tui.services.ports.wallets import Signer


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service of a lease at its provider."""

    name: str
    ready: int
    total: int
    uris: tuple[str, ...]
    """Without scheme, as the provider gives them."""
    updated: int | None = None
    """Replicas of the newest version; None where the provider does not say."""
    available: int | None = None
    generation: int | None = None
    """Which version of the service its cluster has seen: another number after each change of its pods."""

    @property
    def up(self) -> bool:
        """True if all replicas are ready, and none is left of a version before."""
        return self.has(self.total)

    @property
    def ready_words(self) -> str:
        """`1 of 2 ready`; before the provider has counted its replicas, that there is none."""
        return f"{self.ready} of {self.total} ready" if self.total else "no replica yet"

    def has(self, wanted: int) -> bool:
        """True if this many replicas (at least one) of the newest version are ready and available."""
        counts = (self.ready, self.total, self.updated, self.available)
        return wanted > 0 and self.ready >= self.total and all(c is None or c >= wanted for c in counts)


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
        return bool(self.services) and all(s.up for s in self.services)


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


class RemoteShell(Protocol):
    """A command that runs in a pod."""

    exit_code: int | None
    """Its exit code, once `output` has ended."""

    def output(self) -> AsyncIterator[ShellOutput]:
        """What it prints. Raises `ShellFailed` if it could not be run, `ProviderUnreachable` if it broke off."""

    async def type(self, data: bytes) -> None:
        """Input. The command never learns that input has ended: send what it takes as the end."""

    async def resize(self, columns: int, rows: int) -> None:
        """Tell it the size of the terminal, in characters."""


class Gateway(Protocol):
    """Providers' own servers, over verified TLS. Raises the `ProviderFault` family."""

    async def probe(self, provider: Provider) -> Reach:
        """Ask the public status page, without credentials; never raises for a provider's fault."""

    async def send_manifest(self, provider: Provider, dseq: int, manifest: bytes, signer: Signer) -> None:
        """PUT the whole manifest. `ProviderFault` with `retry` while another try can help
        (404: does not see the lease yet; 500), `ManifestRefused` when none can."""

    async def lease_status(self, provider: Provider, lease: LeaseId, signer: Signer) -> LeaseStatus | None:
        """None while the provider has no workload for the lease (manifest not accepted yet, or closed)."""

    async def manifest(self, provider: Provider, lease: LeaseId, signer: Signer) -> object | None:
        """The provider's copy of the manifest of a running lease, as JSON values that nobody has checked; None
        if it has none. Its `endpoints` are lost, so it cannot be sent again as it is."""

    async def move_hosts(
        self, provider: Provider, lease: LeaseId, hosts: Sequence[str], signer: Signer
    ) -> tuple[str, ...]:
        """Move custom host names from another lease of this account at the provider to `lease`;
        the names that moved. `NoWorkload` if nothing runs there for the lease yet, `HostRefused` if its SDL does not
        name one of them or another tenant has it: then none is moved."""

    def logs(
        self,
        provider: Provider,
        lease: LeaseId,
        signer: Signer,
        *,
        services: Sequence[str] = (),
        follow: bool = False,
        tail: int | None = None,
    ) -> AsyncGenerator[LogLine, None]:
        """Lines of the pods that run now, `tail` last ones of each (None: all). Pods that come later never join
        a stream: open a new one after each accepted manifest. Raises `NotReady`, `NoWorkload`."""

    def events(
        self, provider: Provider, lease: LeaseId, signer: Signer, *, follow: bool = False
    ) -> AsyncGenerator[PodEvent, None]:
        """Kubernetes events, the stored ones first. Raises `NoWorkload`."""

    def shell(
        self,
        provider: Provider,
        lease: LeaseId,
        signer: Signer,
        *,
        service: str,
        command: Sequence[str],
        pod: int = 0,
        tty: bool = False,
        stdin: bool = False,
    ) -> AbstractAsyncContextManager[RemoteShell]:
        """Run `command` in a pod of `service`. A lease that the provider does not know looks like success
        (recordings, fact 47): ask for its status first."""

    async def aclose(self) -> None: ...
