"""Groups and providers for tests of who could bid, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from akash_tui.domain.akash.gpu import CAPABILITY_PREFIX, parse_gpu_key
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.akash.provider import ProviderName
from akash_tui.domain.akash.resources import (
    GIB,
    Attribute,
    Endpoint,
    GroupSpec,
    Resources,
    ResourceUnit,
    SignedBy,
    Volume,
)
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.market.supply import Amounts, GpuStock, Machine, SupplyResources, amounts

AUDITOR = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"
NOBODY = "akash1notanauditor00000000000000000000000"


def gpu_keys(model: str) -> tuple[str, ...]:
    """`a100/ram/80Gi/interface/sxm` as a provider advertises it, from coarse to fine."""
    parts = model.split("/")
    name, named = f"vendor/nvidia/model/{parts[0]}", dict(zip(parts[1::2], parts[2::2], strict=True))
    ram = f"/ram/{named['ram']}" if "ram" in named else ""
    interface = f"/interface/{named['interface']}" if "interface" in named else ""
    return tuple(dict.fromkeys((name, name + ram, name + interface, name + ram + interface)))


def provider(
    attributes: Mapping[str, str],
    *gpus: str,
    name: str = "p.example",
    signed: Mapping[str, tuple[str, ...]] | tuple[str, ...] | None = (),
    gpu: Amounts | None = None,
    online: bool | None = True,
    valid_version: bool | None = True,
    machines: tuple[Machine, ...] = (),
    cpu: Amounts | None = None,
    stock: tuple[GpuStock, ...] | None = None,
    window_s: int | None = None,
) -> KnownProvider:
    """`signed`: who signed each attribute, or all of them; None where nobody has read that."""
    pairs = [*attributes.items(), *((CAPABILITY_PREFIX + key, "true") for model in gpus for key in gpu_keys(model))]
    by = signed if isinstance(signed, Mapping) else dict.fromkeys((key for key, _ in pairs), signed or ())
    models = (parse_gpu_key(gpu_keys(model)[-1]) for model in gpus)
    resources = SupplyResources(
        gpu=gpu or amounts(None, None, None), cpu=cpu or amounts(None, None, None), machines=machines
    )
    return KnownProvider(
        owner=f"akash1{name}",
        name=ProviderName(f"akash1{name}", name, None),
        attributes={(key, value): tuple(by.get(key, ())) for key, value in pairs},
        gpus=tuple(model for model in models if model is not None),
        signatures_known=signed is not None,
        online=online,
        valid_version=valid_version,
        version="0.8.3" if valid_version is False else "0.10.4",
        resources=resources,
        stock=stock,
        window_s=window_s,
    )


def group(
    attributes: Mapping[str, str],
    *gpus: str,
    units: int = 1,
    count: int = 1,
    signed: SignedBy | None = None,
    cpu: int = 1000,
    memory: int = GIB,
    disk: int = GIB,
    volumes: tuple[Volume, ...] = (),
    arch: str | None = None,
    endpoints: tuple[Endpoint, ...] = (),
    name: str = "dc",
    price: Decimal = Decimal(1),
) -> GroupSpec:
    """One unit of so many replicas; `gpus` as in `a100/ram/80Gi`, `*` is any."""
    keys = tuple(Attribute(f"vendor/nvidia/model/{gpu}", "true") for gpu in gpus)
    arches = (Attribute("arch", arch),) if arch is not None else ()
    resources = Resources(
        1,
        cpu,
        memory,
        (Volume("default", disk), *volumes),
        units if gpus else 0,
        keys,
        endpoints,
        cpu_attributes=arches,
    )
    return GroupSpec(
        name,
        tuple(Attribute(key, value) for key, value in attributes.items()),
        signed or SignedBy(),
        (ResourceUnit(resources, count, DecCoin(UACT, price)),),
    )
