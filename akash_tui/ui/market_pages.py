"""One GPU model, one provider: everything that is known of it, on a page of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from akash_tui.domain import market_words as figures
from akash_tui.domain import sketch
from akash_tui.domain.gpu_market import GpuRow
from akash_tui.domain.supply import Amounts, GpuDay, ProviderSheet, Resources
from akash_tui.services.market import Market, ProviderPage
from akash_tui.services.market_kept import Kept
from akash_tui.services.market_readings import Reading
from akash_tui.services.ports import AkashError
from akash_tui.ui import market_watch
from akash_tui.ui.actions import bindings
from akash_tui.ui.ascii import AsciiFilter
from akash_tui.ui.copying import copy_one_of
from akash_tui.ui.fields import BLANK, Fields, Line
from akash_tui.ui.market_chart import small_line
from akash_tui.ui.market_orders import deploy_accepting, deploy_only_at
from akash_tui.ui.market_tables import name_of, up
from akash_tui.ui.shell import Shell
from akash_tui.ui.tones import toned

LABELS = 12
"""Columns of the labels."""
MONTH = 30
MOST_PROVIDERS = 60
"""Lines of providers on a model's page."""


class Page(Shell):
    """A page that is read once when it opens, and again with `r`."""

    BINDINGS = bindings("page")
    where: ClassVar[str] = "page"
    tab: ClassVar[str] = "market"

    orders: ClassVar[bool] = True
    """Whether a deployment can be made of what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: AkashError | None = None
        self._reads = 0

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page-panel", classes="panel"):
            yield Fields(LABELS, id="page-lines")

    def on_mount(self) -> None:
        self.query_one("#page-panel").focus()
        self.background(self._read, "read")

    @property
    def market(self) -> Market:
        return self.desk.market

    async def _read(self) -> None:
        async with self.desk.guard("reading the market", loud=False):
            try:
                await self.read()
                self.fault = None
            except AkashError as fault:
                self.fault = fault
            self._reads += 1

    async def read(self) -> None:
        """Get what the page shows."""
        raise NotImplementedError

    def do_reload(self) -> None:
        self.desk.do_reload()
        self.background(self._read, "read")

    def body_revision(self) -> object:
        return (self._reads, self.size.width)

    def paint(self) -> None:
        panel = self.query_one("#page-panel")
        panel.border_title = self.title_line()
        lines = self.lines()
        if self.fault is not None:
            lines = [Line("✗", self.fault.title, "strong", "bad"), Line("try", self.fault.advice), BLANK, *lines]
        self.query_one("#page-lines", Fields).show(lines or [toned("reading…", "muted")])

    def title_line(self) -> Content:
        """The panel's title."""
        raise NotImplementedError

    def lines(self) -> list[Line | Content]:
        """What is known now."""
        raise NotImplementedError

    @property
    def ascii_only(self) -> bool:
        return any(isinstance(each, AsciiFilter) for each in self.app._filters)

    @property
    def room(self) -> int:
        """Columns for a drawing beside the labels."""
        return max(20, min(100, self.size.width - 18))

    def drawn(self, values: Sequence[Decimal]) -> list[Content]:
        """A small line through values, beside no label."""
        rows = small_line(values, self.room, 3, plain=self.ascii_only)
        return [toned(" " * LABELS + row, "accent") for row in rows]

    def why_not(self, action_id: str) -> str | None:
        if action_id == "page.order":
            if not self.orders:
                return "This page is of no GPU and of no provider: 4 shows those."
            return self.desk.why_not("app.deploy") or (None if self.known else "Wait: it is being read.")
        return None

    @property
    def known(self) -> bool:
        """Whether there is something to deploy on."""
        return False

    def in_bar(self, action_id: str) -> bool:
        return self.orders or action_id != "page.order"

    def do_order(self) -> None:
        """Make a deployment of what is shown."""

    def side(self) -> Content:
        return market_watch.side(self.desk)

    def do_copy(self) -> None:
        self.desk.run_worker(copy_one_of(self.desk, self.things()), group="copy", exclusive=True, exit_on_error=False)

    def things(self) -> Sequence[tuple[str, str]]:
        """What `y` offers."""
        raise NotImplementedError


