"""A session, a deployer and a lease list that follow a script, so that screens can be tested without a network."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.adapters.system.notifications import SystemNotifier
from akash_tui.domain.akash.calendar import ChainPlans
from akash_tui.domain.akash.entities import (
    Bid,
    BidId,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    EscrowAccount,
    EscrowState,
    Group,
    GroupId,
    GroupState,
    Lease,
    LeaseId,
    LeaseState,
    Order,
    OrderId,
    OrderState,
)
from akash_tui.domain.akash.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.domain.akash.money import UACT, UAKT, BlockTime, Coin, DecCoin, per_hour
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Audit, Provider
from akash_tui.domain.akash.resources import Attribute, GroupSpec, ResourceOffer, Resources, ResourceUnit
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.decision import decide
from akash_tui.domain.bids.rule import Rule
from akash_tui.domain.market.observations import Reach
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.services.automation.auto_top_up import DoneTopUp, TopUpAgreement
from akash_tui.services.core.cached_answer import CachedAnswer
from akash_tui.services.core.chain_calendar import ChainCalendar
from akash_tui.services.core.networks import NetworkLine
from akash_tui.services.core.provider_cache import ProviderCache
from akash_tui.services.core.run_state import DeploymentRun, Stage, StepState
from akash_tui.services.core.secret_values import SecretValues
from akash_tui.services.deployment import accept_bids, bid_collector, close, create, deposit, manifest_delivery
from akash_tui.services.leases.lease_reader import DeploymentView, LeaseView
from akash_tui.services.memory.bid_memory import BidMemory
from akash_tui.services.memory.provider_notes import ProviderNotes
from akash_tui.services.ports import (
    AktPrice,
    BadInput,
    ChainParams,
    ForwardedPort,
    Head,
    LeaseStatus,
    Locked,
    MintRecord,
    MintStatus,
    ServiceStatus,
    TxDraft,
    WalletRef,
)
from akash_tui.services.ports.grants import Grants, Payers
from akash_tui.services.spending import quoting
from akash_tui.services.spending.quotes import CloseQuote, CloseResult, CreateQuote, DepositQuote, LeaseQuote
from akash_tui.services.storage.journal_entries import Intent, Outcome, SavedLease, Sent
from akash_tui.services.storage.journal_file import open_empty, transaction
from akash_tui.services.storage.presets import Presets
from akash_tui.services.storage.settings import AlertSettings, Bounds, Settings
from akash_tui.services.storage.standing_orders import StandingOrder
from akash_tui.ui.app import AkashApp
from tests.fakes.clock import FrozenClock
from tests.fakes.vault import OWNER, FakeVault
from tests.helpers.worlds import GIVE_UP
from tests.ui.screen_text import text

HEIGHT = 812_345
BLOCK = BlockTime(Decimal("6.04"), measured=True, blocks=100)
PRACTICE = Network(
    "practice", "practice-1", ("http://127.0.0.1:1",), ("http://127.0.0.1:2",), practice=True, public=False
)
MAINNET = Network("mainnet", "akashnet-2", ("http://127.0.0.1:1",), ("http://127.0.0.1:2",))
ID = DeploymentId(OWNER, 812_301)
MODELS = tuple(GpuModel("nvidia", name) for name in ("rtx4090", "a100", "h100", "l40s"))

SDL = """\
# title: vLLM with Qwen
version: "2.0"
services:
  vllm:
    image: vllm/vllm-openai:v0.6.3
    expose:
      - port: 8000
        as: 80
        to:
          - global: true
profiles:
  compute:
    vllm:
      resources:
        cpu: {units: 8}
        memory: {size: 32Gi}
        storage: {size: 100Gi}
        gpu:
          units: 1
          attributes:
            vendor:
              nvidia:
                - model: rtx4090
                - model: a100
                - model: h100
                - model: l40s
  placement:
    dcloud:
      pricing:
        vllm: {denom: uact, amount: 10000}
deployment:
  vllm:
    dcloud: {profile: vllm, count: 1}
