"""Providers' profiles and GPU prices as values, from the indexer's JSON."""

from __future__ import annotations

import re
from datetime import datetime

from akash_tui.adapters.indexer.json_fields import ADDRESS, count, dicts, share, text_of, truth, usd
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import ProviderProfile, fullest
from akash_tui.services.ports import MarketPrice

_MOST_MODELS = 2_000
_MOST_AUDITORS = 50
_VRAM = re.compile(r"([0-9]{1,4})\s*(?:gi?b?)?\Z", re.IGNORECASE)


def read_prices(value: object, read_at: datetime) -> list[MarketPrice]:
    """GET /v1/gpu-prices; ValueError if it has no list of models. Prices in another currency are dropped."""
    models = value.get("models") if isinstance(value, dict) else None
    if not isinstance(models, list):
        raise ValueError("the list of GPU prices has no models")
    found = (_price(entry, read_at) for entry in models[:_MOST_MODELS] if isinstance(entry, dict))
    return [price for price in found if price is not None]


def profile_of(entry: dict[str, object], read_at: datetime) -> ProviderProfile | None:
    """What the indexer adds to a provider; None without a provider's address."""
    owner = entry.get("owner")
    if not isinstance(owner, str) or not ADDRESS.match(owner):
        return None
    return ProviderProfile(
        owner=owner,
        name=text_of(entry.get("name")),
        host_uri=text_of(entry.get("hostUri")) or "",
        online=truth(entry.get("isOnline")),
        audited=truth(entry.get("isAudited")),
        uptime_1d=share(entry.get("uptime1d")),
        uptime_7d=share(entry.get("uptime7d")),
        uptime_30d=share(entry.get("uptime30d")),
        region=text_of(entry.get("locationRegion")) or text_of(entry.get("ipRegion")),
        country=text_of(entry.get("country")) or text_of(entry.get("ipCountryCode")),
        organization=text_of(entry.get("organization")),
        version=text_of(entry.get("akashVersion")),
        leases=count(entry.get("leaseCount")),
        gpus=fullest(model for raw in dicts(entry.get("gpuModels")) if (model := gpu_of(raw)) is not None),
        auditors=_auditors(entry.get("attributes")),
        read_at=read_at,
        valid_version=truth(entry.get("isValidVersion")),
    )


def _price(entry: dict[str, object], read_at: datetime) -> MarketPrice | None:
    model = gpu_of(entry)
    if model is None:
        return None
    raw, units = entry.get("price"), entry.get("availability")
    price = raw if isinstance(raw, dict) and raw.get("currency", "USD") == "USD" else {}
    counts = units if isinstance(units, dict) else {}
    who = entry.get("providerAvailability")
    owners = who if isinstance(who, dict) else {}
    return MarketPrice(
        gpu=model,
        minimum=usd(price.get("min")),
        median=usd(price.get("med")),
        maximum=usd(price.get("max")),
        free=count(counts.get("available")),
        total=count(counts.get("total")),
        read_at=read_at,
        average=usd(price.get("avg")),
        providers=count(owners.get("total")),
        providers_free=count(owners.get("available")),
    )


def gpu_of(raw: dict[str, object]) -> GpuModel | None:
    """The indexer writes VRAM as text (`80Gi`) and the interface in any case; empty means unknown."""
    vendor, model = text_of(raw.get("vendor"), 40), text_of(raw.get("model"), 40)
    if not vendor or not model:
        return None
    ram, interface = _VRAM.match(text_of(raw.get("ram"), 40) or ""), text_of(raw.get("interface"), 20)
    vram = int(ram[1]) if ram else 0
    return GpuModel(vendor.lower(), model.lower(), vram or None, interface.lower() if interface else None)


def _auditors(attributes: object) -> tuple[str, ...]:
    found: set[str] = set()
    for attribute in dicts(attributes):
        signers = attribute.get("auditedBy")
        for signer in signers if isinstance(signers, list) else ():
            if isinstance(signer, str) and ADDRESS.match(signer):
                found.add(signer)
    return tuple(sorted(found)[:_MOST_AUDITORS])