class GpuPage(Page):
    """A GPU model: variants, prices, the days behind, who has it."""

    def __init__(self, vendor: str, model: str) -> None:
        super().__init__()
        self.vendor = vendor
        self.model = model
        self.variants: list[GpuRow] = []
        self.past: list[GpuDay] = []
        self.readings: dict[str, list[Reading]] = {}
        self.owners: list[ProviderSheet] = []

    async def read(self) -> None:
        market = self.market
        wanted: tuple[Kept[Any], ...] = (market.providers, market.days)
        await asyncio.gather(*(kept.get() for kept in wanted), return_exceptions=True)
        told = await market.rows()
        self.variants = [r for r in told.value if (r.gpu.vendor, r.gpu.model) == (self.vendor, self.model)]
        days, sheets = market.days.seen, market.providers.seen
        self.past = [
            d for d in (days.value if days is not None else ()) if (d.vendor, d.model) == (self.vendor, self.model)
        ]
        self.owners = [s for s in (sheets.value if sheets is not None else ()) if self._has(s)]
        self.owners.sort(key=lambda s: (s.profile.online is False, -(s.profile.uptime_7d or 0), name_of(s)))
        self.readings = {row.id: await market.readings(row.gpu) for row in self.variants}

    def _has(self, sheet: ProviderSheet) -> bool:
        return any((gpu.vendor, gpu.model) == (self.vendor, self.model) for gpu in sheet.profile.gpus)

    @property
    def known(self) -> bool:
        return bool(self.variants)

    def do_order(self) -> None:
        models = [row.gpu for row in self.variants]
        self.desk.run_worker(deploy_accepting(self.desk, models), group="order", exclusive=True, exit_on_error=False)

    def title_line(self) -> Content:
        return Content(f"{self.vendor} {self.model}")

    def lines(self) -> list[Line | Content]:
        out: list[Line | Content] = []
        session = self.desk.session
        for row in self.variants:
            name = " ".join(part for part in (figures.vram(row.gpu), row.gpu.interface) if part)
            prices = " · ".join(
                f"{what} {figures.price(value)}"
                for what, value in (
                    ("min", row.minimum),
                    ("average", row.average),
                    ("median", row.median),
                    ("max", row.maximum),
                )
            )
            out.append(Line(name, f"{figures.count(row.free)} of {figures.count(row.total)} free", "strong"))
            out.append(Line("", f"$ per GPU-hour: {prices}"))
            if row.paid is not None:
                out.append(
                    Line("", f"you paid ≈ {figures.price(row.paid.gpu_h)} on {row.paid.at.astimezone():%-d %b %Y}")
                )
            seen = [r.median for r in self.readings.get(row.id, ()) if r.median is not None]
            if len(seen) > 1:
                first = self.readings[row.id][0].day
                out.append(Line("median", f"as read here since {first:%-d %b %Y}"))
                out += self.drawn(seen)
            out.append(BLANK)
        if self.variants and session is not None:
            out.insert(
                -1,
                Line("", figures.told(self.variants[0].source, self.variants[0].read_at, session.clock.now()), "muted"),
            )
        out += self._days()
        out += self._providers()
        return out

    def _days(self) -> list[Line | Content]:
        known = [d for d in self.past if d.utilization is not None]
        if not known:
            return []
        month, now = known[-MONTH - 1 :], known[-1]
        out: list[Line | Content] = [
            Line(
                "leased", f"{figures.count(now.leased)} of {figures.count(now.total)} on {now.day:%-d %b %Y}", "strong"
            )
        ]
        for days, what in ((month, "a month"), (known, "all days known")):
            values = [d.utilization for d in days if d.utilization is not None]
            out.append(Line("", f"{what}: {min(values):.0f} to {max(values):.0f} % leased"))
            out += self.drawn(values)
        return [*out, BLANK]

    def _providers(self) -> list[Line | Content]:
        if not self.owners:
            return []
        out: list[Line | Content] = [Line("providers", f"{len(self.owners)} say they have it", "strong")]
        for sheet in self.owners[:MOST_PROVIDERS]:
            profile = sheet.profile
            gpu = sheet.resources.gpu
            sign = {True: "●", False: "✕ silent", None: "?"}[profile.online]
            audited = {True: "audited", False: "not audited", None: "audit not known"}[profile.audited]
            stock = f"{figures.count(gpu.available)} of {figures.count(gpu.total)} GPUs free"
            what = (
                f"{sign} {name_of(sheet)} · {profile.region or '?'} · up {up(profile.uptime_7d)} · {audited} · {stock}"
            )
            out.append(Line("", what))
        if len(self.owners) > MOST_PROVIDERS:
            out.append(Line("", f"and {len(self.owners) - MOST_PROVIDERS} more", "muted"))
        return out

    def things(self) -> Sequence[tuple[str, str]]:
        days = "\n".join(f"{d.day.isoformat()}\t{d.leased}\t{d.total}" for d in self.past)
        owners = "\n".join(sheet.owner for sheet in self.owners)
        return [("model", self.model), ("days", days), ("providers", owners)]


