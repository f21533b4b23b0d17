"""Named scenarios of the practice network: how each differs from the calm one, as data."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from akash_tui.practice.provider.seeds import ProviderSeed

ATTACKS = ("flood", "giant", "endless", "deep", "wide", "loris", "redirect")
"""flood: log lines as fast as possible. giant: log lines of half a megabyte. endless: a body without end. deep: JSON
nested without end. wide: JSON that is the most expensive to parse. loris: a byte now and then. redirect: to another
address, with the token. Streams of the last five flood as well; plain answers of the first two are wide."""
BID_TIMEOUT_SECONDS = 300
MANIFEST_TIMEOUT_SECONDS = 300
"""Both are the provider software's defaults (recordings), on the world's clock."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. Winners are providers that get a lease, counted in the order in which they get it."""

    name: str
    description: str
    """What happens in it, in one sentence."""
    nobody_bids: bool = False
    dying_winners: int = 0
    """This many first winners lose their gateway for good as soon as they have the lease."""
    refusing_winners: int = 0
    """This many first winners refuse every manifest with 422."""
    bid_timeout_blocks: int | None = None
    """Close unanswered bids after this many blocks instead of after five minutes."""
    second_thoughts: int | None = None
    """About two thirds of the providers withdraw an unanswered bid after this many blocks."""
    later_factor: Decimal = Decimal(1)
    """Factor on prices in every order after the world's first one."""
    instant: bool = False
    """All providers bid in the next block."""
    copies: int = 1
    """How many providers there are of each kind."""
    order_max_bids: int = 20
    trouble: float = 0.0
    """Share of connections that fail: cut, stalled, or answered with an error."""
    rest_endpoints: int = 1
    """How many REST endpoints serve the chain."""
    lying: bool = False
    """One or more of these lie: about what is drawn from the seed."""
    served: int = 4
    """How many copies have a gateway; those of the others refuse connections."""
    lag_blocks: int = 0
    """How many blocks later providers see deployments, updates and leases."""
    dry_after: int = 0
    """Bids are so expensive that the smallest deposit lasts about this many blocks, or costs the order's maximum."""
    reclaiming_winners: int = 0
    """This many first winners reclaim their machine while the lease runs, and end it when its window is over."""
    reclaim_after: int = 0
    """Blocks from the lease to the announcement of its reclamation."""
    window_blocks: int = 0
    """Every provider offers a reclamation window of about this many blocks (the chain's minimum is as short)."""
    identities: tuple[str, ...] = ()
    """What is wrong with the providers' certificates, in turn: unknown, expired, revoked, other, or nothing."""
    attacks: tuple[str, ...] = ()
    """How the gateways attack their tenants' programs, in turn."""
    indexer: str = ""
    """What is wrong with the indexer only: `silent` for a minute, `garbage`, or nothing."""
    upgrade: str = ""
    """The name of an upgrade that is scheduled from the start; one with `sunset` ends new deployments."""
    upgrade_after: int = 0
    """Blocks from the start to the upgrade."""
    halt_blocks: int = 0
    """How long no block is made before it, in block times."""
    nodes: tuple[str, ...] = ()
    """How each REST endpoint behaves: `lags` (some blocks behind), `fails` (one answer in four is an error), or well
    ("")."""
    node_lag: int = 0
    """How many blocks an endpoint that lags is behind."""
    sponsor: bool = False
    """An account grants fees and deposits to everybody who gets coins from the faucet."""
    mint_status: str = "healthy"
    """`halt_cr`: no ACT can be minted; `halt_oracle`: none can be burned either."""
    busy: bool = False
    """Other tenants rent about half of the GPUs, and what runs takes the time that it takes on mainnet."""
    moody: bool = False
    """Providers have moods by the seed: silent, full, expensive, slow, with old software, or with a wrong region."""
    hostile: bool = False
    """Providers put markup, escapes and huge texts wherever they can write, and some bid absurdly low prices."""

    def window_s(self, block_time: float) -> int:
        """Seconds of all providers' reclamation window; 0 if each provider has its own."""
        return max(2, round(self.window_blocks * block_time)) if self.window_blocks else 0

    def providers(self, seed: int) -> list[ProviderSeed]:
        """The providers of a world with this scenario and seed."""
        from akash_tui.practice.provider.seeds import roster  # here: the help lists the scenarios, and no provider

        providers: list[ProviderSeed] = []
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
                if self.moody:
                    changed = _moody(changed, seed)
                providers.append(_hostile(changed, len(providers)) if self.hostile else changed)
        return providers


MOODS = ("", "", "silent", "full", "expensive", "slow", "old", "wrong region")
EXPENSIVE_FACTOR = 5
"""Multiplies the prices of an expensive provider."""
SLOW_BLOCKS = 8
"""How long a slow one waits with its bid."""


def mood_of(name: str, seed: int) -> str:
    """One of `MOODS`, the same in every world of a seed."""
    return random.Random(f"mood {seed}/{name}").choice(MOODS)