"""


class FakeChain:
    """What the top line and the estimates read."""

    def __init__(self, network: Network, clock: FrozenClock) -> None:
        self.network = network
        self.clock = clock
        self.fault: Exception | None = None
        self.records: list[MintRecord] = []
        self.plans_ = ChainPlans()
        self.stands = timedelta(0)
        """How long no block has been made."""
        self.open_deployments: list[Deployment] = []
        self.orders_age = 5
        """Blocks since every order was made."""

    async def head(self) -> Head:
        if self.fault is not None:
            raise self.fault
        return Head(HEIGHT, self.clock.now() - self.stands, self.network.chain_id, self.clock.now())

    async def plans(self, head: Head) -> ChainPlans:
        return self.plans_

    async def balances(self, address: str) -> tuple[Coin, ...]:
        return Coin(UACT, 41_200_000), Coin(UAKT, 12_500_000)

    async def deployments(self, owner: str, state: DeploymentState | None = None) -> list[Deployment]:
        return self.open_deployments

    async def params(self) -> ChainParams:
        return ChainParams((Coin(UACT, 500_000),), 20)

    async def block_time(self) -> BlockTime:
        return BLOCK

    async def orders(self, id: DeploymentId) -> list[Order]:
        return [Order(OrderId(id.owner, id.dseq, 1, 1), OrderState.OPEN, spec(), HEIGHT - self.orders_age)]

    async def bids(self, id: DeploymentId, state: BidState | None = None) -> list[Bid]:
        return []

    async def lease(self, id: LeaseId) -> Lease | None:
        return None

    async def providers(self) -> list[Provider]:
        return []

    def second(self) -> None:
        return None

    async def akt_price(self) -> AktPrice | None:
        return AktPrice(Decimal("0.85"), self.clock.now() - timedelta(seconds=12), healthy=True)

    async def mint_status(self) -> MintStatus | None:
        return MintStatus("mint_status_healthy", True, True, (Coin(UACT, 10_000_000),), 25, 10)

    async def grants_to(self, address: str) -> Grants:
        return Grants()

    async def mint_records(self, owner: str) -> list[MintRecord]:
        return list(self.records)

    async def aclose(self) -> None:
        return None


@cache
def empty_tables() -> sqlite3.Connection:
    """All tables of a journal: made once, as each making of them takes as long as drawing a screen."""
    return open_empty()


class FakeJournal:
    """Leases that this machine remembers, by deployment; the tables of others are there, in memory."""

    path = Path("journal.db")

    def __init__(self) -> None:
        self.kept: dict[int, list[SavedLease]] = {}
        self.signed: list[Intent] = []
        """Newest first."""
        self.elsewhere: dict[str, int] = {}
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        empty_tables().backup(self._db)
        self.sent_ = Sent()
        """What the wallet has spent."""

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._db.execute(statement, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with transaction(self._db):
            yield self._db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        yield self._db

    def sent(self, *about: object, besides: str = "") -> Sent:
        return self.sent_

    def has_sent(self, chain_id: str) -> bool:
        return True

    def deployments(self, chain_id: str, owner: str) -> list[Any]:
        return [SimpleNamespace(id=DeploymentId(owner, dseq)) for dseq in self.kept]

    def leases(self, chain_id: str, id: DeploymentId) -> list[SavedLease]:
        return self.kept.get(id.dseq, [])

    def note_exchanged(self, intent: Intent, gave: Coin, note: str = "") -> None:
        about = intent.about | {"gave": str(gave)}
        self.signed[:] = [replace(i, about=about, note=note or i.note) if i is intent else i for i in self.signed]

    def intents(self, chain_id: str | None = None, owner: str | None = None, limit: int | None = None) -> list[Intent]:
        return [i for i in self.signed if chain_id in (None, i.chain_id) and owner in (None, i.owner)][:limit]

    def open_intents(self, chain_id: str, owner: str | None = None) -> list[Intent]:
        return [i for i in self.intents(chain_id, owner) if i.outcome is Outcome.OPEN]

    def of_pairs(self, chain_id: str, owner: str) -> list[Intent]:
        return [i for i in self.intents(chain_id, owner) if "paired_with" in i.about]

    def names(self) -> dict[tuple[str, str, int], str]:
        return {}

    def state(self) -> tuple[int, ...]:
        return (len(self.signed),)

    def open_elsewhere(self, chain_id: str, owner: str) -> dict[str, int]:
        return self.elsewhere

    def deployment(self, chain_id: str, id: DeploymentId) -> None:
        return None


class FakeProviderCache(ProviderCache):
    """The market shows what its indexer answers; SDLs and bids have prices only where a test sets them."""

    def _is_due(self, name: str, answer: CachedAnswer[Any] | None) -> bool:
        return False


@dataclass
class FakeSession:
    """The parts of `services.session.Session` that screens look at."""

    network: Network
    chain: FakeChain
    clock: FrozenClock
    wallet: WalletRef | None
    readonly: bool = False
    closed: bool = False
    locked: bool = False
    ask_unlock: Callable[[], Awaitable[None]] | None = None
    journal: FakeJournal = field(default_factory=FakeJournal)
    saved_bounds: Callable[[], Bounds] = Bounds
    max_spend: Decimal | None = None
    payers: Payers = field(default_factory=Payers)
    signed: set[int] = field(default_factory=set)
    sdl: SdlFiles = field(default_factory=SdlFiles)
    deployer: FakeSteps | None = None
    """What the steps of a deployment do, see `install`; None: the real ones."""
    secrets: SecretValues = field(default_factory=SecretValues)
    indexer: ClassVar[Any] = None
    provider_cache: ProviderCache = field(init=False)
    memory: BidMemory = field(init=False)
    provider_notes: ProviderNotes = field(init=False)
    calendar: ChainCalendar = field(init=False)

    def __post_init__(self) -> None:
        self.calendar = ChainCalendar(self.chain, self.clock)  # type: ignore[arg-type]
        self.memory = BidMemory(Path("there-is-none") / "memory.db", self.clock.now)
        self.provider_notes = ProviderNotes(self.journal, self.network.chain_id)  # type: ignore[arg-type]
        self.provider_cache = FakeProviderCache(self.chain, None, self.indexer, self.clock)  # type: ignore[arg-type]

    @property
    def bounds(self) -> Bounds:
        return self.saved_bounds()

    @property
    def owner(self) -> str:
        assert self.wallet is not None
        return self.wallet.address

    def holder(self, id: DeploymentId) -> None:
        return None

    async def head(self) -> Head:
        head = await self.chain.head()
        await self.calendar.read(head)
        return head

    @property
    def has_key(self) -> bool:
        return self.wallet is not None and not self.wallet.watch_only and not self.readonly

    @property
    def called(self) -> str:
        return f"Wallet {self.wallet.name}" if self.wallet is not None else "The wallet"

    def locked_error(self) -> Locked:
        return Locked(f"{self.called} is locked.")

    def lock(self) -> None:
        self.locked = True

    def unlocked(self) -> None:
        self.locked = False

    def require_signer(self) -> object:
        return object()

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class FakeNetworks:
    start: Network | None

    def list(self) -> Sequence[NetworkLine]:
        return NetworkLine("practice", PRACTICE, "a network on this machine"), NetworkLine(
            "mainnet", MAINNET, "real money"
        )

    def for_app(self, named: str | None) -> Network | None:
        return self.start


class FakeProgram:
    """The program's home with everything scripted."""

    def __init__(self, home: Path, network: Network | None = None) -> None:
        self.home = home
        self.home.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(alerts=AlertSettings(low_hours=()))
        self.sdl = SdlFiles()
        self.clock = FrozenClock()
        self.networks = FakeNetworks(network)
        self.vault = FakeVault()
        self.funded = 0
        self.speed = 1.0
        shipped = home / "shipped"
        shipped.mkdir(exist_ok=True)
        (shipped / "vllm-qwen.yaml").write_text(SDL, encoding="utf-8")
        self.presets = Presets(home, shipped)
        self.opened: list[tuple[str, str | None, bool]] = []

    def save_settings(self, settings: Settings) -> None:
        self.settings = settings

    def reread_settings(self) -> Settings:
        return self.settings

    @property
    def notifier(self) -> SystemNotifier:
        """The real one, in an environment where nothing is found."""
        return SystemNotifier({"PATH": ""})

    def wallets(self, ask: object = None) -> FakeVault:
        return self.vault

    async def open(self, network: Network, wallet: str | None, readonly: bool, ask: object = None) -> FakeSession:
        self.opened.append((network.name, wallet, readonly))
        ref = WalletRef(wallet or "main", OWNER)
        session = FakeSession(network, FakeChain(network, self.clock), self.clock, ref, readonly)
        session.saved_bounds = lambda: self.settings.bounds
        return session

    owns_practice = False
    has_saved_practice = False

    async def start_practice(self, scenario: str = "calm", seed: int = 7) -> Network:
        return PRACTICE

    def practice_wallet(self) -> WalletRef:
        return WalletRef("practice", OWNER, store="practice")

    async def turn_clock(self, network: Network, speed: float | None = None) -> float:
        self.speed = self.speed if speed is None else speed
        return self.speed

    async def fund(self, network: Network, address: str) -> str:
        self.funded += 1
        return "00" * 32