class ProviderScreen(Page):
    """A provider: its own status now, hardware, attributes and who vouches for them, our leases there."""

    def __init__(self, owner: str) -> None:
        super().__init__()
        self.owner = owner
        self.page: ProviderPage | None = None

    async def read(self) -> None:
        self.page = await self.market.provider(self.owner)

    @property
    def known(self) -> bool:
        return self.page is not None

    def do_order(self) -> None:
        if self.page is not None:
            sheet = self.page.sheet
            self.desk.run_worker(deploy_only_at(self.desk, sheet), group="order", exclusive=True, exit_on_error=False)

    def title_of(self, action_id: str) -> str:
        return "deploy only here" if action_id == "page.order" else super().title_of(action_id)

    def title_line(self) -> Content:
        return Content(name_of(self.page.sheet) if self.page is not None else self.owner)

    def lines(self) -> list[Line | Content]:
        page, session = self.page, self.desk.session
        if page is None or session is None:
            return []
        sheet, profile, reach = page.sheet, page.sheet.profile, page.reach
        if reach is None:
            now = Line("now", "did not answer in time", "warn")
        elif reach.ok:
            now = Line("now", f"answers in {reach.latency_ms:.0f} ms" if reach.latency_ms else "answers", "good")
        else:
            now = Line("now", f"does not answer: {reach.note}", "bad")
        place = ", ".join(part for part in (profile.region, sheet.city, profile.country) if part)
        ups = ((profile.uptime_1d, "1 d"), (profile.uptime_7d, "7 d"), (profile.uptime_30d, "30 d"))
        out: list[Line | Content] = [
            now,
            Line("address", sheet.owner),
            Line("gateway", profile.host_uri),
            Line("place", place or figures.NOT_KNOWN),
            Line(
                "GPUs", ", ".join(_gpu_words(gpu.model, gpu.vram_gib, gpu.interface) for gpu in profile.gpus) or "none"
            ),
        ]
        resources = reach.resources if reach is not None and reach.resources is not None else sheet.resources
        out += self._amounts(resources)
        out += [
            Line("uptime", " · ".join(f"{days}: {up(share)}" for share, days in ups)),
            Line("checks", self._strip(sheet)),
            Line("version", profile.version or figures.NOT_KNOWN),
            Line("leases", figures.count(profile.leases)),
            Line("auditors", ", ".join(a.auditor for a in page.audits) or "none known"),
            Line("yours", self._own(page)),
            Line("source", figures.told(sheet.source, sheet.read_at, session.clock.now()), "muted"),
        ]
        if page.fault is not None:
            out.append(Line("", page.fault.title, "warn"))
        out += [BLANK, Line("attributes", "✓ an auditor has signed it", "muted")]
        out += [Line("", f"{'✓' if a.auditors else ' '} {a.key} = {a.value}") for a in sheet.attributes]
        return out

    def _amounts(self, resources: Resources) -> list[Line | Content]:
        out: list[Line | Content] = []
        for name, title in (("gpu", "GPU"), ("cpu", "CPU"), ("memory", "memory"), ("storage", "storage")):
            amounts: Amounts = getattr(resources, name)
            if amounts.total is None:
                continue
            bar = sketch.bar(amounts.taken_share, 20, ascii_only=self.ascii_only)
            out.append(Line(title, f"{bar}  {figures.taken(name, amounts)}"))
        return out

    def _strip(self, sheet: ProviderSheet) -> str:
        newest = sheet.checks[: self.room]
        answered, silent = ("|", ".") if self.ascii_only else ("▮", "▯")
        return "".join(answered if check.online else silent for check in reversed(newest)) or figures.NOT_KNOWN

    def _own(self, page: ProviderPage) -> str:
        if not page.leases:
            return "no lease yet"
        last = page.leases[0].at.astimezone()
        return f"{len(page.leases)} lease{'s' if len(page.leases) > 1 else ''}, the last on {last:%-d %b %Y}"

    def things(self) -> Sequence[tuple[str, str]]:
        page = self.page
        gateway = page.sheet.profile.host_uri if page is not None else ""
        attributes = "\n".join(f"{a.key}={a.value}" for a in page.sheet.attributes) if page is not None else ""
        return [("address", self.owner), ("gateway", gateway), ("attributes", attributes)]


def _gpu_words(model: str, vram: int | None, interface: str | None) -> str:
    return " ".join(part for part in (model, f"{vram} GB" if vram is not None else "", interface or "") if part)
