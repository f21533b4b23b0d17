"""The providers of the practice network: names, machines, prices and behaviour.

All names are invented and live under domains reserved for examples; prices are ACT per hour of one unit. The seed
shifts prices, uptimes and start-up times a little, so that two worlds are alike but not equal.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from akash_tui.practice.provider import hardware
from akash_tui.practice.provider.hardware import GIB, Gpu, Need, Node
from akash_tui.practice.state.crypto import Key

MAIN_AUDITOR = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"
SECOND_AUDITOR = "akash18qa2a2ltfyvkyj0ggj3hkvuj6twzyumuaru9s4"
"""The two auditors that SDLs in the wild name in `signedBy`: public addresses, so that those SDLs get bids here."""
AUDITOR_NAMES = {MAIN_AUDITOR: "Practice auditor", SECOND_AUDITOR: "Second practice auditor"}


class Offer(StrEnum):
    """How a provider fills in the resources of its bids."""

    EXACT = "exact"  # one concrete model, as today's provider software does
    EMPTY = "empty"  # no resources at all, as bids made before Mainnet 8
    WILDCARD = "wildcard"  # "any nvidia"
    ECHO = "echo"  # the request's own list of models, given back


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provider is; `region` in the words of the attribute schema."""

    city: str
    country: str
    country_code: str
    region: str
    timezone: str
    latitude: str
    longitude: str


@dataclass(frozen=True, slots=True)
class Prices:
    """ACT per hour: one GPU of each model, one CPU core, one GiB of memory, one GiB of storage."""

    gpu: dict[Gpu, Decimal]
    cpu: Decimal = Decimal("0.004")
    memory: Decimal = Decimal("0.0016")
    storage: Decimal = Decimal("0.00004")


@dataclass(frozen=True, slots=True)
class ProviderSeed:
    """One provider before its world begins."""

    name: str
    organization: str
    place: Place | None
    nodes: tuple[Node, ...]
    prices: Prices
    auditors: tuple[str, ...] = ()
    offer: Offer = Offer.EXACT
    delay: int = 0
    """Blocks it waits before it bids; 0 is: in the block after the order's."""
    start: float = 1.5
    """Blocks until its workloads are ready."""
    latency: float = 0.03
    """Seconds its gateway takes to answer."""
    uptime: float = 0.999
    """Share of the last 30 days that the indexer saw it online."""
    hangs: bool = False
    """Its gateway takes connections and never answers."""
    enforces_manifest: bool = False
    """Closes a lease whose manifest does not come in time (most, as recorded, do not)."""
    reclamation: str | None = None
    tier: str = "community"
    version: str = "0.10.4"
    bids: bool = True
    full: bool = False
    """Its owner uses all of its GPUs himself."""
    served: bool = True
    """Whether its gateway exists at all."""
    extra: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    """Further attributes on chain."""

    @property
    def domain(self) -> str:
        """Its invented domain."""
        return f"{self.name}.example"

    @property
    def valid_version(self) -> bool:
        """The network still takes its software: one that is older understands no order, and never bids."""
        return self.version.startswith("0.1")

    def key(self, seed: int) -> Key:
        """Its account in the world of this seed."""
        return Key.from_seed(f"practice provider {seed} {self.name}".encode())

    def attributes(self) -> list[tuple[str, str]]:
        """Its attributes on chain, sorted by key."""
        found = {
            "host": "akash",
            "organization": self.organization,
            "email": f"hello@{self.domain}",
            "website": f"https://{self.domain}",
            "tier": self.tier,
            "capabilities/cpu": "amd",
            "capabilities/cpu/arch": "x86-64",
            "capabilities/memory": "ddr5ecc",
            "feat-persistent-storage": "true",
            "feat-endpoint-custom-domain": "true",
            "network-speed-up": "10000",
            "network-speed-down": "10000",
        }
        for number, volume in enumerate(("beta3", "beta2", "default", "ram"), 1):
            found[f"capabilities/storage/{number}/class"] = volume
            found[f"capabilities/storage/{number}/persistent"] = "false" if volume == "ram" else "true"
        if self.place is not None:
            found |= {
                "region": self.place.region,
                "location-region": self.place.region,
                "country": self.place.country_code,
                "city": self.place.city,
                "timezone": self.place.timezone,
                "location-type": "datacenter",
            }
        # not a set, whose order differs between processes
        for gpu in dict.fromkeys(node.gpu for node in self.nodes if node.gpu):
            found["capabilities/gpu"] = gpu.vendor
            found |= {f"capabilities/gpu/{key}": "true" for key in gpu.capabilities()}
        found |= dict(self.extra)
        return sorted(found.items())