# --- bids -------------------------------------------------------------------------------------------


def spec(gseq: int = 1) -> GroupSpec:
    resources = Resources(1, 8000, 32 * 2**30, (), 1, tuple(Attribute(m.key(), "true") for m in MODELS))
    return GroupSpec(
        f"dcloud{gseq if gseq > 1 else ''}", units=(ResourceUnit(resources, 1, DecCoin(UACT, Decimal(10000))),)
    )


def bid_id(number: int, gseq: int = 1) -> BidId:
    return BidId(OWNER, ID.dseq, gseq, 1, f"akash1prov{number:02d}{'q' * 29}{number:03d}")


def bid(
    number: int,
    price: str,
    *models: str,
    gseq: int = 1,
    state: BidState = BidState.OPEN,
    reclaim: int | None = None,
) -> Bid:
    """A bid whose offer names these models (none: it discloses nothing)."""
    attributes = tuple(Attribute(f"vendor/nvidia/model/{model}", "true") for model in models)
    offer = ResourceOffer(Resources(1, 8000, 32 * 2**30, (), 1, attributes), 1)
    return Bid(
        bid_id(number, gseq),
        state,
        DecCoin(UACT, Decimal(price)),
        HEIGHT - 3,
        (offer,),
        Decimal(reclaim) if reclaim else None,
    )


