"""Leases: everything this wallet has deployed, what it costs and how long it lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from akash_tui.domain.disclosure import Disclosure
from akash_tui.domain.money import units
from akash_tui.domain.provider import ProviderProfile, called
from akash_tui.services.leases import DeploymentView, Leases
from akash_tui.services.watch import attention
from akash_tui.ui import words
from akash_tui.ui.actions import bindings
from akash_tui.ui.copying import copy_one_of
from akash_tui.ui.lease import LeaseScreen, why_no_top_up
from akash_tui.ui.live_table import Cell, Column, LiveTable
from akash_tui.ui.remembered import remembered
from akash_tui.ui.shell import Shell
from akash_tui.ui.spending import close
from akash_tui.ui.tones import joined

READ_SECONDS = 15.0
ASKED_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One deployment as a line."""

    view: DeploymentView
    profiles: Mapping[str, ProviderProfile] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.view.id.dseq)

    @property
    def state(self) -> Cell:
        signs: dict[str, Cell] = {
            "running": ("● running", "good"),
            "leased": ("◐ leased", "accent"),
            "waiting": ("○ waiting", "accent"),
            "dry": ("✗ dry", "bad"),
            "closed": ("✕ closed", "muted"),
        }
        return signs.get(self.view.state, (f"? {self.view.state}", "muted"))

    @property
    def gpu(self) -> Cell:
        gpus = tuple(g for lease in self.view.leases for g in lease.gpus)
        if not self.view.leases:
            return "–", "muted"
        return words.gpus(Disclosure(gpus, (None,) * len(gpus), sum(g.count for g in gpus)))

    @property
    def left(self) -> Cell:
        if self.view.state == "closed":
            return "", ""
        return units(int(self.view.left)), "bad" if self.view.left <= 0 else ""

    @property
    def lasts(self) -> Cell:
        hours = self.view.lasts_hours
        if hours is None:
            return "", ""
        return words.span(hours), "bad" if hours < 2 else "warn" if hours < 12 else ""

    @property
    def until(self) -> Cell:
        at = self.view.lasts_until
        return (words.local_time(at) if at is not None else ""), "muted"

    @property
    def age(self) -> Cell:
        blocks = max(0, self.view.height - self.view.deployment.created_at)
        return words.ago(float(self.view.block_time.seconds) * blocks), "muted"

    @property
    def provider(self) -> Cell:
        names = [
            called(lease.lease.id.provider, lease.provider, self.profiles.get(lease.lease.id.provider))
            for lease in self.view.leases
        ]
        return ", ".join(dict.fromkeys(names)), ""


COLUMNS: tuple[Column[Row], ...] = (
    Column("state", "state", 10, lambda r: r.state, stays=0),
    Column("name", "name", 14, lambda r: (r.view.name, "strong"), stays=0, grow=14),
    Column("gpu", "GPU", 14, lambda r: r.gpu, stays=1, grow=6),
    Column(
        "price", "≈$/h", 6, lambda r: (words.act(r.view.price_h) if r.view.price_h else "", ""), right=True, stays=0
    ),
    Column("left", "ACT left", 9, lambda r: r.left, right=True, stays=2),
    Column("lasts", "lasts", 7, lambda r: r.lasts, right=True, stays=2),
    Column("until", "until about", 16, lambda r: r.until, stays=6),
    Column("provider", "provider", 12, lambda r: r.provider, stays=5, grow=16),
    Column("dseq", "dseq", 10, lambda r: (r.id, "muted"), right=True, stays=4),
    Column("age", "age", 6, lambda r: r.age, right=True, stays=7),
)


