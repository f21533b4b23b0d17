"""Runs that the app keeps going: bids being collected, manifests handed over, workloads starting.

Everything here belongs to the app, not to a screen: closing a screen or a dialog never stops it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.bids.budget import NO_BUDGET, Budget, BudgetError, parse_budget
from akash_tui.domain.bids.score import ProviderHistory
from akash_tui.services.core.run_state import DeploymentRun, Stage, StepState
from akash_tui.services.deployment import bid_collector, create, manifest_delivery
from akash_tui.services.deployment.groups import GroupQuote, do_group
from akash_tui.services.deployment.pair import paired_with
from akash_tui.services.deployment.update import UpdatePlan, Updater
from akash_tui.services.ports import AkashError, ChainParams, ManifestLost, TxResult
from akash_tui.services.spending.quotes import CreateQuote
from akash_tui.services.storage.journal import own_history
from akash_tui.ui.widgets import formatting

if TYPE_CHECKING:
    from akash_tui.services.automation.policy import Policy
    from akash_tui.services.automation.rule_at_work import RuleAtWork
    from akash_tui.services.automation.saved_rules import SavedRules
    from akash_tui.services.core.session import Session
    from akash_tui.services.deployment.pair import PairQuote
    from akash_tui.services.market.silent_providers import WhoPage
    from akash_tui.ui.session.error_handling import ErrorHandlingApp


MOST_BUDGETS = 200
"""How many budgets of deployments and presets are remembered."""


@dataclass(slots=True)
class TrackedRun:
    """One run with what the person wanted of it."""

    run: DeploymentRun
    budget: Budget = NO_BUDGET
    history: dict[str, ProviderHistory] = field(default_factory=dict)
    """Our own leases with providers, as the journal has them."""
    only_at: str = ""
    """The one provider whose bids are wanted, by address; empty: any."""
    saved: str = ""
    """Where a saved answer is from; "" is a deployment of ours."""
    silence: WhoPage | None = None
    """Who could bid on its order and why they are silent, as last read; None before."""
    silence_at: float = 0.0
    """When that was asked for, in the clock's monotonic seconds."""
    failed: dict[BidId, str] = field(default_factory=dict)
    """Bids that could not be taken, each with the reason."""
    policy: Policy | None = None
    """The rule that was written for it, whether it is on or not."""
    at_work: RuleAtWork | None = None
    """That rule at work, or as it was stopped; None: it was not turned on."""
    undo: UpdatePlan | None = None
    """The update that is being delivered: what to go back from if a provider refuses it."""
    pair: DeploymentId | None = None
    """The other one of two that were asked for to keep one of them."""
    marks: list[BidId] = field(default_factory=list)
    """Bids marked to be compared, or chosen for their groups, in the order they were marked."""


