"""A provider as a tenant sees it: name, place, GPUs, audits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from akash_tui.domain.akash.gpu import CAPABILITY_PREFIX, GpuModel, parse_gpu_key
from akash_tui.domain.akash.resources import Attribute
from akash_tui.domain.text import clean, short_address

_NUMERIC = re.compile(r"[0-9.:]*|localhost|\[.*")
"""Hosts that are numbers or this machine are not names."""
_REGION_KEYS = ("location-region", "region", "country", "city")


@dataclass(frozen=True, slots=True)
class Audit:
    """Attributes of a provider that an auditor has signed."""

    owner: str
    auditor: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's own record on chain. All strings are the provider's, already cleaned."""

    owner: str
    host_uri: str
    attributes: tuple[Attribute, ...] = ()
    email: str = ""
    website: str = ""

    def attribute(self, *keys: str) -> str | None:
        """The first non-empty value among `keys`, in the order given."""
        values = {a.key: a.value for a in self.attributes}
        return next((values[k] for k in keys if values.get(k)), None)

    @property
    def region(self) -> str | None:
        """As the provider states it; None if it states none."""
        return self.attribute(*_REGION_KEYS)

    @property
    def organization(self) -> str | None:
        """As the provider states it; None if it states none."""
        return self.attribute("organization")  # not `host`: most providers carry host=akash, which is not a name

    @property
    def host(self) -> str:
        """Host name of the gateway, without scheme and port."""
        return host_of(self.host_uri)

    @property
    def gpus(self) -> tuple[GpuModel, ...]:
        """The GPU models that it advertises; of one named both with and without VRAM only the fuller form."""
        return fullest(
            m for a in self.attributes if a.key.startswith(CAPABILITY_PREFIX) and (m := parse_gpu_key(a.key))
        )


def host_of(uri: str) -> str:
    """The host name in a gateway's address; the text itself where it is none."""
    return uri.partition("://")[2].partition("/")[0].rpartition(":")[0] or uri


def fullest(models: Iterable[GpuModel]) -> tuple[GpuModel, ...]:
    """The models without those that are only a less detailed form of another one."""
    all_models = sorted(set(models), key=lambda m: (m.vendor, m.model, m.vram_gib or 0, m.interface or ""))

    def is_less_detailed(a: GpuModel, b: GpuModel) -> bool:
        return (
            a != b
            and (a.vendor, a.model) == (b.vendor, b.model)
            and a.vram_gib in (None, b.vram_gib)
            and a.interface in (None, b.interface)
        )

    return tuple(m for m in all_models if not any(is_less_detailed(m, other) for other in all_models))


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as stored on chain."""

    owner: str
    state: str
    pem: bytes


@dataclass(frozen=True, slots=True)
class ProviderProfile:
    """What an indexer adds to a provider: uptime 0..1, audit, place. None is "unknown"."""

    owner: str
    name: str | None
    host_uri: str
    online: bool | None
    audited: bool | None
    uptime_1d: float | None
    uptime_7d: float | None
    uptime_30d: float | None
    region: str | None
    country: str | None
    organization: str | None
    version: str | None
    leases: int | None
    gpus: tuple[GpuModel, ...]
    auditors: tuple[str, ...]
    read_at: datetime
    valid_version: bool | None = None
    """Whether the indexer counts its software as one that the network still takes."""


ORGANIZATION_LIMIT = 40
"""Characters of an organization in a name; it is the provider's own text."""


@dataclass(frozen=True, slots=True)
class ProviderName:
    """What a provider is called everywhere; its address stands on its own page and in details only.

    `host` is its gateway's name, which nobody else can have; `organization` is what it says of itself.
    """

    address: str
    host: str | None
    organization: str | None

    @property
    def full(self) -> str:
        """`Euro Plots (europlots.com)`; what is known of it where one is missing, its short address without both."""
        if self.organization and self.host:
            return f"{self.organization} ({self.host})"
        return self.short

    @property
    def short(self) -> str:
        """`europlots.com`, for a column too narrow for the full name."""
        return self.host or self.organization or short_address(self.address)

    def filled(self, profile: ProviderProfile | None) -> ProviderName:
        """The same, with what an indexer lists where a part is missing."""
        if profile is None or (self.host and self.organization):
            return self
        listed = provider_name(self.address, None, profile)
        return ProviderName(self.address, self.host or listed.host, self.organization or listed.organization)


def provider_name(address: str, provider: Provider | None, profile: ProviderProfile | None = None) -> ProviderName:
    """The name of the provider at `address`, by its record on chain and by what an indexer lists of it.

    Most providers carry `host: akash` as an attribute, which is not a name, so it is never used. A gateway at a bare
    number has no name either: then the name that the indexer lists stands for it.
    """
    uris = (provider.host_uri if provider is not None else "", profile.host_uri if profile is not None else "")
    listed = profile.name or "" if profile is not None else ""
    hosts = (host.removeprefix("provider.") for host in (*map(host_of, uris), listed))
    host = next((host for host in hosts if host and not _NUMERIC.fullmatch(host)), None)
    organization = (provider.organization if provider is not None else None) or (
        profile.organization if profile is not None else None
    )
    if organization and host and organization.casefold() == host.casefold():
        organization = None
    return ProviderName(address, host, clean(organization, ORGANIZATION_LIMIT) if organization else None)