class LeasesScreen(Shell):
    """The list; enter opens one."""

    BINDINGS = bindings("leases")
    where: ClassVar[str] = "leases"
    tab: ClassVar[str] = "leases"

    def __init__(self) -> None:
        super().__init__()
        self.views: list[DeploymentView] | None = None
        self.closed = False
        self._reads = 0

    def body(self) -> ComposeResult:
        with Vertical(id="leases-panel", classes="panel"):
            yield LiveTable[Row](COLUMNS, empty="Reading the chain…", id="lease-table")

    def on_mount(self) -> None:
        self.query_one("#lease-table").focus()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.read()

    def read(self) -> None:
        """Read now, and again every so often while this screen is shown."""
        self.background(self._read_on, "read")

    async def _read_on(self) -> None:
        while self.is_current:
            session = self.desk.session
            if session is None or session.wallet is None:
                self.views = []
                self._reads += 1
                return
            async with self.desk.guard("reading your deployments", loud=False):
                self.views = merged(await Leases(session).all(closed=self.closed), self.views or [])
                self._reads += 1
                await self._ask_providers(Leases(session))
            if self.views is None:
                self.table.say_empty(remembered(session))
            self._reads += 1
            await asyncio.sleep(READ_SECONDS)

    async def _ask_providers(self, leases: Leases) -> None:
        """Whether the leased ones run: their providers are asked, a few at a time, after the list is shown."""
        gate = asyncio.Semaphore(ASKED_AT_ONCE)

        async def ask(view: DeploymentView) -> None:
            async with gate:
                asked = await leases.one(view.id)
            if self.views is not None:
                self.views = [asked if v.id == asked.id else v for v in self.views]
                self._reads += 1

        if self.desk.readonly:
            return  # without a key providers tell nothing
        await asyncio.gather(*(ask(view) for view in self.views or () if view.state in ("leased", "running")))

    @property
    def table(self) -> LiveTable[Row]:
        return self.query_one("#lease-table", LiveTable)

    def body_revision(self) -> object:
        return (self._reads, self.closed)

    def paint(self) -> None:
        views = self.views
        panel = self.query_one("#leases-panel")
        if views is None:
            panel.border_title = Content("Leases")
            return
        total = sum((v.price_h for v in views), Decimal(0))
        count = words.plural(len(views), "deployment")
        panel.border_title = joined(
            "Leases", (f" · {count}", "muted"), f" · ≈ ${words.act(total)} an hour in all" if total else ""
        )
        if self.desk.session is None or self.desk.session.wallet is None:
            self.table.say_empty("No wallet is open, so there is nothing of yours to show.\nN connects one")
        else:
            self.table.say_empty("Nothing is deployed.\n1 starts: choose a preset and ask for bids")
        profiles = self.desk.session.facts.profiles if self.desk.session is not None else {}
        self.table.show([Row(view, profiles) for view in sorted(views, key=attention)])

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "leases.closed" and self.closed:
            return "hide closed"
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        if action_id == "leases.closed":
            return None
        row = self.table.cursor_row
        if row is None:
            return "There is no deployment here."
        if action_id == "leases.close":
            if self.desk.readonly:
                return "This is read-only: nothing can be signed. N changes that."
            if row.view.state == "closed":
                return "It is closed already."
            if self.desk.busy is not None:
                return f"Wait: {self.desk.busy}."
        if action_id == "leases.top-up":
            return why_no_top_up(self.desk, row.view)
        return None

    @on(LiveTable.Opened)
    def _open(self) -> None:
        self.press("leases.open")

    def do_open(self) -> None:
        row = self.table.cursor_row
        if row is None:
            return
        if row.view.state == "waiting" and not self.desk.readonly:
            self.desk.show_bids(row.view.id)
        else:
            self.app.push_screen(LeaseScreen(row.view.id))

    def do_close(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.desk.money("closing a deployment", lambda: close(self.desk, row.view.id, self.read))

    def do_top_up(self) -> None:
        from akash_tui.ui.topup import top_up

        row = self.table.cursor_row
        if row is not None:
            self.desk.money("topping up", lambda: top_up(self.desk, row.view.id, self.read))

    def do_copy(self) -> None:
        row = self.table.cursor_row
        if row is None:
            return
        things = [("dseq", row.id), *(("provider", v.lease.id.provider) for v in row.view.leases)]
        self.desk.run_worker(copy_one_of(self.desk, things), group="copy", exclusive=True, exit_on_error=False)

    def do_closed(self) -> None:
        self.closed = not self.closed
        self.read()

    def do_reload(self) -> None:
        self.desk.do_reload()
        self.read()


def merged(fresh: list[DeploymentView], before: list[DeploymentView]) -> list[DeploymentView]:
    """The fresh list; one whose provider said "running" stays that until its provider is asked again."""
    known = {view.id: view for view in before if view.state == "running"}

    def same(view: DeploymentView) -> bool:
        old = known.get(view.id)
        return old is not None and view.state == "leased" and _leases(old) == _leases(view)

    return [known[view.id] if same(view) else view for view in fresh]


def _leases(view: DeploymentView) -> set[object]:
    return {(v.lease.id, v.lease.state) for v in view.leases}