class RunManager:
    """The runs of one session and the tasks that move them."""

    def __init__(
        self, app: ErrorHandlingApp, session: Session, refused: Callable[[TrackedRun, AkashError], None]
    ) -> None:
        """`refused` is called when no provider accepted the manifest."""
        self.app = app
        self.session = session
        self._refused = refused
        self.tracked_runs: dict[DeploymentId, TrackedRun] = {}
        self.current: DeploymentId | None = None
        self.params: ChainParams | None = None
        self.block_time: BlockTime | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def tracked(self) -> TrackedRun | None:
        """The one that the bids screen shows."""
        return self.tracked_runs.get(self.current) if self.current is not None else None

    def take(self, run: DeploymentRun) -> TrackedRun:
        """Track a run; one that is tracked already stays, so that nothing is followed twice."""
        tracked = self.tracked_runs.get(run.id)
        if tracked is None:
            tracked = self.tracked_runs[run.id] = TrackedRun(run, self._budget(run), self._history())
            tracked.policy = self.policy_of(run.id)
            tracked.pair = paired_with(self.session.journal, run.chain_id, run.id)
        return tracked

    # -- pairs -------------------------------------------------------------------

    def other_of(self, tracked: TrackedRun) -> TrackedRun | None:
        """The other one of its pair, while neither is closed; None without one."""
        mine = {
            id
            for id, each in self.tracked_runs.items()
            if each.pair == tracked.run.id and each.run.stage is not Stage.CLOSED
        }
        if mine - {tracked.pair}:  # asked again in the place of its pair: the journal knows whether that came to be
            tracked.pair = paired_with(self.session.journal, tracked.run.chain_id, tracked.run.id)
        other = self.tracked_runs.get(tracked.pair) if tracked.pair is not None else None
        over = other is None or Stage.CLOSED in (tracked.run.stage, other.run.stage)
        return None if over else other

    def open_other(self, tracked: TrackedRun) -> None:
        """Follow the other one of its pair too, and read its bids; after a restart only the journal names it."""
        id = tracked.pair

        async def work(id: DeploymentId) -> None:
            other = await self.open(id)
            if other.run.stage is Stage.COLLECTING:
                self.collect(other)

        if id is not None:
            self._start(f"pair {id.dseq}", work(id), "reading the other one of a pair", loud=False)

    # -- rules -------------------------------------------------------------------

    def policy_of(self, id: DeploymentId) -> Policy | None:
        """The rule that was written for a deployment; None without one."""
        return self._rules.of(id)

    def set_policy(self, tracked: TrackedRun, policy: Policy) -> None:
        """Save the rule of a deployment; it is not turned on by that."""
        tracked.policy = policy
        self._rules.save(tracked.run.id, policy)

    @property
    def _rules(self) -> SavedRules:
        from akash_tui.services.automation.saved_rules import SavedRules

        return SavedRules(self.session.journal, self.session.network.chain_id)

    def start_rule(self, tracked: TrackedRun) -> None:
        """Turn the rule of a deployment on: from now on it works while its bids are shown."""
        from akash_tui.services.automation.rule_at_work import RuleAtWork

        if tracked.policy is not None:
            usual_wait = float(self.app.program.settings.collect_seconds)
            tracked.at_work = RuleAtWork(tracked.run, tracked.policy.as_rule(tracked.budget.cap_h), usual_wait)

    def _history(self) -> dict[str, ProviderHistory]:
        session = self.session
        return own_history(session.journal, session.network.chain_id, session.owner)

    def _budget(self, run: DeploymentRun) -> Budget:
        """As saved for this deployment, else as for any from its preset."""
        saved = self.app.program.settings.budgets.get(_key(run))
        return read_budget(saved) if saved is not None else self.usual_budget(run.name)

    def budget_of(self, id: DeploymentId) -> Budget:
        """The budget of a deployment, whether its run is followed or not."""
        tracked = self.tracked_runs.get(id)
        if tracked is not None:
            return tracked.budget
        chain_id = self.session.network.chain_id
        saved = self.app.program.settings.budgets.get(f"{chain_id}/{id.dseq}")
        if saved is not None:
            return read_budget(saved)
        known = self.session.journal.deployment(chain_id, id)
        return self.usual_budget(known.name if known is not None else "")

    def usual_budget(self, preset: str) -> Budget:
        """As saved for a preset, else the usual one."""
        settings = self.app.program.settings
        return read_budget(settings.budgets.get(preset, settings.budget_h or ""))

    def save_budget(self, tracked: TrackedRun) -> None:
        """Remember a budget for this deployment, and for the next ones from its preset."""
        budgets = {
            k: v for k, v in self.app.program.settings.budgets.items() if k not in (_key(tracked.run), tracked.run.name)
        }
        newest = list(budgets.items())[-MOST_BUDGETS:]
        names = [_key(tracked.run), *([tracked.run.name] if tracked.run.name else [])]
        self.app.remember(budgets=dict(newest) | dict.fromkeys(names, tracked.budget.typed))

    async def read(self) -> None:
        """What the chain asks and how fast it is; read again on request."""
        self.params = await self.session.chain.params()
        self.block_time = await self.session.chain.block_time()

    async def measured(self) -> bool:
        """True once the block time is measured; read again if it is not."""
        if self.block_time is None or not self.block_time.measured:
            self.block_time = await self.session.chain.block_time()
        return self.block_time.measured

    async def open(self, id: DeploymentId) -> TrackedRun:
        """The run of a deployment, attached to if it is not known yet."""
        tracked = self.tracked_runs.get(id)
        return tracked if tracked is not None else self.take(await create.attach(self.session, id))

    def forget(self, id: DeploymentId) -> None:
        """Stop following a deployment that is closed; what failed before is over with it."""
        self._cancel(f"collect {id.dseq}")
        self._cancel(f"start {id.dseq}")
        tracked = self.tracked_runs.get(id)
        if tracked is not None:
            tracked.run.leases = ()
            tracked.run.forget_steps()
            tracked.run.enter(Stage.CLOSED)
        if self.current == id:
            other = self.tracked_runs.get(tracked.pair) if tracked is not None and tracked.pair is not None else None
            self.current = other.run.id if waiting(other) and other is not None else None

    # -- tasks -------------------------------------------------------------------

    def _start(self, key: str, work: Coroutine[Any, Any, None], doing: str, *, loud: bool = True) -> None:
        if key in self._tasks and not self._tasks[key].done():
            work.close()
            return

        async def guarded() -> None:
            async with self.app.guard(doing, loud=loud):
                await work

        task = asyncio.create_task(guarded(), name=key)
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None) if self._tasks.get(key) is task else None)

    def _cancel(self, key: str) -> None:
        task = self._tasks.pop(key, None)
        if task is not None:
            task.cancel()

    def collect(self, tracked: TrackedRun) -> None:
        """Read bids until the order closes."""
        self._start(f"collect {tracked.run.id.dseq}", bid_collector.collect(self.session, tracked.run), "reading bids")

    def bring_up(self, tracked: TrackedRun) -> None:
        """Hand the manifest over and wait until it runs; after the lease, so nothing is signed here."""
        self._cancel(f"collect {tracked.run.id.dseq}")
        self._start(f"start {tracked.run.id.dseq}", self._bring_up(tracked), "starting the workload")

    def bringing_up(self, id: DeploymentId) -> bool:
        """True while its manifest is being sent or its workload starts."""
        task = self._tasks.get(f"start {id.dseq}")
        return task is not None and not task.done()

    async def _bring_up(self, tracked: TrackedRun) -> None:
        run = tracked.run
        key, name, status = f"start {run.id.dseq}", run.name or str(run.id.dseq), self.app.status
        status.start(key, f"{name}: handing the manifest over")
        try:
            await manifest_delivery.deliver(self.session, run)
            status.start(key, f"{name}: waiting until it runs")
            await manifest_delivery.wait_running(self.session, run)
        except AkashError as error:
            self.app.problems.add(f"starting {run.id.dseq}", error)
            if run.error is None:
                run.fail(error)
            status.say(f"{name}: {formatting.sentence(error.title)} The lease keeps costing; x closes it.", "bad", 60)
            if run.steps["manifest"].state is StepState.FAILED or isinstance(error, ManifestLost):
                self._refused(tracked, error)
        else:
            status.say(" ".join([f"✓ {name} is running.", *run.notes]), "warn" if run.notes else "good", 20)
        finally:
            status.stop(key)

    # -- money: only called by the app's money workers ------------------------------

    async def create(
        self,
        quote: CreateQuote,
        budget: Budget,
        avoid: dict[str, str] | None = None,
        only_at: str = "",
    ) -> TrackedRun:
        """Sign exactly the quote; on return its bids are being read. `avoid`: providers no rule takes, with reasons."""
        tracked = self.take(create.new_run(self.session, quote))
        tracked.run.avoid, tracked.only_at = avoid or {}, only_at
        tracked.pair = quote.paired_with
        before, self.current = self.current, quote.id
        try:
            await create.create(self.session, quote, tracked.run)
        except AkashError as error:
            if error.certain:
                self.tracked_runs.pop(quote.id, None)
                if self.current == quote.id:
                    self.current = before
            raise
        if tracked.budget != budget:
            tracked.budget = budget
            self.save_budget(tracked)
        self.collect(tracked)
        return tracked

    async def create_pair(
        self, pair: PairQuote, budgets: Sequence[Budget], wishes: Sequence[tuple[dict[str, str], str]]
    ) -> tuple[AkashError | None, AkashError | None]:
        """Sign exactly both quotes at the same time, each for itself; why each was not created, or is not known to be.

        `wishes`: of each the providers that no rule takes, and the only provider whose bids are wanted.
        """
        before = self.current
        works = [
            self.create(quote, budget, avoid, only_at)
            for quote, budget, (avoid, only_at) in zip(pair.both, budgets, wishes, strict=True)
        ]
        b, a = await asyncio.gather(*reversed(works), return_exceptions=True)  # the one begun last is shown
        for each in (a, b):
            if isinstance(each, BaseException) and not isinstance(each, AkashError):
                raise each
        there = [quote.id for quote in pair.both if quote.id in self.tracked_runs]
        self.current = there[0] if there else before
        return a if isinstance(a, AkashError) else None, b if isinstance(b, AkashError) else None

    async def update(self, plan: UpdatePlan, *, back: bool = False) -> TxResult | None:
        """Sign exactly the plan, then hand its manifest to every provider; `back`: it undoes an earlier one."""
        updater = Updater(self.session)
        result = await updater.sign(plan)
        known = self.tracked_runs.get(plan.id)
        if not plan.leases:  # the next lease's provider gets it
            if known is not None:
                known.run.sdl, known.run.manifest = plan.version.sdl, plan.version.manifest
                known.run.version = plan.version.version
            return result
        self._cancel(f"start {plan.id.dseq}")
        run = await updater.attach(plan)
        self.tracked_runs.pop(plan.id, None)
        tracked = self.take(run)
        tracked.undo = None if back or plan.quote is None else plan
        self.bring_up(tracked)
        return result

    async def change_group(self, quote: GroupQuote, avoid: Mapping[str, str]) -> None:
        """Sign exactly the quote; a run that is left without a lease is over; its next one is attached to again."""
        tracked = self.tracked_runs.get(quote.id)
        await do_group(self.session, quote, tracked.run if tracked is not None else None, avoid=avoid)
        self._cancel(f"start {quote.id.dseq}")
        self._cancel(f"collect {quote.id.dseq}")
        if tracked is not None and not tracked.run.leases:
            del self.tracked_runs[quote.id]

    async def aclose(self) -> None:
        """Stop every task; what was signed is in the journal."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def read_budget(text: str) -> Budget:
    """A budget out of the settings; one that cannot be read there is none: safer than a wrong one."""
    try:
        return parse_budget(text)
    except BudgetError:  # settings.json was edited by a person
        return NO_BUDGET


def _key(run: DeploymentRun) -> str:
    return f"{run.chain_id}/{run.id.dseq}"


def waiting(tracked: TrackedRun | None) -> bool:
    """True while the deployment still takes a bid."""
    return tracked is not None and tracked.run.stage in (Stage.COLLECTING, Stage.LEASING)