def _nodes(*groups: tuple[Gpu | None, int, int], cores: int = 128, memory: int = 768) -> tuple[Node, ...]:
    """Machines from (GPU, GPUs each, how many machines)."""
    machines: list[Node] = []
    for gpu, each, count in groups:
        size = Need(cores * 1000, memory * GIB, 8192 * GIB, each)
        machines += [Node(f"node{len(machines) + i + 1}", size, gpu) for i in range(count)]
    return tuple(machines)


def _prices(**by_model: str) -> dict[Gpu, Decimal]:
    return {getattr(hardware, name): Decimal(price) for name, price in by_model.items()}


_BOTH = (MAIN_AUDITOR, SECOND_AUDITOR)
_MAIN = (MAIN_AUDITOR,)

ROSTER: tuple[ProviderSeed, ...] = (
    ProviderSeed(
        "glacier",
        "Glacier Compute",
        Place("Reykjavik", "Iceland", "IS", "eu-north", "utc+0", "64.14", "-21.94"),
        _nodes((hardware.H100_SXM, 8, 3)),
        Prices(_prices(H100_SXM="2.10")),
        auditors=_BOTH,
        reclamation="86400s",
        tier="akash",
        extra=(
            ("capabilities/gpu-interconnect", "true"),
            ("capabilities/gpu-interconnect/fabric/infiniband", "true"),
        ),
    ),
    ProviderSeed(
        "meridian",
        "Meridian Cloud",
        Place("Frankfurt", "Germany", "DE", "eu-central", "utc+1", "50.11", "8.68"),
        _nodes((hardware.A100_SXM, 8, 2)),
        Prices(_prices(A100_SXM="1.25")),
        auditors=_BOTH,
        tier="akash",
    ),
    ProviderSeed(
        "redrock",
        "Redrock Racks",
        Place("Phoenix", "United States", "US", "na-us-southwest", "utc-7", "33.45", "-112.07"),
        _nodes((hardware.RTX4090, 8, 4)),
        Prices(_prices(RTX4090="0.42")),
        auditors=_MAIN,
        delay=1,
    ),
    ProviderSeed(
        "bayou",
        "Bayou Hosting",
        Place("Houston", "United States", "US", "na-us-southwest", "utc-6", "29.76", "-95.37"),
        _nodes((hardware.RTX4090, 4, 2), (hardware.RTX3090, 8, 1)),
        Prices(_prices(RTX4090="0.37", RTX3090="0.21")),
        auditors=_MAIN,
        delay=3,
        start=3.5,
        uptime=0.981,
    ),
    ProviderSeed(
        "fjord",
        "Fjord Rendering",
        Place("Oslo", "Norway", "NO", "eu-north", "utc+1", "59.91", "10.75"),
        _nodes((hardware.H200, 8, 1)),
        Prices(_prices(H200="2.95")),
        auditors=_BOTH,
        reclamation="86400s",
        delay=1,
    ),
    ProviderSeed(
        "kauri",
        "Kauri Data",
        Place("Auckland", "New Zealand", "NZ", "oc-nz", "utc+12", "-36.85", "174.76"),
        _nodes((hardware.RTX4090, 8, 1), (hardware.T4, 4, 2)),
        Prices(_prices(RTX4090="0.49", T4="0.16")),
        delay=2,
        uptime=0.993,
    ),
    ProviderSeed(
        "pampas",
        "Pampas Digital",
        Place("Sao Paulo", "Brazil", "BR", "sa-brazil", "utc-3", "-23.55", "-46.63"),
        _nodes((hardware.A100_40, 4, 3)),
        Prices(_prices(A100_40="0.85")),
        auditors=_MAIN,
        offer=Offer.EMPTY,
        delay=2,
        version="0.10.1",
    ),
    ProviderSeed(
        "lotus",
        "Lotus Grid",
        Place("Singapore", "Singapore", "SG", "as-southeast", "utc+8", "1.35", "103.82"),
        _nodes((hardware.H100_PCIE, 8, 2)),
        Prices(_prices(H100_PCIE="1.89")),
        auditors=_MAIN,
        offer=Offer.WILDCARD,
        delay=1,
    ),
    ProviderSeed(
        "quarry",
        "Quarry Systems",
        Place("Toronto", "Canada", "CA", "na-ca-central", "utc-5", "43.65", "-79.38"),
        _nodes((hardware.A6000, 8, 2)),
        Prices(_prices(A6000="0.55")),
        auditors=_MAIN,
        enforces_manifest=True,
    ),
    ProviderSeed(
        "magpie",
        "Magpie Machines",
        Place("London", "United Kingdom", "GB", "eu-west", "utc+0", "51.51", "-0.13"),
        _nodes((hardware.H100_PCIE, 4, 1), (hardware.RTX4090, 8, 1)),
        Prices(_prices(H100_PCIE="1.72", RTX4090="0.45")),
        offer=Offer.ECHO,
        delay=2,
        uptime=0.97,
    ),
    ProviderSeed(
        "mossbank",
        "Mossbank",
        None,
        _nodes((hardware.H100_PCIE, 2, 1), (hardware.RTX3090, 4, 1), cores=48, memory=256),
        Prices(_prices(H100_PCIE="1.15", RTX3090="0.14")),
        delay=4,
        start=5.0,
        uptime=0.83,
        version="0.10.0",
    ),
    ProviderSeed(
        "dormouse",
        "Dormouse Hosting",
        Place("Warsaw", "Poland", "PL", "eu-east", "utc+1", "52.23", "21.01"),
        _nodes((hardware.H100_SXM, 8, 1)),
        Prices(_prices(H100_SXM="2.46")),
        hangs=True,
        uptime=0.61,
    ),
    ProviderSeed(
        "tundra",
        "Tundra Labs",
        Place("Yellowknife", "Canada", "CA", "na-ca-north", "utc-7", "62.45", "-114.37"),
        _nodes((hardware.V100, 8, 2), (hardware.T4, 8, 1)),
        Prices(_prices(V100="0.34", T4="0.13")),
        auditors=_MAIN,
        delay=1,
    ),
    ProviderSeed(
        "sierra",
        "Sierra Silicon",
        Place("Reno", "United States", "US", "na-us-west", "utc-8", "39.53", "-119.81"),
        _nodes((hardware.RTX5090, 8, 2)),
        Prices(_prices(RTX5090="0.68")),
        auditors=_BOTH,
        enforces_manifest=True,
        tier="akash",
    ),
    ProviderSeed(
        "delta",
        "Delta Foundry",
        Place("Rotterdam", "Netherlands", "NL", "eu-west", "utc+1", "51.92", "4.48"),
        _nodes((hardware.PRO6000, 8, 1), (hardware.A100_80, 4, 2)),
        Prices(_prices(PRO6000="1.30", A100_80="1.06")),
        auditors=_MAIN,
        delay=1,
    ),
    ProviderSeed(
        "archipelago",
        "Archipelago",
        Place("Lisbon", "Portugal", "PT", "eu-southwest", "utc+0", "38.72", "-9.14"),
        _nodes((None, 0, 4)),
        Prices({}, cpu=Decimal("0.0031"), memory=Decimal("0.0012")),
        auditors=_MAIN,
    ),
    ProviderSeed(
        "attic",
        "Attic Rigs",
        Place("Osaka", "Japan", "JP", "as-east", "utc+9", "34.69", "135.50"),
        _nodes((hardware.RTX3090, 2, 1), (hardware.MI100, 2, 1), cores=24, memory=128),
        Prices(_prices(RTX3090="0.18", MI100="0.40")),
        delay=3,
        start=2.5,
        uptime=0.945,
    ),
    ProviderSeed(
        "savanna",
        "Savanna Stack",
        Place("Nairobi", "Kenya", "KE", "af-east", "utc+3", "-1.29", "36.82"),
        _nodes((hardware.A100_40, 8, 1), (hardware.A6000, 4, 1)),
        Prices(_prices(A100_40="0.92", A6000="0.58")),
        delay=2,
        uptime=0.96,
    ),
)


def roster(seed: int) -> list[ProviderSeed]:
    """The providers of one world: the same for the same seed, slightly different for another."""
    providers = []
    for each in ROSTER:
        dice = random.Random(f"{seed}/{each.name}")
        factor = Decimal(1) + Decimal(dice.randint(-60, 60)) / 1000
        gpu = {model: (price * factor).quantize(Decimal("0.0001")) for model, price in each.prices.gpu.items()}
        providers.append(
            replace(
                each,
                prices=replace(each.prices, gpu=gpu),
                uptime=round(min(1.0, max(0.0, each.uptime - dice.random() / 500)), 6),
                start=each.start * (0.8 + 0.4 * dice.random()),
                latency=round(0.01 + 0.2 * dice.random() ** 2, 4),
            )
        )
    return providers
