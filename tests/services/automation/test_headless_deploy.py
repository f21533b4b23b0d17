"""The flow without a person: rules, ends, exit codes, interruptions; `done` is always last and always true."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import BidId, BidState, DeploymentState, LeaseState, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.messages import CloseDeployment, CloseLease, CreateDeployment, CreateLease, Message
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.akash.resources import Attribute
from akash_tui.domain.bids.decision import Decision, Reason, Rejection
from akash_tui.domain.bids.rule import Preference, Rule, Wait
from akash_tui.domain.market.known_provider import known_by_record
from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.automation.bid_chooser import ended_advice
from akash_tui.services.automation.deploy_options import DeployOptions, DeployOutcome
from akash_tui.services.automation.headless_deploy import MOST_REQUOTES, drive
from akash_tui.services.core.events import Event
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment import no_bid_advice
from akash_tui.services.deployment.groups import GroupQuote
from akash_tui.services.market.who_could_bid import ProvidersRead, WhoCouldBid
from akash_tui.services.ports import (
    BadInput,
    BidGone,
    ManifestRefused,
    OrderGone,
    ProviderDenied,
    ProviderFault,
    Reach,
    Refused,
    SignedTx,
    TxUnknown,
    Unreachable,
)
from akash_tui.services.ports.grants import FeeGrant, Grants, Payers
from akash_tui.services.spending.quotes import CloseQuote, LeaseQuote
from akash_tui.services.spending.quoting import create_quote
from tests.fakes.chain import OWNER, gpu_offer, provider_name
from tests.fakes.session import SDL, Bench, compiled

CHEAPEST = Rule("cheapest")


class Story:
    """One drive and everything that it told."""

    def __init__(self, bench: Bench, plan: DeployOptions) -> None:
        self.bench = bench
        self.plan = plan
        self.told: list[dict[str, object]] = []
        self.options: dict[str, object] = {}
        self.on_event: Callable[[Event], None] = lambda event: None

    def tell(self, event: Event) -> None:
        self.told.append(event.to_json())
        self.on_event(event)

    async def go(self) -> DeployOutcome:
        session = self.bench.session()
        quote = await create_quote(session, compiled(SDL), SDL, "web")
        try:
            return await drive(session, quote, self.plan, self.tell, **self.options)  # type: ignore[arg-type]
        finally:
            assert self.names[-1] == "done"
            assert self.names.count("done") == 1
            assert len(asyncio.all_tasks()) <= 2

    @property
    def names(self) -> list[str]:
        return [str(t["event"]) for t in self.told]

    @property
    def steps(self) -> list[str]:
        return [n for n in self.names if n not in ("bid", "bid_gone")]

    def first(self, name: str) -> dict[str, object]:
        return next(t for t in self.told if t["event"] == name)


async def test_to_running(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (0, "running")
    assert story.steps == ["created", "choice", "lease", "manifest", "running", "done"]
    assert story.first("choice")["provider"] == provider_name(0)
    rejected = story.first("choice")["rejected"]
    assert isinstance(rejected, list)
    assert Counter(r["code"] for r in rejected) == {"more_expensive": 2}


async def test_it_collects_as_long_as_it_was_told(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST, collect=90))
    start = bench.clock.elapsed
    story.on_event = lambda e: setattr(story, "chosen_at", bench.clock.elapsed) if e.name == "choice" else None
    await story.go()
    assert 90 <= story.chosen_at - start <= 105  # type: ignore[attr-defined]


async def test_the_time_in_which_the_node_is_silent_is_no_collecting_time(bench: Bench) -> None:
    """Cheaper bids come while it is silent: they are in the book before anything is chosen."""
    cheap = (provider_name(0), Decimal(1000), bench.chain.offers[0][2])
    bench.chain.offers = bench.chain.offers[1:]
    story = Story(bench, DeployOptions(CHEAPEST, collect=60))
    silent: list[float] = []

    def gate(name: str) -> None:
        if name == "bids" and story.names.count("bid") and len(silent) < 6:
            silent.append(bench.clock.elapsed)
            raise Unreachable("No node answers.")
        if name == "bids" and len(silent) == 6 and cheap not in bench.chain.offers:
            bench.chain.offers.append(cheap)
            for order in list(bench.chain.orders_):
                bench.chain.open_order(order, bench.chain.height - 2)

    bench.chain.gate = gate
    story.on_event = lambda e: setattr(story, "chosen_at", bench.clock.elapsed) if e.name == "choice" else None
    finish = await story.go()
    assert finish.exit_code == 0
    assert story.first("choice")["provider"] == provider_name(0)
    away = silent[-1] - silent[0]
    assert away > 20
    assert story.chosen_at - silent[0] > away + 30  # type: ignore[attr-defined]


async def test_the_bids_are_read_again_before_one_is_chosen(bench: Bench) -> None:
    """A cheaper bid that no wake announced."""
    cheap = (provider_name(9), Decimal(10), bench.chain.offers[0][2])
    story = Story(bench, DeployOptions(CHEAPEST, collect=61))
    created: list[float] = []

    def gate(name: str) -> None:
        if name == "bids":
            created.append(bench.clock.elapsed)
            if bench.clock.elapsed - created[0] >= 60.5 and cheap not in bench.chain.offers:
                bench.chain.offers.append(cheap)
                for order in list(bench.chain.orders_):
                    bench.chain.open_order(order, bench.chain.height - 2)

    bench.chain.gate = gate
    await story.go()
    assert story.first("choice")["provider"] == provider_name(9)


async def test_a_node_that_stays_silent_ends_it_with_its_own_error(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST, collect=10, bid_wait=60, on_fail="keep"))

    def gate(name: str) -> None:
        if name == "bids" and story.names.count("bid"):
            raise Unreachable("No node answers.")

    bench.chain.gate = gate
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (5, "open")
    assert story.steps == ["created", "failed", "done"]
    assert story.first("failed")["code"] == "unreachable"


async def test_late_bids_are_waited_for(bench: Bench) -> None:
    offers, bench.chain.offers = bench.chain.offers, []
    story = Story(bench, DeployOptions(CHEAPEST, collect=10, bid_wait=300))

    async def providers_wake_up() -> None:
        await bench.clock.sleep(100)
        bench.chain.offers = offers
        for order in list(bench.chain.orders_):
            bench.chain.open_order(order, bench.chain.height)

    late = asyncio.create_task(providers_wake_up())
    finish = await story.go()
    await late
    assert finish.exit_code == 0


@pytest.mark.parametrize(
    ("on_fail", "state", "steps"),
    [
        ("close", "closed", ["created", "waiting", "failed", "closed", "done"]),
        ("keep", "open", ["created", "waiting", "failed", "done"]),
    ],
)
async def test_nobody_bids(bench: Bench, on_fail: str, state: str, steps: list[str]) -> None:
    bench.chain.offers = []
    story = Story(bench, DeployOptions(CHEAPEST, bid_wait=120, on_fail=on_fail))
    finish = await story.go()
    assert (finish.exit_code, finish.state, story.steps) == (4, state, steps)
    failed = story.first("failed")
    assert (failed["stage"], failed["code"]) == ("bids", "no_bid")


@pytest.mark.parametrize("asking", [False, True], ids=["by a rule", "by a person"])
async def test_nobody_bids_and_what_no_provider_has_is_named(
    bench: Bench, asking: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.chain.offers = []
    asked_for: list[str] = []

    has = Attribute("capabilities/gpu/vendor/nvidia/model/l40s", "true")
    listed = (known_by_record(Provider(provider_name(1), "", (has,))),)

    async def providers(who: WhoCouldBid) -> ProvidersRead:
        return ProvidersRead(listed, FigureSource.CHAIN, bench.clock.now())

    async def nobody(run: DeploymentRun) -> Mapping[int, BidId] | None:
        asked_for.append(run.name)
        raise TimeoutError

    monkeypatch.setattr(WhoCouldBid, "providers", providers)
    story = Story(bench, DeployOptions(None if asking else CHEAPEST, bid_wait=120))
    if asking:
        story.options["ask"] = nobody
    await story.go()
    assert bool(asked_for) is asking
    advice = str(story.first("failed")["advice"])
    assert advice.startswith("No known provider has the GPU")
    assert advice.endswith(". Also accept l40s (+1 provider), and deploy again.")


@pytest.mark.parametrize(
    ("gpus", "advice"), [(True, "more GPU models"), (False, "less CPU")], ids=["with a GPU", "without"]
)
def test_other_advice_fits_what_is_asked_for(gpus: bool, advice: str) -> None:
    (group,) = compiled(SDL).groups
    bare = replace(
        group, units=tuple(replace(u, resources=replace(u.resources, gpu_attributes=())) for u in group.units)
    )
    assert advice in no_bid_advice.change_advice([group if gpus else bare])


async def test_bids_are_not_collected_until_they_are_withdrawn(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST, collect=900))
    start = bench.clock.elapsed
    leased: list[float] = []
    story.on_event = lambda e: leased.append(bench.clock.elapsed - start) if e.name == "choice" else None
    finish = await story.go()
    assert finish.state == "running"
    assert 180 < leased[0] < 290


def test_bids_that_all_went_need_no_other_budget() -> None:
    def advice(*codes: Reason) -> str:
        gone = tuple(Rejection(provider_name(at), code, "") for at, code in enumerate(codes))
        return ended_advice(Decision({}, {1: gone}, (1,)))

    assert "withdraw a bid after about 5 minutes" in advice(Reason.GONE, Reason.GONE)
    assert "Raise the budget" in advice(Reason.GONE, Reason.OVER_BUDGET)


async def test_no_acceptable_bid_says_why(bench: Bench) -> None:
    bench.chain.offers = [(provider_name(1), Decimal(5), ())]
    story = Story(bench, DeployOptions(CHEAPEST, bid_wait=60))
    await story.go()
    assert "GPU not stated" in str(story.first("failed")["message"])


async def test_a_wait_for_an_acceptable_bid_is_reported_with_its_reason(bench: Bench) -> None:
    story = Story(bench, DeployOptions(Rule("cheapest", budget_h=Decimal("0.0001")), collect=8, bid_wait=300))
    start = bench.clock.elapsed
    story.on_event = lambda e: setattr(story, "waits_at", bench.clock.elapsed) if e.name == "waiting" else None
    finish = await story.go()
    assert finish.exit_code == 4
    waiting = story.first("waiting")
    assert "over budget" in str(waiting["message"])
    assert 0 < int(str(waiting["seconds"])) <= 292
    assert story.waits_at - start <= 25  # type: ignore[attr-defined]
    assert story.steps.count("waiting") <= 3


async def test_the_question_for_a_bid_ends_with_the_order(bench: Bench) -> None:
    story = Story(bench, DeployOptions(None))
    asked = asyncio.Event()

    async def nobody(run: DeploymentRun) -> Mapping[int, BidId] | None:
        for id, order in bench.chain.orders_.items():  # closed elsewhere, while the question stands
            bench.chain.orders_[id] = replace(order, state=OrderState.CLOSED)
        asked.set()
        await asyncio.Event().wait()
        return None

    story.options["ask"] = nobody
    finish = await story.go()
    assert asked.is_set()
    assert finish.exit_code == OrderGone.exit_code
    assert "closed for bids" in str(story.first("failed")["message"])


async def test_a_refused_creation_costs_nothing_and_says_none(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))

    def refuse(name: str) -> None:
        if name == "broadcast":
            raise Refused("No.", codespace="sdk", number=13)

    bench.chain.gate = refuse
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (3, "none")
    assert story.steps == ["failed", "done"]
    assert story.first("failed")["stage"] == "create"


async def test_an_undecided_creation_says_unknown(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))

    def silent(name: str) -> None:
        if name == "broadcast done":
            raise TxUnknown("No answer.", "Run akash-tui resume.", tx_hash="?")

    bench.chain.gate = silent
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (3, "unknown")
    assert story.first("failed")["code"] == "tx_unknown"


async def test_a_creation_that_one_node_took_and_refused_says_unknown(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))

    def lie(name: str) -> None:
        if name == "broadcast done":
            raise Refused("No.", codespace="sdk", number=13).reported_by_one(None)

    bench.chain.gate = lie
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (3, "unknown")
    assert story.first("failed")["code"] == "refused"
    assert "akash-tui resume decides" in str(story.first("failed")["advice"])


@pytest.mark.parametrize("on_fail", ["close", "keep", "requote"])
async def test_a_lease_that_one_node_calls_lost_is_not_signed_for_another_bid(bench: Bench, on_fail: str) -> None:
    story = Story(bench, DeployOptions(CHEAPEST, on_fail=on_fail))
    real = bench.chain.broadcast
    sent: list[tuple[Message, ...]] = []

    async def broadcast(tx: SignedTx) -> None:
        await real(tx)
        sent.append(tx.draft.messages)
        if isinstance(tx.draft.messages[-1], CreateLease):
            raise BidGone("The bid is no longer open.").reported_by_one(tx.expires)

    bench.chain.broadcast = broadcast  # type: ignore[method-assign]
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (3, "unknown")
    assert [type(m) for messages in sent for m in messages] == [CreateDeployment, CreateLease]


async def test_the_next_best_is_taken_when_the_best_went(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))

    def snatch(event: Event) -> None:
        if event.name == "choice" and story.names.count("choice") == 1:
            bid = next(b for b in bench.chain.bids_.values() if b.id.provider == provider_name(0))
            bench.chain.bids_[bid.id] = replace(bid, state=BidState.CLOSED)

    story.on_event = snatch
    finish = await story.go()
    assert finish.exit_code == 0
    assert [t["provider"] for t in story.told if t["event"] == "choice"] == [provider_name(0), provider_name(1)]
    leases = [m for messages in bench.chain.committed for m in messages if isinstance(m, CreateLease)]
    assert [m.bid.provider for m in leases] == [provider_name(1)]


async def test_a_number_of_bids_ends_the_wait_before_its_time(bench: Bench) -> None:
    story = Story(bench, DeployOptions(Rule(wait=Wait(Decimal(90), 3)), collect=60))
    start = bench.clock.elapsed
    story.on_event = lambda e: setattr(story, "chosen_at", bench.clock.elapsed) if e.name == "choice" else None
    finish = await story.go()
    assert finish.exit_code == 0
    assert story.chosen_at - start < 60  # type: ignore[attr-defined]
    assert story.first("choice")["provider"] == provider_name(0)


async def test_a_wait_in_the_rule_counts_and_not_the_usual_one(bench: Bench) -> None:
    story = Story(bench, DeployOptions(Rule(wait=Wait(Decimal(90), 9)), collect=1))
    start = bench.clock.elapsed
    story.on_event = lambda e: setattr(story, "chosen_at", bench.clock.elapsed) if e.name == "choice" else None
    await story.go()
    assert story.chosen_at - start >= 90  # type: ignore[attr-defined]


async def test_the_next_best_is_taken_when_the_provider_of_the_best_does_not_answer(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))
    real = bench.gateway.probe

    async def probe(provider: Provider) -> Reach:
        reach = await real(provider)
        return replace(reach, ok=provider.owner != provider_name(0), note="timed out")

    bench.gateway.probe = probe  # type: ignore[method-assign]
    finish = await story.go()
    assert finish.exit_code == 0
    choices = [t for t in story.told if t["event"] == "choice"]
    assert [t["provider"] for t in choices] == [provider_name(0), provider_name(1)]
    rejected = choices[1]["rejected"]
    assert isinstance(rejected, list)
    assert ("failed_before", "it was tried: its provider did not answer") in [
        (r["code"], r["reason"]) for r in rejected
    ]


async def test_a_provider_that_answers_again_may_be_taken_after_all(bench: Bench) -> None:
    bench.chain.offers = bench.chain.offers[:1]
    story = Story(bench, DeployOptions(CHEAPEST))
    real = bench.gateway.probe

    async def probe(provider: Provider) -> Reach:
        return replace(await real(provider), ok=story.names.count("waiting") > 0)

    bench.gateway.probe = probe  # type: ignore[method-assign]
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (0, "running")
    assert "1 failed before" in str(story.first("waiting")["message"])


@pytest.mark.parametrize(("on_fail", "state"), [("close", "closed"), ("keep", "leased")])
async def test_a_refused_manifest(bench: Bench, on_fail: str, state: str) -> None:
    bench.gateway.faults = [ManifestRefused("invalid manifest", "Take another.", status=422)]
    story = Story(bench, DeployOptions(CHEAPEST, on_fail=on_fail))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (6, state)
    assert story.first("failed")["stage"] == "manifest"
    alive = [x for x in bench.chain.leases_.values() if x.state is LeaseState.ACTIVE]
    assert bool(alive) is (state == "leased")


async def test_a_refused_manifest_asks_the_others(bench: Bench) -> None:
    bench.gateway.faults = [ManifestRefused("invalid manifest", "Take another.", status=422)]
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="requote"))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (0, "running")
    again = ["choice", "lease", "manifest"]
    assert story.steps == ["created", *again, "failed", "requoted", *again, "running", "done"]
    first, second = (t["provider"] for t in story.told if t["event"] == "choice")
    assert first != second
    told = story.first("requoted")
    assert (told["provider"], told["reason"]) == (first, "it refused the manifest")
    alive = [x.id for x in bench.chain.leases_.values() if x.state is LeaseState.ACTIVE]
    assert [(x.provider, x.oseq) for x in alive] == [(second, 2)]
    assert finish.run is not None
    assert finish.run.avoid == {first: "it refused the manifest"}


async def test_what_on_fail_signs_is_shown_before_it_is_signed(bench: Bench) -> None:
    bench.gateway.faults = [ManifestRefused("invalid manifest", "Take another.", status=422) for _ in range(20)]
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="requote", bid_wait=60))
    shown: list[tuple[Message, ...]] = []

    def show(quote: CloseQuote | GroupQuote) -> None:
        assert quote.draft.messages not in bench.chain.committed
        shown.append(quote.draft.messages)

    story.options = {"show": show}
    await story.go()
    ends = [messages for messages in bench.chain.committed if isinstance(messages[0], (CloseLease, CloseDeployment))]
    assert shown == ends
    assert {type(messages[0]) for messages in ends} == {CloseLease, CloseDeployment}


async def test_what_is_closed_after_an_interruption_is_shown_too(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))
    shown: list[CloseQuote | GroupQuote] = []
    story.options = {"show": shown.append}

    def on_event(event: Event) -> None:
        if event.name == "bid" and story.names.count("bid") == 1:
            task.cancel()

    story.on_event = on_event
    task = asyncio.create_task(story.go())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [(type(quote), quote.id) for quote in shown] == [(CloseQuote, next(iter(bench.chain.deployments_)))]
    assert story.told[-1]["state"] == "closed"


async def test_nothing_is_shown_where_nothing_is_signed(bench: Bench) -> None:
    bench.gateway.faults = [ManifestRefused("invalid manifest", "Take another.", status=422)]
    shown: list[CloseQuote | GroupQuote] = []
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="keep"))
    story.options = {"show": shown.append}
    finish = await story.go()
    assert (finish.state, shown) == ("leased", [])


async def test_when_all_refuse_it_is_closed(bench: Bench) -> None:
    bench.gateway.faults = [ManifestRefused("invalid manifest", "Take another.", status=422) for _ in range(20)]
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="requote", bid_wait=60))
    finish = await story.go()
    assert finish.exit_code in (4, 6)
    assert finish.state == "closed"
    assert 1 <= story.names.count("requoted") <= MOST_REQUOTES
    assert not [x for x in bench.chain.leases_.values() if x.state is LeaseState.ACTIVE]


async def test_without_a_lease_requote_closes(bench: Bench) -> None:
    story = Story(bench, DeployOptions(Rule("cheapest", budget_h=Decimal("0.0001")), bid_wait=60, on_fail="requote"))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (4, "closed")


async def test_a_lease_that_we_closed_elsewhere_is_not_leased_again(bench: Bench) -> None:
    bench.gateway.ready_after = 10**9

    def ends(name: str) -> None:
        if name == "status":
            for lease in list(bench.chain.leases_.values()):
                bench.chain.leases_[lease.id] = replace(lease, state=LeaseState.CLOSED, reason="lease_closed_owner")

    bench.gateway.gate = ends
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="requote"))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (6, "closed")
    assert "requoted" not in story.names
    assert any("you closed it" in str(t["message"]) for t in story.told if t["event"] == "failed")


async def test_a_manifest_that_nobody_takes_in_time(bench: Bench) -> None:
    bench.gateway.faults = [ProviderFault("busy", status=500) for _ in range(500)]
    story = Story(bench, DeployOptions(CHEAPEST, manifest_wait=30))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (6, "closed")
    assert story.names.count("manifest") > 3


async def test_not_running_in_time_never_closes(bench: Bench) -> None:
    bench.gateway.ready_after = 10**9
    story = Story(bench, DeployOptions(CHEAPEST, run_wait=60, on_fail="close"))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (7, "leased")
    assert story.first("failed")["stage"] == "run"
    assert "closed" not in story.names


@pytest.mark.parametrize(("on_fail", "state"), [("close", "closed"), ("keep", "leased")])
async def test_a_provider_that_has_nothing_ends_within_a_minute(bench: Bench, on_fail: str, state: str) -> None:
    bench.gateway.forgets = True
    story = Story(bench, DeployOptions(CHEAPEST, on_fail=on_fail))
    at: dict[str, float] = {}
    story.on_event = lambda event: at.update({event.name: at.get(event.name, bench.clock.elapsed)})
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (6, state)
    failed = story.first("failed")
    assert (failed["stage"], failed["code"]) == ("run", "manifest_lost")
    assert at["failed"] - at["manifest"] <= 60


async def test_a_provider_that_has_nothing_is_given_up_for_another_bid(bench: Bench) -> None:
    bench.gateway.forgets = True
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="requote"))

    def heal(event: Event) -> None:
        if event.name == "requoted":
            bench.gateway.forgets = False

    story.on_event = heal
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (0, "running")
    assert story.first("requoted")["reason"] == "it accepted the manifest and did not run it"
    providers = [t["provider"] for t in story.told if t["event"] == "choice"]
    assert providers == [provider_name(0), provider_name(1)]


async def test_a_provider_that_denies_its_status_is_not_closed(bench: Bench) -> None:
    def denied(name: str) -> None:
        if name == "status":
            raise ProviderDenied("It does not accept our token.", status=401)

    bench.gateway.gate = denied
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="close"))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (6, "leased")
    assert story.first("failed")["stage"] == "run"


async def test_a_lease_that_ends_while_it_starts_is_closed(bench: Bench) -> None:
    bench.gateway.ready_after = 10**9

    def ends(name: str) -> None:
        if name == "status":
            for lease in list(bench.chain.leases_.values()):
                bench.chain.leases_[lease.id] = replace(lease, state=LeaseState.CLOSED, reason="unstable")

    bench.gateway.gate = ends
    story = Story(bench, DeployOptions(CHEAPEST, on_fail="close"))
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (6, "closed")
    assert story.first("failed")["code"] == "lease_ended"


async def test_a_node_that_goes_away_ends_no_delivery(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))
    away = 0

    def gate(name: str) -> None:
        nonlocal away
        if name == "account" and bench.chain.leases_ and away < 5:
            away += 1
            raise Unreachable("No node answers.")

    bench.chain.gate = gate
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (0, "running")
    assert away == 5
    assert story.names.count("manifest") == 6


async def test_a_close_that_fails_is_told(bench: Bench) -> None:
    bench.chain.offers = []
    story = Story(bench, DeployOptions(CHEAPEST, bid_wait=30))

    def refuse(name: str) -> None:
        if name == "broadcast" and bench.chain.committed:
            raise Refused("No.", codespace="sdk", number=13)

    bench.chain.gate = refuse
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (4, "open")
    assert story.steps == ["created", "failed", "failed", "done"]
    assert "lease close" in str(story.told[-2]["advice"])


async def test_none_stops_after_collecting(bench: Bench) -> None:
    story = Story(bench, DeployOptions(Rule("none"), collect=60))
    finish = await story.go()
    assert (finish.exit_code, finish.state, story.steps) == (0, "open", ["created", "done"])
    assert story.names.count("bid") >= 3


async def test_a_person_is_asked_and_sees_the_quote(bench: Bench) -> None:
    shown: list[LeaseQuote] = []

    async def ask(run: DeploymentRun) -> Mapping[int, BidId] | None:
        while not run.book.rows(gone=False):
            await bench.clock.sleep(1)
        return {1: run.book.rows()[-1].id}

    async def confirm(quote: LeaseQuote) -> bool:
        shown.append(quote)
        return True

    story = Story(bench, DeployOptions(None))
    story.options = {"ask": ask, "confirm": confirm}
    finish = await story.go()
    assert finish.exit_code == 0
    assert [q.bids[0].id.provider for q in shown] == [provider_name(2)]
    assert story.first("choice")["rule"] == "chosen by hand"


@pytest.mark.parametrize("answer", ["nothing chosen", "declined"])
async def test_a_person_who_says_no(bench: Bench, answer: str) -> None:
    async def ask(run: DeploymentRun) -> Mapping[int, BidId] | None:
        while not run.book.rows(gone=False):
            await bench.clock.sleep(1)
        return None if answer == "nothing chosen" else {1: run.book.rows()[0].id}

    async def confirm(quote: LeaseQuote) -> bool:
        return False

    story = Story(bench, DeployOptions(None))
    story.options = {"ask": ask, "confirm": confirm}
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (4, "closed")
    assert not bench.chain.leases_


async def test_nobody_to_ask(bench: Bench) -> None:
    session = bench.session()
    with pytest.raises(BadInput):
        await drive(session, await create_quote(session, compiled(SDL), SDL), DeployOptions(None), lambda event: None)
    assert not bench.chain.committed


def test_an_unknown_on_fail_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="explode"):
        DeployOptions(CHEAPEST, on_fail="explode")


@pytest.mark.parametrize("moment", ["before create", "broadcast 1", "broadcast 2", "bid", "lease", "manifest"])
@pytest.mark.parametrize("on_fail", ["close", "keep"])
async def test_an_interruption_leaves_a_true_word(bench: Bench, moment: str, on_fail: str) -> None:
    story = Story(bench, DeployOptions(CHEAPEST, on_fail=on_fail))
    calls: Counter[str] = Counter()
    task: asyncio.Task[DeployOutcome]

    def gate(name: str) -> None:
        calls[name] += 1
        if moment == "before create" and name == "sign" and calls[name] == 1:
            task.cancel()
        if name == "broadcast done" and moment == f"broadcast {calls[name]}":
            task.cancel()

    def on_event(event: Event) -> None:
        if event.name == moment and story.names.count(moment) == 1:
            task.cancel()

    bench.chain.gate = gate
    story.on_event = on_event
    task = asyncio.create_task(story.go())
    with pytest.raises(asyncio.CancelledError):
        await task
    done, failed = story.told[-1], story.first("failed")
    assert done["exit_code"] == 130
    assert failed["code"] == "interrupted"
    deployments = list(bench.chain.deployments_.values())
    alive = [x for x in bench.chain.leases_.values() if x.state is LeaseState.ACTIVE]
    if moment == "before create":
        assert (done["state"], deployments) == ("none", [])
    elif moment in ("broadcast 2", "lease", "manifest"):  # the lease is there: it is kept, and that is said
        assert done["state"] == "leased"
        assert len(alive) == 1
        assert "lease close" in str(failed["advice"])
    elif on_fail == "close":
        assert done["state"] == "closed"
        assert [d.state for d in deployments] == [DeploymentState.CLOSED]
    else:
        assert done["state"] == "open"
        assert [d.state for d in deployments] == [DeploymentState.ACTIVE]
        assert "lease close" in str(failed["advice"])


async def test_interrupted_twice_it_still_ends_with_a_true_word(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))
    signed = 0

    def gate(name: str) -> None:
        nonlocal signed
        signed += name == "sign"
        if name == "sign" and signed == 2:  # the close after the first interruption
            task.cancel()

    def on_event(event: Event) -> None:
        if event.name == "bid" and story.names.count("bid") == 1:
            task.cancel()

    bench.chain.gate = gate
    story.on_event = on_event
    task = asyncio.create_task(story.go())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (story.told[-1]["exit_code"], story.told[-1]["state"]) == (130, "unknown")


async def test_preference_ordered_models_take_the_one_that_comes_first(bench: Bench) -> None:
    bench.chain.offers = [
        (provider_name(1), Decimal(10), (gpu_offer(GpuModel("nvidia", "rtx4090")),)),
        (provider_name(2), Decimal(9000), (gpu_offer(GpuModel("nvidia", "h100")),)),
    ]
    story = Story(bench, DeployOptions(Rule("prefer", (Preference("h100"), Preference()))))
    await story.go()
    assert story.first("choice")["provider"] == provider_name(2)


async def test_a_bug_ends_with_done_and_its_own_traceback(bench: Bench) -> None:
    story = Story(bench, DeployOptions(CHEAPEST))

    def broken(name: str) -> None:
        if name == "manifest":
            raise ZeroDivisionError

    bench.gateway.gate = broken
    with pytest.raises(ZeroDivisionError):
        await story.go()
    assert (story.told[-1]["exit_code"], story.told[-1]["state"]) == (1, "leased")


async def test_a_fee_grant_that_ends_meanwhile_keeps_no_deployment_open(bench: Bench) -> None:
    granter = provider_name(9)
    bench.chain.offers = []
    bench.chain.grants_ = Grants(fees=(FeeGrant(granter, OWNER, None, None),))
    story = Story(bench, DeployOptions(CHEAPEST, bid_wait=60))
    real = bench.session

    def paid() -> Session:
        session = real()
        session.payers = Payers(fee_granter=granter)
        return session

    def ended(event: Event) -> None:
        if event.name == "created":
            bench.chain.grants_ = Grants()

    bench.session = paid  # type: ignore[method-assign, assignment]
    story.on_event = ended
    outcome = await story.go()
    assert (outcome.exit_code, outcome.state) == (4, "closed")
