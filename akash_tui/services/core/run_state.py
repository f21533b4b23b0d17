"""One deployment from quote to close, as a plain view that one task writes and many may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import BidId, DeploymentId, Lease, LeaseId, Order
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.services.core.events import Chosen, Event, EventHead
from akash_tui.services.ports import AkashError, Clock, LeaseStatus


class Stage(StrEnum):
    """Where the flow stands. FAILED has its `error`; money may still be in escrow: see `id`."""

    CREATING = "creating"
    COLLECTING = "collecting"
    LEASING = "leasing"
    DELIVERING = "delivering"
    STARTING = "starting"
    RUNNING = "running"
    CLOSING = "closing"
    CLOSED = "closed"
    FAILED = "failed"


class StepState(StrEnum):
    """How far one line of the checklist is."""

    PENDING = "pending"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"


LONGEST_COUNTED = 3.0
"""Of a read that went well, at most this many seconds count as collecting: a node that is silent delays its answer."""


@dataclass(slots=True)
class ReadTimes:
    """When the bids of a run were read, in seconds of its clock, and for how long they have been collected.

    The time of reads that fail, or do not end, does not count as collecting.
    """

    begun: float = float("-inf")
    """When the last read began that went well."""
    ended: float = float("-inf")
    """When it ended."""
    wake: Callable[[], None] = lambda: None
    """Ends the pause before the next read; set while bids are collected."""
    asked: bool = False
    """Whether a read is wanted from which a bid will be chosen."""
    listeners: list[Callable[[], None]] = field(default_factory=list)
    """Called after each read, whether it went well or not."""
    _counted: float = 0.0
    _since: float | None = None
    """Counting since then; None while a read is under way, and after one that failed."""

    def ask(self) -> None:
        """Read again now, for a choice."""
        self.asked = True
        self.wake()

    def collected(self, now: float) -> float:
        """Seconds of collecting until now."""
        return self._counted if self._since is None else self._counted + now - self._since

    def stop(self, now: float) -> None:
        """A read begins, or collecting ends."""
        self._counted, self._since = self.collected(now), None

    def succeeded(self, begun: float, now: float) -> None:
        """A read that had begun then went well."""
        self._counted += min(now - begun, LONGEST_COUNTED)
        self.begun, self.ended, self._since = begun, now, now

    def notify(self) -> None:
        """A read has ended."""
        for listener in tuple(self.listeners):
            listener()


STEPS = ("signed", "in block", "lease", "manifest", "image", "running")
"""The checklist after accepting a bid, in order."""


@dataclass(slots=True)
class Step:
    """One line of the checklist; `seconds` since accepting, set when it is done."""

    name: str
    state: StepState = StepState.PENDING
    seconds: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormerWorkload:
    """What ran for a lease before a manifest was sent: whatever still shows these generations is not the new one."""

    generations: dict[str, int | None]
    """By service, as the provider reported them."""
    replaced: frozenset[str]
    """Services whose pods the manifest replaces for sure."""
    changed: frozenset[str]
    """Services of which something else changes, or of which it is unknown what changes."""


@dataclass(slots=True)
class DeploymentRun:
    """A view of one run: read it when `revision` moved; only the flow writes it."""

    id: DeploymentId
    chain_id: str
    name: str
    sdl: str
    manifest: bytes
    version: bytes
    groups: dict[int, GroupSpec]
    clock: Clock
    hours: Decimal | None = None
    limit: RuntimeLimit | None = None
    """When it is to end by itself, to be shown; what counts is in the journal's file."""
    stage: Stage = Stage.CREATING
    steps: dict[str, Step] = field(default_factory=lambda: {name: Step(name) for name in STEPS})
    book: BidBook = field(default_factory=BidBook)
    orders: tuple[Order, ...] = ()
    """As last read."""
    remembered: int = -1
    """The revision of the book up to which the bid memory has its bids."""
    orders_remembered: float = float("-inf")
    """When the bid memory was given its orders, in seconds of its clock."""
    leases: tuple[Lease, ...] = ()
    price_accepted: bool = False
    """A person has accepted that its leases cost more than the bids that were signed."""
    status: dict[LeaseId, LeaseStatus] = field(default_factory=dict)
    former_manifest: bytes = b""
    """What the manifest replaces, where that is known here; providers are asked for their own copy first."""
    former: dict[LeaseId, FormerWorkload] = field(default_factory=dict)
    """What ran when the manifest was sent; only where something did."""
    accepted_at: dict[LeaseId, float] = field(default_factory=dict)
    """When its provider accepted the manifest, in the clock's monotonic seconds."""
    chosen: dict[BidId, Chosen] = field(default_factory=dict)
    """What a rule has chosen, with its reasons against the others; what is not in it a person chose."""
    receipt_fault: str = ""
    """Why the last accept has none; a sentence."""
    signed_at: float | None = None
    """When its leases were accepted in this run of the program, in the clock's monotonic seconds."""
    notes: tuple[str, ...] = ()
    """Sentences about what is not as the SDL asks though everything runs."""
    error: AkashError | None = None
    block_time: BlockTime | None = None
    funds: Decimal | None = None
    """Micro-ACT in escrow when last read."""
    asked_at: datetime | None = None
    """When its newest orders were opened, as far as this machine knows."""
    live: bool = False
    """True while the node's websocket reports blocks; False: we only poll, slower, and the screens show that."""
    reads: ReadTimes = field(default_factory=ReadTimes)
    read_error: AkashError | None = None
    """Why the last read failed, while the data shown is older than it should be."""
    deadline: datetime | None = None
    """When the running wait (manifest, running) gives up."""
    avoid: dict[str, str] = field(default_factory=dict)
    """Providers that failed it, each with the reason."""
    blocked: Callable[[], Mapping[str, str]] = dict
    """Providers that a person blocked, each with the reason; asked each time, for that may be now."""
    revision: int = 0
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    _started: float | None = None

    def head(self) -> EventHead:
        """The head of an event that happens now."""
        return EventHead(self.clock.now(), self.chain_id, self.id.owner, self.id)

    def emit(self, event: Event) -> None:
        """Give the event to every listener; a listener must not block."""
        self.touch()
        for listener in tuple(self.listeners):
            listener(event)

    def touch(self) -> None:
        """Something changed: viewers read the run again."""
        self.revision += 1

    @property
    def leased_from(self) -> frozenset[str]:
        """Providers of the leases that run."""
        return frozenset(lease.id.provider for lease in self.leases)

    @property
    def avoided(self) -> dict[str, str]:
        """Providers whose bids no rule takes, each with the reason: they failed it, or a person blocked them."""
        return self.avoid | dict(self.blocked())

    @property
    def begun(self) -> bool:
        """True once the checklist's clock runs."""
        return self._started is not None

    def begin(self, *over: str) -> None:
        """Start the checklist's clock again. `over`: steps that were done before, at a time that it does not know."""
        self.forget_steps()
        for name in over:
            self.step(name, StepState.DONE)
        self._started = self.clock.monotonic()

    def forget_steps(self) -> None:
        """An empty checklist: what it showed is over, and nothing new has begun."""
        self._started, self.error = None, None
        self.steps = {name: Step(name) for name in STEPS}
        self.touch()

    def step(self, name: str, state: StepState, note: str = "") -> None:
        """Move one line of the checklist."""
        step = self.steps[name]
        step.state = state
        step.note = note
        if state is StepState.DONE and step.seconds is None and self._started is not None:
            step.seconds = self.clock.monotonic() - self._started
        self.touch()

    def enter(self, stage: Stage) -> None:
        """Go on to a stage."""
        self.stage = stage
        self.touch()

    def fail(self, error: AkashError) -> None:
        """Store the error and mark the step that was under way."""
        self.error = error
        for step in self.steps.values():
            if step.state is StepState.ACTIVE:
                step.state = StepState.FAILED
                step.note = error.title
        self.touch()
