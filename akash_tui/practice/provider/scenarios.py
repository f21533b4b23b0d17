"""Named stories that the practice network can tell: what differs from a calm day, as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from akash_tui.practice.provider.seeds import Prices, ProviderSeed, roster

ATTACKS = ("flood", "giant", "endless", "deep", "wide", "loris", "redirect")
"""flood: log lines as fast as the wire takes them. giant: log lines of half a megabyte. endless: a body without end.
deep: JSON nested without end. wide: JSON of the costliest kind. loris: a byte now and then. redirect: elsewhere, with
the token in hand. Streams of the last five flood as well; plain answers of the first two are wide."""
BID_TIMEOUT_SECONDS = 300
MANIFEST_TIMEOUT_SECONDS = 300
"""Both are the provider software's defaults (recordings), on the world's clock."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story. Numbers of providers count winners of leases, in the order in which they win."""

    name: str
    what: str
    nobody_bids: bool = False
    dying_winners: int = 0
    """The first so many winners lose their gateway for good as soon as they have the lease."""
    refusing_winners: int = 0
    """The first so many winners refuse every manifest with 422."""
    bid_timeout_blocks: int | None = None
    """Close unanswered bids after so many blocks instead of after five minutes."""
    second_thoughts: int | None = None
    """About two thirds of the providers withdraw an unanswered bid after so many blocks."""
    later_factor: Decimal = Decimal(1)
    """What prices are multiplied by in every order after the world's first one."""
    instant: bool = False
    """Everybody bids in the very next block."""
    copies: int = 1
    """How many providers of each kind there are: more than one makes a crowd."""
    order_max_bids: int = 20
    trouble: float = 0.0
    """Share of connections on which something goes wrong on the way: cut, stalled, or answered with an error."""
    served: int = 4
    """Of how many copies the gateways are really served; the others' refuse connections."""
    lag_blocks: int = 0
    """How many blocks late providers see deployments, updates and leases."""
    dry_after: int = 0
    """Every bid costs so much that the smallest deposit lasts about so many blocks, or as much as its order allows."""
    reclaiming_winners: int = 0
    """The first so many winners take their machine back while the lease runs, and end it when its window is over."""
    reclaim_after: int = 0
    """Blocks from the lease to the announcement of its reclamation."""
    window_blocks: int = 0
    """Every provider offers a reclamation window of about so many blocks (and the chain's least window is as short)."""
    identities: tuple[str, ...] = ()
    """What is wrong with the providers' certificates, in turn: unknown, expired, revoked, other, or nothing."""
    attacks: tuple[str, ...] = ()
    """How the gateways try to harm their tenants' programs, in turn."""
    indexer: str = ""
    """What is wrong with the indexer, and with nothing else: `silent` for a minute, `garbage`, or nothing."""
    hostile: bool = False
    """Providers put markup, escapes and huge texts wherever they may write, and some ask prices that no one means."""

    def window_s(self, block_time: float) -> int:
        """The seconds of everybody's reclamation window; 0 for each provider's own."""
        return max(2, round(self.window_blocks * block_time)) if self.window_blocks else 0

    def providers(self, seed: int) -> list[ProviderSeed]:
        """The providers of a world with this story and seed."""
        crowd: list[ProviderSeed] = []
        for number in range(self.copies):
            for each in roster(seed + 1000 * number):
                name = each.name if number == 0 else f"{each.name}{number + 1}"
                organization = each.organization if number == 0 else f"{each.organization} {number + 1}"
                changed = replace(
                    each,
                    name=name,
                    organization=organization,
                    delay=0 if self.instant else each.delay + number // 4,
                    bids=not self.nobody_bids,
                    served=number < self.served,
                )
                crowd.append(_hostile(changed, len(crowd)) if self.hostile else changed)
        return crowd


NEXT_TO_NOTHING = 10_000
"""What a provider divides its prices by that asks next to nothing."""
_TRAPS = (
    "[bold red]Free GPUs[/] [@click=app.quit]click[/]",
    "\x1b[31;5mALERT\x1b[0m\x1b]0;owned\x07\x1b[2J",
    "\u202egnitsoh tsehpaehc\u202c \u200b\u200b",
    "line\nbreak\r\ttab\x00nul",
    "x" * 5000,
    "{{7*7}} ${HOME} $(reboot) `id` '; DROP TABLE bids;--",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \ufdfd" * 20,
)


def _hostile(provider: ProviderSeed, number: int) -> ProviderSeed:
    trap = _TRAPS[number % len(_TRAPS)]
    prices = provider.prices
    if number % 4 == 1:
        gpus = {gpu: price / NEXT_TO_NOTHING for gpu, price in prices.gpu.items()}
        prices = Prices(gpus, *(each / NEXT_TO_NOTHING for each in (prices.cpu, prices.memory, prices.storage)))
    return replace(
        provider,
        prices=prices,
        organization=trap,
        extra=(("city", trap), ("website", f"javascript:alert(1)//{trap}"), ("status-page", trap)),
    )


SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        Scenario("calm", "Many providers bid, the first lease runs."),
        Scenario("no-bids", "Nobody bids on anything.", nobody_bids=True),
        Scenario("provider-dies", "The first winner's gateway goes dead right after the lease.", dying_winners=1),
        Scenario("manifest-refused", "The first winner refuses the manifest.", refusing_winners=1),
        Scenario("short-bids", "Bids are withdrawn after a few blocks.", bid_timeout_blocks=25),
        Scenario(
            "price-jump",
            "Most bids are withdrawn while you look, and the next order costs a lot more.",
            second_thoughts=8,
            later_factor=Decimal("1.8"),
        ),
        Scenario("rush", "Twice as many providers, all bidding at once.", instant=True, copies=2, order_max_bids=60),
        Scenario("flaky", "Connections are cut, stall, or get an error instead of an answer.", trouble=0.25),
        Scenario(
            "flood",
            "Well over a thousand bids on one order, most from providers that cannot be reached.",
            copies=120,
            served=1,
            order_max_bids=5000,
        ),
        Scenario("lagging", "Providers see the chain some blocks late: new leases and updates too.", lag_blocks=25),
        Scenario("runs-dry", "Bids so dear that a GPU's smallest deposit is spent within two minutes.", dry_after=80),
        Scenario(
            "reclaimed",
            "The first winner announces that it takes its machine back, and ends the lease when its window is over.",
            reclaiming_winners=1,
            reclaim_after=30,
            window_blocks=120,
        ),
        Scenario(
            "impostors",
            "Most gateways show a certificate that proves nothing: unknown, expired, revoked, another account's.",
            identities=("unknown", "expired", "revoked", "other", ""),
        ),
        Scenario(
            "gateway-hostile",
            "Gateways take manifests and then answer without end, too deep, too slow, or send you elsewhere.",
            attacks=ATTACKS,
        ),
        Scenario("indexer-silent", "The indexer takes every question and answers a minute later.", indexer="silent"),
        Scenario("indexer-garbage", "The indexer answers with what is no answer.", indexer="garbage"),
        Scenario("hostile", "Providers write markup, escapes and huge texts; some ask next to nothing.", hostile=True),
    )
}
