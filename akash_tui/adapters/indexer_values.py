"""The index's JSON as values: what is missing, null, absurd or of another type becomes None, never an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation

from akash_tui.domain.gpu import GpuModel
from akash_tui.domain.provider import ProviderProfile, fullest
from akash_tui.domain.text import clean
from akash_tui.services.ports import MarketPrice

_MOST_PROVIDERS = 5_000
_MOST_MODELS = 2_000
_MOST_AUDITORS = 50
_ADDRESS = re.compile(r"akash1[02-9ac-hj-np-z]{38,58}\Z")
_VRAM = re.compile(r"([0-9]{1,4})\s*(?:gi?b?)?\Z", re.IGNORECASE)


def loads(body: bytes) -> object:
    """JSON with decimal fractions; NaN, infinities and numbers of more than 40 characters are read as null."""
    return json.loads(
        body,
        parse_float=_decimal,
        parse_int=lambda text: int(text) if len(text) <= 40 else None,
        parse_constant=lambda _: None,
    )


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if len(text) <= 40 else None
    except InvalidOperation:
        return None


def read_profiles(value: object, read_at: datetime) -> dict[str, ProviderProfile]:
    """GET /v1/providers; ValueError if it is not a list. Entries without a provider's address are left out."""
    if not isinstance(value, list):
        raise ValueError("the list of providers is not a list")
    found = (_profile(entry, read_at) for entry in value[:_MOST_PROVIDERS] if isinstance(entry, dict))
    return {profile.owner: profile for profile in found if profile is not None}


def read_prices(value: object, read_at: datetime) -> list[MarketPrice]:
    """GET /v1/gpu-prices; ValueError if it has no list of models. Prices in another currency are dropped."""
    models = value.get("models") if isinstance(value, dict) else None
    if not isinstance(models, list):
        raise ValueError("the list of GPU prices has no models")
    found = (_price(entry, read_at) for entry in models[:_MOST_MODELS] if isinstance(entry, dict))
    return [price for price in found if price is not None]


def _profile(entry: dict[str, object], read_at: datetime) -> ProviderProfile | None:
    owner = entry.get("owner")
    if not isinstance(owner, str) or not _ADDRESS.match(owner):
        return None
    return ProviderProfile(
        owner=owner,
        name=_text(entry.get("name")),
        host_uri=_text(entry.get("hostUri")) or "",
        online=_truth(entry.get("isOnline")),
        audited=_truth(entry.get("isAudited")),
        uptime_1d=_share(entry.get("uptime1d")),
        uptime_7d=_share(entry.get("uptime7d")),
        uptime_30d=_share(entry.get("uptime30d")),
        region=_text(entry.get("locationRegion")) or _text(entry.get("ipRegion")),
        country=_text(entry.get("country")) or _text(entry.get("ipCountryCode")),
        organization=_text(entry.get("organization")),
        version=_text(entry.get("akashVersion")),
        leases=_count(entry.get("leaseCount")),
        gpus=fullest(model for raw in _dicts(entry.get("gpuModels")) if (model := _gpu(raw)) is not None),
        auditors=_auditors(entry.get("attributes")),
        read_at=read_at,
    )


def _price(entry: dict[str, object], read_at: datetime) -> MarketPrice | None:
    model = _gpu(entry)
    if model is None:
        return None
    raw, units = entry.get("price"), entry.get("availability")
    price = raw if isinstance(raw, dict) and raw.get("currency", "USD") == "USD" else {}
    counts = units if isinstance(units, dict) else {}
    return MarketPrice(
        vendor=model.vendor,
        model=model.model,
        vram_gib=model.vram_gib,
        interface=model.interface,
        minimum=_usd(price.get("min")),
        median=_usd(price.get("med")),
        maximum=_usd(price.get("max")),
        available=_count(counts.get("available")),
        total=_count(counts.get("total")),
        read_at=read_at,
    )


def _gpu(raw: dict[str, object]) -> GpuModel | None:
    """The index writes VRAM as text (`80Gi`) and the interface in any case; empty means unknown."""
    vendor, model = _text(raw.get("vendor"), 40), _text(raw.get("model"), 40)
    if not vendor or not model:
        return None
    ram, interface = _VRAM.match(_text(raw.get("ram"), 40) or ""), _text(raw.get("interface"), 20)
    vram = int(ram[1]) if ram else 0
    return GpuModel(vendor.lower(), model.lower(), vram or None, interface.lower() if interface else None)


def _auditors(attributes: object) -> tuple[str, ...]:
    found: set[str] = set()
    for attribute in _dicts(attributes):
        signers = attribute.get("auditedBy")
        for signer in signers if isinstance(signers, list) else ():
            if isinstance(signer, str) and _ADDRESS.match(signer):
                found.add(signer)
    return tuple(sorted(found)[:_MOST_AUDITORS])


def _dicts(value: object) -> Iterator[dict[str, object]]:
    yield from (item for item in value[:_MOST_MODELS] if isinstance(item, dict)) if isinstance(value, list) else ()


def _text(value: object, limit: int = 200) -> str | None:
    return clean(value, limit) or None if isinstance(value, str) else None


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object, most: int) -> Decimal | None:
    """Zero to `most`; compared before it is converted, so that 1e999999 stays harmless."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if number.is_finite() and 0 <= number <= most else None


def _share(value: object) -> float | None:
    number = _number(value, 1)
    return None if number is None else float(number)


def _count(value: object) -> int | None:
    number = _number(value, 1_000_000)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _usd(value: object) -> Decimal | None:
    """USD an hour; zero and prices above 10,000 say nothing about a market."""
    number = _number(value, 10_000)
    return number if number else None
