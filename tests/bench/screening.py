"""Who could bid among 2,000 providers, with a reason for each other one: beside reading as many JSON records."""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.resources import GIB, Attribute, GroupSpec, SignedBy, Volume
from akash_tui.domain.bids.bid_memory import OrdersAnswered, UsualDelay, UsualPrice
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.market.screening import screen
from akash_tui.domain.market.supply import Machine, Quantities, amounts
from akash_tui.domain.silence import SeenOfProvider, everybody, explain, price_relaxation
from tests.bench.figures import HEAD, Figures, ratio
from tests.domain.market.orders import AUDITOR, group, provider

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROVIDERS = 2_000
ROUNDS = 60
MODELS = ("a100/ram/80Gi/interface/sxm", "a100/ram/40Gi/interface/pcie", "h100/ram/80Gi/interface/sxm", "h200", "t4")
MORE = ("rtx4090/ram/24Gi", "rtx3090/ram/24Gi", "l40s/ram/48Gi", "a6000/ram/48Gi", "v100", "rtx5090", "l4")
CAP = Decimal("0.60")
SEEN = SeenOfProvider(
    {GpuModel("nvidia", "a100", 80): UsualPrice(Decimal("0.55"), Decimal("0.97"), Decimal("0.91"), NOW, 9, 30)},
    UsualDelay(12, 9),
    OrdersAnswered(3, 9),
)
REGIONS = ("us-west", "us-east", "eu-west", "eu-east", "ap-east")


def run() -> Iterator[str]:
    """Lines of the report. Every order is new, as while somebody types; the providers are those of the last reading."""
    chance = random.Random(7)
    known = [drawn_provider(chance, number) for number in range(PROVIDERS)]
    text = json.dumps([{"owner": p.owner, "attributes": [[*pair] for pair in p.attributes]} for p in known])
    yield HEAD
    ours, theirs = _side_by_side(lambda at: _explained(drawn_order(at), known), lambda at: json.loads(text))
    yield ours.line("one group, the silence of all that fit", "ms")
    yield theirs.line("reading their attributes as JSON", "ms")
    yield ratio("p95 of the comparison, as a share of reading", ours.p95, theirs.p95)
    yield f"    goal: p95 under 50 ms off the key path; here {ours.p95:.0f} ms"


def _explained(order: GroupSpec, known: Sequence[KnownProvider]) -> str:
    """Nobody has bid: who could, why the others cannot, the likeliest cause for each that could, and one sentence."""
    found = screen([order], known)
    silences = [explain(verdict, SEEN, cap=CAP, waited=60, need=order.gpu_count) for verdict in found.fitting]
    price_relaxation(found, {s.verdict.provider.owner: SEEN for s in silences}, cap=CAP, cap_total_h=CAP)
    return everybody(found, silences)


def _side_by_side(one: Callable[[int], object], other: Callable[[int], object]) -> tuple[Figures, Figures]:
    """Milliseconds of the processor for each, in turns: it runs in a thread of its own and waits for nothing."""
    times: tuple[list[float], list[float]] = [], []
    for at in range(ROUNDS):
        for found, work in zip(times, (one, other), strict=True):
            gc.collect()
            begun = time.process_time()
            work(at)
            found.append((time.process_time() - begun) * 1000)
    return Figures.of(times[0]), Figures.of(times[1])


def drawn_order(number: int) -> GroupSpec:
    """Four models, a region, an auditor and storage: another size each time."""
    volume = Volume("data", 10 * GIB, (Attribute("class", "beta3"), Attribute("persistent", "true")))
    return group(
        {"region": REGIONS[number % len(REGIONS)]},
        *MODELS[:3],
        "rtx4090/ram/24Gi",
        units=1 + number % 8,
        count=1 + number % 3,
        signed=SignedBy(any_of=(AUDITOR,)),
        cpu=4000 + number * 100,
        memory=(16 + number) * GIB,
        volumes=(volume,),
    )


def drawn_provider(chance: random.Random, number: int) -> KnownProvider:
    """As the indexer lists them: some thirty attributes, one to three models, a few machines, most of them audited."""
    attributes = {"host": "akash", "tier": "community", "region": chance.choice(REGIONS), "country": "XX"}
    attributes |= {f"organization-{n}": f"value {n}" for n in range(12)}
    attributes |= {"capabilities/storage/2/class": chance.choice(("beta2", "beta3")), "feat-endpoint-ip": "true"}
    attributes |= {"capabilities/storage/2/persistent": "true", "capabilities/cpu/arch": "x86-64"}
    gpus = chance.sample(MODELS + MORE, chance.choice((0, 1, 1, 2, 3)))
    total, free = 8 * len(gpus), chance.randint(0, 8 * len(gpus)) if gpus else 0
    size = Quantities(chance.choice((32, 64, 128)) * 1000, 8 if gpus else 0, 512 * GIB, 4096 * GIB)
    machines = tuple(Machine(size, size) for _ in range(chance.randint(1, 6)))
    return provider(
        attributes,
        *gpus,
        name=f"p{number}.example",
        signed=(AUDITOR,) if chance.random() < 0.7 else (),
        gpu=amounts(total - free, 0, free),
        cpu=amounts(0, 0, 512_000),
        online=chance.random() < 0.8,
        valid_version=chance.random() < 0.9,
        machines=machines,
    )
