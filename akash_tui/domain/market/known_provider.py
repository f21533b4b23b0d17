"""What is known of a provider when an order is matched with it; what nobody has read stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from akash_tui.domain.akash.gpu import CAPABILITY_PREFIX, GpuModel, parse_gpu_key
from akash_tui.domain.akash.provider import Provider, ProviderName, fullest, provider_name
from akash_tui.domain.market.supply import FigureSource, GpuStock, ProviderSheet, SupplyResources

Pair = tuple[str, str]
"""An attribute's key and value."""
_STORAGE: Final = "capabilities/storage/"


@dataclass(frozen=True)
class KnownProvider:
    """A provider as an order meets it. None, and no attributes at all, mean that nobody has read that.

    What follows from its attributes is worked out once, at the first order that asks for it.
    """

    owner: str
    name: ProviderName
    attributes: Mapping[Pair, tuple[str, ...]]
    """Each attribute with the auditors who signed it."""
    gpus: tuple[GpuModel, ...]
    signatures_known: bool = False
    """Whether somebody has read who signed; without, nobody is unsigned."""
    online: bool | None = None
    valid_version: bool | None = None
    """Whether the network still takes its software."""
    version: str | None = None
    resources: SupplyResources = field(default_factory=SupplyResources)
    stock: tuple[GpuStock, ...] | None = None
    """Its GPUs by model, where they were counted."""
    window_s: int | None = None
    """Seconds between the announcement that it reclaims a lease and the end; 0 where it offers none."""

    listed: bool | None = None
    """Whether the indexer's own screening lists it for this order; None where it was not asked."""

    @property
    def attributes_known(self) -> bool:
        """Every provider on the chain has some."""
        return bool(self.attributes)

    @property
    def gpu_total(self) -> int | None:
        """How many GPUs it has in all."""
        return self.resources.gpu.total

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The first value of each attribute."""
        found: dict[str, str] = {}
        for key, value in self.attributes:
            found.setdefault(key, value)
        return found

    @cached_property
    def auditors(self) -> frozenset[str]:
        """All who have signed anything of it."""
        return frozenset(auditor for auditors in self.attributes.values() for auditor in auditors)

    @cached_property
    def storage_classes(self) -> list[set[Pair]]:
        """The kinds of storage that it advertises, each with its class and whether it is persistent."""
        found: dict[str, set[Pair]] = {}
        for key, value in self.attributes:
            if key.startswith(_STORAGE):
                number, _, name = key.removeprefix(_STORAGE).partition("/")
                found.setdefault(number, set()).add((name, value))
        return list(found.values())

    @cached_property
    def most_gpus(self) -> int | None:
        """GPUs of its machine with the most; where no machine was counted, of all together."""
        return max((machine.total.gpu for machine in self.resources.machines), default=self.gpu_total)

    @cached_property
    def sort_name(self) -> str:
        """What it is listed by."""
        return self.name.short.casefold()


def known_by_sheet(sheet: ProviderSheet) -> KnownProvider:
    """A provider as an indexer lists it, or by the chain and its own status."""
    profile = sheet.profile
    return KnownProvider(
        owner=sheet.owner,
        name=provider_name(sheet.owner, None, profile),
        attributes={(each.key, each.value): each.auditors for each in sheet.attributes},
        gpus=profile.gpus or _advertised(each.key for each in sheet.attributes),
        signatures_known=sheet.source is FigureSource.INDEXER,
        online=profile.online,
        valid_version=profile.valid_version,
        version=profile.version,
        resources=sheet.resources,
        window_s=sheet.window_s,
    )


def known_by_record(provider: Provider) -> KnownProvider:
    """A provider as the chain lists it; its audits are another question."""
    return KnownProvider(
        owner=provider.owner,
        name=provider_name(provider.owner, provider),
        attributes={(each.key, each.value): () for each in provider.attributes},
        gpus=provider.gpus,
    )


def _advertised(keys: Iterable[str]) -> tuple[GpuModel, ...]:
    """The GPU models that attribute keys name."""
    return fullest(
        model for key in keys if key.startswith(CAPABILITY_PREFIX) and (model := parse_gpu_key(key)) is not None
    )