def provider(number: int, name: str, *models: str) -> Provider:
    gpus = tuple(Attribute(f"capabilities/gpu/vendor/nvidia/model/{m}/ram/80Gi/interface/sxm", "true") for m in models)
    place = Attribute("location-region", ("us-west", "eu-east", "ap-east")[number % 3])
    return Provider(bid_id(number).provider, f"https://provider.{name}:8443", (*gpus, place))


BIDS = (
    bid(1, "637.5", "rtx4090"),
    bid(2, "1543.6", "a100"),
    bid(3, "1600"),
    bid(4, "2870", "h100"),
    bid(5, "2000", "a100", "h100"),
)
PROVIDERS = (
    provider(1, "hyper.gpu", "rtx4090"),
    provider(2, "europlots.com", "a100"),
    provider(4, "bigiron.net", "h100"),
)


def book(clock: FrozenClock, bids: Sequence[Bid] = BIDS, groups: Sequence[int] = (1,)) -> BidBook:
    """A book that knows these bids and some of their providers."""
    made = BidBook({gseq: spec(gseq) for gseq in groups})
    made.set_money(BLOCK, Decimal(5_000_000))
    orders = [Order(OrderId(OWNER, ID.dseq, g, 1), OrderState.OPEN, spec(g), HEIGHT - 5) for g in groups]
    made.apply(bids, height=HEIGHT, now=clock.now(), orders=orders)
    made.learn(
        providers=PROVIDERS,
        audits={PROVIDERS[1].owner: (Audit(PROVIDERS[1].owner, "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63", ()),)},
        reach={PROVIDERS[1].owner: Reach(True, 84.0, clock.now())},
    )
    return made


def run(clock: FrozenClock, groups: Sequence[int] = (1,), bids: Sequence[Bid] = BIDS) -> DeploymentRun:
    """A run that collects bids."""
    made = DeploymentRun(
        ID, PRACTICE.chain_id, "vllm-qwen", SDL, b"[]", bytes(32), {g: spec(g) for g in groups}, clock,
        stage=Stage.COLLECTING, book=book(clock, bids, groups), block_time=BLOCK, funds=Decimal(5_000_000),
        asked_at=clock.now() - timedelta(seconds=38), live=True,
    )  # fmt: skip
    return made


def draft() -> TxDraft:
    return TxDraft((), OWNER, 120_000, 180_000, Coin(UAKT, 4_500))