def _moody(provider: ProviderSeed, seed: int) -> ProviderSeed:
    match mood_of(provider.name, seed):
        case "silent":
            return replace(provider, bids=False)
        case "full":
            return replace(provider, full=True)
        case "slow":
            return replace(provider, delay=SLOW_BLOCKS)
        case "old":
            return replace(provider, version="0.8.3")
        case "wrong region":
            return replace(provider, extra=(*provider.extra, ("region", "nowhere"), ("location-region", "nowhere")))
        case "expensive":
            gpus = {gpu: price * EXPENSIVE_FACTOR for gpu, price in provider.prices.gpu.items()}
            return replace(provider, prices=replace(provider.prices, gpu=gpus))
    return provider


CHEAP_FACTOR = 10_000
"""Divides the prices of a provider that bids absurdly low."""
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
        from akash_tui.practice.provider.seeds import Prices

        gpus = {gpu: price / CHEAP_FACTOR for gpu, price in prices.gpu.items()}
        prices = Prices(gpus, *(each / CHEAP_FACTOR for each in (prices.cpu, prices.memory, prices.storage)))
    return replace(
        provider,
        prices=prices,
        organization=trap,
        extra=(("city", trap), ("website", f"javascript:alert(1)//{trap}"), ("status-page", trap)),
    )


SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        Scenario("busy", "Other tenants hold about half of the GPUs, and come and go.", busy=True),
        Scenario("calm", "Many providers bid, nobody else rents, and everything starts at once."),
        Scenario("no-bids", "No provider bids.", nobody_bids=True),
        Scenario(
            "moody",
            "Providers have moods: silent, full, expensive or slow, with old software or a wrong region; other tenants "
            "rent as in busy.",
            moody=True,
            busy=True,
        ),
        Scenario("short-bids", "Bids are withdrawn after a few blocks.", bid_timeout_blocks=25),
        Scenario(
            "price-jump",
            "Most bids are withdrawn after a few blocks, and the next order costs a lot more.",
            second_thoughts=8,
            later_factor=Decimal("1.8"),
        ),
        Scenario("rush", "Twice as many providers, all bidding at once.", instant=True, copies=2, order_max_bids=60),
        Scenario(
            "flood",
            "More than a thousand bids on one order, most from unreachable providers.",
            copies=120,
            served=1,
            order_max_bids=5000,
        ),
        Scenario("provider-dies", "The gateway of the first provider that gets a lease disappears.", dying_winners=1),
        Scenario("manifest-refused", "The first provider that gets a lease refuses the manifest.", refusing_winners=1),
        Scenario("lagging", "Providers see new leases and updates some blocks late.", lag_blocks=25),
        Scenario("runs-dry", "Bids so expensive that a minimal deposit is spent within 80 blocks.", dry_after=80),
        Scenario(
            "reclaimed",
            "The first provider that gets a lease announces that it reclaims its machine, and ends the lease later.",
            reclaiming_winners=1,
            reclaim_after=30,
            window_blocks=120,
        ),
        Scenario(
            "impostors",
            "Most gateways have a wrong certificate: unknown, expired, revoked, or another account's.",
            identities=("unknown", "expired", "revoked", "other", ""),
        ),
        Scenario(
            "gateway-hostile",
            "Gateways accept manifests, then send endless, too deep or too slow answers, or redirects.",
            attacks=ATTACKS,
        ),
        Scenario("indexer-silent", "The indexer answers every request a minute late.", indexer="silent"),
        Scenario("indexer-garbage", "The indexer sends invalid answers.", indexer="garbage"),
        Scenario(
            "upgrade",
            "The chain announces an upgrade, halts at its height after 120 blocks, and continues 60 block times later.",
            upgrade="v2.2.0",
            upgrade_after=120,
            halt_blocks=60,
        ),
        Scenario(
            "sunset",
            "The chain announces the end of new deployments, and refuses them after 180 blocks; leases run on.",
            upgrade="v3.0.0-sunset",
            upgrade_after=180,
            halt_blocks=20,
        ),
        Scenario(
            "nodes",
            "Three REST endpoints serve the same chain: the first lags twelve blocks, the second fails now and then.",
            rest_endpoints=3,
            nodes=("lags", "fails", ""),
            node_lag=12,
        ),
        Scenario(
            "granted",
            "An account pays the gas and deposits of everyone who asks the faucet: 2 AKT and 50 ACT for each wallet.",
            sponsor=True,
        ),
        Scenario("mint-halted", "No ACT can be minted: the mint's collateral is too low.", mint_status="halt_cr"),
        Scenario("flaky", "Connections are cut, stall, or get an error instead of an answer.", trouble=0.25),
        Scenario("lying", "Some of three REST endpoints give false answers.", rest_endpoints=3, lying=True),
        Scenario(
            "hostile",
            "Providers write markup, escapes and huge texts wherever they can; some bid absurdly low prices.",
            hostile=True,
        ),
    )
}