def common(clock: FrozenClock, spent: int = 0) -> dict[str, Any]:
    """What every quote has."""
    return {
        "owner": OWNER,
        "chain_id": PRACTICE.chain_id,
        "draft": draft(),
        "fee_ceiling": Coin(UAKT, 18_000),
        "balances_before": (Coin(UACT, 41_200_000), Coin(UAKT, 12_500_000)),
        "balances_after": (Coin(UACT, 41_200_000 - spent), Coin(UAKT, 12_495_500)),
        "unverified": (),
        "made_at": clock.now(),
    }


@dataclass
class FakeSteps:
    """The steps of a deployment as a test says; `faults` are raised by the step of that name, once each."""

    clock: FrozenClock
    run: DeploymentRun
    done: list[str] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    taken: list[tuple[str, ...]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    unverified: tuple[str, ...] = ()
    leases_running: int = 0

    def _step(self, name: str) -> None:
        self.done.append(name)
        if self.faults.get(name):
            raise self.faults[name].pop(0)

    async def create_quote(self, compiled: Compiled, sdl: str, name: str = "", **more: Any) -> CreateQuote:
        self._step("create_quote")
        deposit = more.get("deposit") or 500_000
        return CreateQuote(
            **common(self.clock, deposit) | {"unverified": self.unverified}, id=ID, name=name,
            file=more.get("file", "deploy.yaml"), sdl=sdl, compiled=compiled, deposit=Coin(UACT, deposit),
            hours=more.get("hours"), max_price=DecCoin(UACT, Decimal(10000)),
            max_h=per_hour(Decimal(10000), BLOCK), block_time=BLOCK, lasts_hours=Decimal("1.5"),
            ends_at=self.clock.now() + timedelta(hours=1.5),
        )  # fmt: skip

    def new_run(self, quote: CreateQuote) -> DeploymentRun:
        return self.run

    async def create(self, quote: CreateQuote, run: DeploymentRun | None = None) -> DeploymentRun:
        if self.gate is not None:
            await self.gate.wait()
        self._step("create")
        return self.run

    async def attach(self, id: DeploymentId) -> DeploymentRun:
        self._step("attach")
        return self.run

    async def collect(self, run: DeploymentRun) -> None:
        self._step("collect")
        await asyncio.Event().wait()

    async def lease_quote(self, run: DeploymentRun, choice: Mapping[int, BidId]) -> LeaseQuote:
        self._step("lease_quote")
        rows = tuple(row for id in choice.values() if (row := run.book.row(id)) is not None)
        price = sum((row.bid.price.amount for row in rows), Decimal(0))
        return LeaseQuote(
            **common(self.clock) | {"unverified": self.unverified}, rows=rows, bids=tuple(r.bid for r in rows),
            price=DecCoin(UACT, price), price_h=per_hour(price, BLOCK), extra_deposit=None, escrow=escrow(),
            lasts_hours=Decimal("5.43"), ends_at=self.clock.now() + timedelta(hours=5.43),
        )  # fmt: skip

    async def accept(self, run: DeploymentRun, quote: LeaseQuote) -> None:
        self.taken.append(tuple(row.id.provider for row in quote.rows))
        self._step("accept")
        run.begin()
        for name in ("signed", "in block", "lease"):
            run.step(
                name, StepState.DONE, "block 812,352 · tx " + "9B04" + "0" * 56 + "BBC9" if name == "in block" else ""
            )
        run.leases = (lease(quote.rows[0].id),)
        run.enter(Stage.DELIVERING)

    async def next_best(self, run: DeploymentRun, tried: Mapping[BidId, str], rule: Rule) -> dict[int, BidId] | None:
        return decide(run.book, rule, tried=tried, avoid=run.avoid).choice

    async def deliver(self, run: DeploymentRun) -> None:
        run.step("manifest", StepState.ACTIVE)
        self._step("deliver")
        run.step("manifest", StepState.DONE)

    async def wait_running(self, run: DeploymentRun) -> None:
        run.step("image", StepState.DONE)
        run.status = {run.leases[0].id: status(self.clock)}
        run.step("running", StepState.DONE)
        run.enter(Stage.RUNNING)
        self._step("wait_running")

    async def close_quote(self, id: DeploymentId) -> CloseQuote:
        self._step("close_quote")
        return CloseQuote(
            **common(self.clock, spent=-4_400_000), id=id, name="vllm-qwen", leases=self.leases_running,
            refund=Coin(UACT, 4_400_000), height=HEIGHT, others=(),
        )  # fmt: skip

    async def close(self, quote: CloseQuote, run: DeploymentRun | None = None) -> CloseResult:
        self._step("close")
        return CloseResult("AB" * 32, HEIGHT + 9, Coin(UACT, 4_390_000))


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sessions that have a `deployer` take the steps of a deployment as it says."""
    for module, names in (
        (quoting, ("create_quote", "close_quote")),
        (create, ("new_run", "create", "attach")),
        (bid_collector, ("collect",)),
        (accept_bids, ("lease_quote", "accept", "next_best")),
        (manifest_delivery, ("deliver", "wait_running")),
        (close, ("close",)),
        (deposit, ("deposit_quote", "deposit")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, _scripted(name, getattr(module, name)))


def _scripted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def step(session: Any, *args: Any, **more: Any) -> Any:
        script = getattr(session, "deployer", None)
        return real(session, *args, **more) if script is None else getattr(script, name)(*args, **more)

    return step


def escrow() -> EscrowAccount:
    return EscrowAccount(EscrowState.OPEN, HEIGHT, (DecCoin(UACT, Decimal(5_000_000)),))


def lease(id: LeaseId) -> Lease:
    return Lease(id, LeaseState.ACTIVE, DecCoin(UACT, Decimal("1543.6")), HEIGHT, 0, "")


def status(clock: FrozenClock) -> LeaseStatus:
    return LeaseStatus(
        (ServiceStatus("vllm", 1, 1, ("qwen.ingress.europlots.com",)),),
        (ForwardedPort("vllm", "provider.europlots.com", 22, 31_022, "TCP"),),
        (),
        clock.now(),
    )


def view(clock: FrozenClock, *, leased: bool = True, name: str = "vllm-qwen", number: int = 0) -> DeploymentView:
    """One deployment as the chain shows it; leased ones run."""
    id = replace(ID, dseq=ID.dseq + number)
    group = Group(GroupId(id.owner, id.dseq, 1), GroupState.OPEN, spec(), HEIGHT - 700)
    deployment = Deployment(id, DeploymentState.ACTIVE, bytes(32), HEIGHT - 700, (group,), escrow())
    gpu = GpuOffer(GpuModel("nvidia", "a100", 80, "sxm"), 1, GpuSource.BID)
    leases = (
        LeaseView(lease(replace(bid_id(2), dseq=id.dseq)), PROVIDERS[1], (gpu,), Decimal("0.92"), True, status(clock)),
    )
    return NamedView(
        deployment, None, leases if leased else (), (), Decimal("0.92") if leased else Decimal(0), Decimal(4_400_000),
        Decimal("4.8") if leased else None, clock.now() + timedelta(hours=4.8) if leased else None, BLOCK, HEIGHT,
        clock.now(), said=name,
    )  # fmt: skip


@dataclass(frozen=True)
class NamedView(DeploymentView):
    """A view with a name that needs no journal."""

    said: str = ""

    @property
    def name(self) -> str:
        return self.said


class FakeLeases:
    """Takes the place of `services.leases.Leases`."""

    views: Sequence[DeploymentView] = ()

    def __init__(self, session: object) -> None:
        pass

    async def all(self, *, closed: bool = False) -> list[DeploymentView]:
        return list(self.views)

    async def asked(self, view: DeploymentView) -> DeploymentView:
        return replace(view, asked=True)

    async def one(self, id: DeploymentId, *, services: bool = True) -> DeploymentView:
        for known in self.views:
            if known.id == id:
                return known
        raise BadInput(f"The chain knows no deployment {id.dseq}.")


class FakeAutoTopUp:
    """Takes the place of `services.auto_top_up.AutoTopUp`: orders that a test puts there."""

    orders: ClassVar[dict[DeploymentId, StandingOrder]] = {}
    made: ClassVar[list[DoneTopUp | StandingOrder]] = []
    """What the next rounds do."""

    def __init__(self, session: FakeSession) -> None:
        self.session = session

    def all(self) -> list[StandingOrder]:
        return list(self.orders.values())

    async def run(self, order: StandingOrder) -> DoneTopUp | StandingOrder | None:
        return self.made.pop(0) if self.made else None

    def stop(self, id: DeploymentId) -> StandingOrder | None:
        known = self.orders.get(id)
        if known is not None:
            self.orders[id] = replace(known, stopped="you turned it off")
        return known

    async def quote(
        self, id: DeploymentId, amount: int | None, hours: Decimal | None, cap: int, below: Decimal
    ) -> TopUpAgreement:
        clock = self.session.clock
        each = amount if amount is not None else int((hours or 0) * 920_000)
        first = DepositQuote(
            **common(clock, each), id=id, name="vllm-qwen", deposit=Coin(UACT, each),
            price=DecCoin(UACT, Decimal("1543.6")), price_h=Decimal("0.92"),
            left=Decimal(4_400_000), lasts_now=Decimal("4.8"), lasts_hours=Decimal("28.8"), ends_at=clock.now(),
        )  # fmt: skip
        return TopUpAgreement(first, Coin(UACT, cap), below, cap // each, self.session.payers, Decimal("4.8") < below)

    async def agree(self, agreement: TopUpAgreement) -> StandingOrder:
        first = agreement.first
        order = StandingOrder(
            first.chain_id, first.id, first.deposit.amount, agreement.cap.amount, agreement.below,
            first.fee_ceiling.amount, self.session.clock.now(),
        )  # fmt: skip
        self.orders[first.id] = order
        return order


# --- the app ------------------------------------------------------------------------------------------


def type_at_once(app: AkashApp, keys: Sequence[str]) -> None:
    """Keys as a paste or a slow line brings them: all are there before the first one is answered."""
    for key in keys:
        name, character = ("", key) if len(key) == 1 else (key, {"enter": "\r", "colon": ":"}.get(key))
        app.post_message(events.Key(name or key, character))


async def until(pilot: Pilot[Any], fact: Callable[[], object], limit: float = GIVE_UP) -> None:
    """Wait for a fact, not for a time; then until the screen that it may have opened takes keys.

    Each pause keeps all widgets busy for a moment: what has not come soon is asked for less often.
    """
    pause = 0.02
    try:
        async with asyncio.timeout(limit):
            while not fact():
                await pilot.pause(pause)
                pause = min(1.5 * pause, 0.1)
    except TimeoutError:
        raise AssertionError(f"never true; on the screen:\n{_seen(pilot.app)}") from None
    await pilot.pause()


def _seen(app: App[Any]) -> str:
    """The screens, the focus, what runs and what is drawn: what a fact that never came true is judged by."""
    at_work = [worker.group for worker in app.workers if not worker.is_finished]
    state = f"{app.screen_stack} focus {app.focused} busy {getattr(app, 'busy', None)} at work {at_work}"
    return f"{state}\n{text(app)}"


@dataclass
class Stage_:
    """An app at a session, with its script."""

    app: AkashApp
    program: FakeProgram
    deployer: FakeSteps

    async def ready(self, pilot: Pilot[Any]) -> None:
        """Until the first screen of the session stands, with the script in place."""
        await until(pilot, lambda: self.app.run_manager is not None and self.app.front_screen is not None)
        run_manager = self.app.run_manager
        assert run_manager is not None
        run_manager.session.deployer = self.deployer  # type: ignore[attr-defined]
        await until(
            pilot, lambda: run_manager.params is not None and self.app.header_data and self.app.header_data.balances
        )
        await pilot.pause()

    async def with_bids(self, pilot: Pilot[Any]) -> None:
        """On the bids screen, with the scripted run."""
        await self.ready(pilot)
        run_manager = self.app.run_manager
        assert run_manager is not None
        run_manager.take(self.deployer.run)
        run_manager.current = self.deployer.run.id
        await pilot.press("2")
        await until(pilot, lambda: self.app.screen.query("#bid-table") and self.app.screen.query_one("#bid-table").rows)  # type: ignore[attr-defined]


def stage(home: Path, *, readonly: bool = False, groups: Sequence[int] = (1,), **more: Any) -> Stage_:
    """An app that opens on the practice network with everything scripted."""
    program = FakeProgram(home, PRACTICE if not readonly else MAINNET)
    app = AkashApp(program, readonly=readonly, **more)  # type: ignore[arg-type]
    app.status.monotonic = program.clock.monotonic
    bids = BIDS if len(groups) == 1 else (*BIDS, bid(6, "900", "rtx4090", gseq=2))
    return Stage_(app, program, FakeSteps(program.clock, run(program.clock, groups, bids)))


Waiter = Callable[[], Awaitable[None]]
