"""One GPU model, one provider: everything that is known of it, on one page."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import rate
from akash_tui.domain.akash.provider import ProviderName, provider_name
from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.csv_tables import CsvTable, attribute_table, gpu_day_table
from akash_tui.domain.market.daily_series import Range
from akash_tui.domain.market.gpu_rows import GpuRow, OwnLease
from akash_tui.domain.market.provider_rows import name_of
from akash_tui.domain.market.supply import Amounts, FigureSource, SupplyResources
from akash_tui.domain.provider_note import UNDECIDED
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.market.pages import (
    Holder,
    ModelPage,
    ProviderPage,
    known_model,
    read_model,
    read_provider,
    seen_model,
    within,
)
from akash_tui.ui.base.provider_notes import ProviderNoteKeys, note_lines, notes_now
from akash_tui.ui.market.deploy_from_market import deploy_accepting, deploy_only_at
from akash_tui.ui.market.page_base import NOTE_ACTIONS, MarketPage
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.formatting import plural
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

MOST_PROVIDERS = 60
"""Lines of providers on a model's page."""
MOST_MODELS = 8
"""Models of a provider whose remembered prices are shown."""
MOST_LEASES = 10
"""Lines of our own leases on a provider's page."""


class GpuPage(MarketPage):
    """A GPU model: variants, prices, past days, providers."""

    page: ModelPage | None = None

    def __init__(self, vendor: str, model: str) -> None:
        super().__init__()
        self.vendor = vendor
        self.model = model

    def on_mount(self) -> None:
        self.page = seen_model(self.market, self.model, self.vendor)  # painted with the screen itself

    async def read(self) -> None:
        self.page = await known_model(self.market, self.model, self.vendor) or self.page
        self._reads += 1
        self._tick()  # the disk is fast, the indexer may take a while
        self.page = await read_model(self.market, self.model, self.vendor)

    def do_new_deployment(self) -> None:
        if self.page is not None:
            models = [row.gpu for row in self.page.rows]
            self.session_app.background(deploy_accepting(self.session_app, models), "order")

    def title_line(self) -> Content:
        return Content(f"{self.vendor} {self.model}")

    def lines(self) -> list[LabelledLine | Content]:
        page = self.page
        if page is None:
            return []
        out: list[LabelledLine | Content] = []
        said: dict[tuple[str, str], str] = {}
        for row in page.rows:
            out += self._variant(page, row, said)
        late = ", not renewed" if page.answer.fault is not None else ""
        source = self.source_line(page.rows[0].source, page.answer.read_at, late)
        return [*out, source, BLANK, *self._days(page), *self._providers(page)]

    def _variant(self, page: ModelPage, row: GpuRow, said: dict[tuple[str, str], str]) -> list[LabelledLine | Content]:
        """One variant. `said`: the prices of those above it, with their names: what is the same is shown once."""
        name = " ".join(part for part in (market_formatting.vram(row.gpu), row.gpu.interface) if part)
        prices = (("min", row.minimum), ("average", row.average), ("median", row.median), ("max", row.maximum))
        text = " · ".join(f"{what} {market_formatting.price(value)}" for what, value in prices)
        free = f"{market_formatting.count(row.free)} of {market_formatting.count(row.total)} free"
        who = f"at {market_formatting.of_providers(row.providers_free, row.providers)}"
        out: list[LabelledLine | Content] = [
            LabelledLine(name, f"{free} {who}", "strong"),
            _once("$/GPU-hour", text, name, said if row.median is not None else {}),
        ]
        if row.leased_7d is not None:
            out.append(LabelledLine("", f"leased in 7 days: {market_formatting.signed(row.leased_7d)}"))
        if row.paid is not None:
            out.append(
                LabelledLine(
                    "", f"you paid ≈ {market_formatting.price(row.paid.gpu_h)} on {row.paid.at.astimezone():%-d %b %Y}"
                )
            )
        seen = self.market.session.memory.usual_price(None, row.gpu)
        if seen is not None:
            age = formatting.when(self.market.session.clock.now(), seen.last_at)
            out.append(_once("bids to you", f"${seen.line()}, {age} · {seen.basis}", name, said))
        read = page.readings.get(row.id, [])
        medians = [r.median for r in read if r.median is not None]
        if len(medians) > 1:
            low, high = min(medians), max(medians)
            spread = f"{market_formatting.price(low)} to {market_formatting.price(high)}"
            text = f"{spread}, read here since {read[0].day:%-d %b %Y}"
            out.append(LabelledLine("median", text))
            out += self.render_line_chart(medians)
        elif medians:
            out.append(
                LabelledLine("median", f"read here since {read[0].day:%-d %b %Y}: the chart starts on day two", "muted")
            )
        return [*out, BLANK]

    def _days(self, page: ModelPage) -> list[LabelledLine | Content]:
        known = [d for d in page.days if d.utilization is not None]
        if not known:
            return [LabelledLine("leased", "daily figures are unknown", "muted"), BLANK]
        now = known[-1]
        text = f"{market_formatting.count(now.leased)} of {market_formatting.count(now.total)} on {now.day:%-d %b %Y}"
        out: list[LabelledLine | Content] = [LabelledLine("leased", text, "strong")]
        for days, what in ((within(known, Range.MONTH), "a month"), (known, "all days known")):
            values = [d.utilization for d in days if d.utilization is not None]
            out.append(LabelledLine("", f"{what}: {min(values):.0f} to {max(values):.0f} % leased"))
            out += self.render_line_chart(values)
        totals = [d.total for d in known if d.total is not None]
        if totals and min(totals) != max(totals):
            out.append(
                LabelledLine("", f"{min(totals):,} to {max(totals):,} of them existed in these {len(known)} days")
            )
        return [*out, BLANK]

    def _providers(self, page: ModelPage) -> list[LabelledLine | Content]:
        if page.asked is None:
            return [LabelledLine("listed by", "unknown: neither the indexer nor the chain answers", "muted")]
        out: list[LabelledLine | Content] = [LabelledLine("listed by", plural(len(page.holders), "provider"), "strong")]
        out += [LabelledLine("", self._holder(holder)) for holder in page.holders[:MOST_PROVIDERS]]
        if len(page.holders) > MOST_PROVIDERS:
            out.append(
                LabelledLine("", f"and {len(page.holders) - MOST_PROVIDERS} more: v on the market lists all", "muted")
            )
        if page.holders:
            out.append(self.source_line(page.holders[0].sheet.source, page.asked.read_at))
        return out

    def _holder(self, holder: Holder) -> str:
        profile = holder.sheet.profile
        sign = {True: "●", False: "✕ no answer", None: "?"}[profile.online]
        audited = {True: "audited", False: "not audited", None: "audit unknown"}[profile.audited]
        parts = [
            f"{sign} {name_of(holder.sheet).full}",
            f"{market_formatting.count(holder.free)} of {market_formatting.count(holder.total)} free",
            profile.region or "place unknown",
            f"up {market_formatting.uptime(profile.uptime_7d)}",
            audited,
        ]
        if holder.leases:
            parts.append(
                f"yours: {plural(len(holder.leases), 'lease')}, last {holder.leases[0].at.astimezone():%-d %b}"
            )
        return " · ".join(parts)

    def things(self) -> Sequence[tuple[str, str]]:
        page = self.page
        if page is None:
            return []
        shown = "\n".join(line.value if isinstance(line, LabelledLine) else line.plain for line in self.lines())
        days = "\n".join(f"{d.day.isoformat()}\t{d.leased}\t{d.total}" for d in page.days)
        owners = "\n".join(
            f"{h.sheet.owner}\t{market_formatting.count(h.free)}\t{market_formatting.count(h.total)}"
            for h in page.holders
        )
        return [("the page", shown), ("days", days), ("providers", owners), ("model", self.model)]

    def sheet(self) -> CsvTable | None:
        return gpu_day_table(self.model, self.page.days) if self.page is not None and self.page.days else None


class ProviderScreen(MarketPage, ProviderNoteKeys):
    """A provider: its own status now beside the indexer's, hardware, attributes, auditors, our leases there."""

    page: ProviderPage | None = None

    def __init__(self, owner: str) -> None:
        super().__init__()
        self.owner = owner

    async def read(self) -> None:
        self.page = await read_provider(self.market, self.owner)

    def noted_provider(self) -> tuple[str, str] | None:
        return None if self.page is None else (self.owner, self.provider_name.full)

    def why_not(self, action_id: str) -> str | None:
        return self.why_not_noted() if action_id in NOTE_ACTIONS else super().why_not(action_id)

    def in_bar(self, action_id: str) -> bool:
        return True

    def revision(self) -> object:
        session = self.session_app.session
        decided = None if session is None else (session.provider_notes.revision, session.memory.revision)
        return super().revision(), decided

    def do_new_deployment(self) -> None:
        if self.page is not None:
            sheet = self.page.sheet
            self.session_app.background(deploy_only_at(self.session_app, sheet), "order")

    def title_of(self, action_id: str) -> str:
        if action_id == "page.new-deployment":
            return "deploy only here"
        if self.page is not None and action_id in ("page.favourite", "page.block"):
            decided = notes_now(self.session_app).get(self.owner, UNDECIDED)
            if action_id == "page.favourite" and decided.favourite:
                return "no favourite"
            if action_id == "page.block" and decided.blocked is not None:
                return "unblock"
        return super().title_of(action_id)

    def title_line(self) -> Content:
        return Content(self.provider_name.full)

    @property
    def provider_name(self) -> ProviderName:
        """As far as is known: while its data is being read, by what the list of providers says."""
        if self.page is not None:
            return name_of(self.page.sheet)
        cached = self.market.providers.cached
        listed = (name_of(sheet) for sheet in (cached.value if cached is not None else ()) if sheet.owner == self.owner)
        return next(listed, provider_name(self.owner, None))

    def lines(self) -> list[LabelledLine | Content]:
        page = self.page
        if page is None:
            return []
        sheet, profile = page.sheet, page.sheet.profile
        place = ", ".join(part for part in (profile.region, sheet.city, profile.country) if part)
        ups = ((profile.uptime_1d, "1 d"), (profile.uptime_7d, "7 d"), (profile.uptime_30d, "30 d"))
        out: list[LabelledLine | Content] = [
            *note_lines(notes_now(self.session_app).get(self.owner, UNDECIDED)),
            self._answer(page),
            *self._amounts(page),
            LabelledLine("GPUs", self._gpus(page)),
            LabelledLine("uptime", " · ".join(f"{days}: {market_formatting.uptime(share)}" for share, days in ups)),
            LabelledLine(
                "checks", market_formatting.check_strip(sheet.checks[: self.room], ascii_only=self.ascii_only)
            ),
            LabelledLine("place", place or NOT_KNOWN),
            LabelledLine("version", f"{profile.version or NOT_KNOWN} · {plural(profile.leases, 'lease')}"),
            LabelledLine("auditors", ", ".join(a.auditor for a in page.audits) or "none known"),
            *self._own(page),
            *self._remembered(page),
            LabelledLine("address", sheet.owner),
            LabelledLine("gateway", profile.host_uri),
            self.source_line(sheet.source, sheet.read_at),
        ]
        if page.fault is not None:
            missing = (
                "This is its last answer." if sheet.source is FigureSource.INDEXER else "What only it knows is missing."
            )
            out.append(LabelledLine("", f"{page.fault.title} {missing}", "warn"))
        out += [BLANK, LabelledLine("attributes", "✓ signed by an auditor", "muted")]
        return [
            *out,
            *(LabelledLine("", f"{'✓' if a.auditors else '·'} {a.key} = {a.value}") for a in sheet.attributes),
        ]

    def _answer(self, page: ProviderPage) -> LabelledLine:
        reach = page.reach
        if reach is None:
            return LabelledLine("now", "did not answer in time", "warn")
        if not reach.ok:
            return LabelledLine("now", f"does not answer: {reach.note}", "bad")
        return LabelledLine("now", f"answers in {reach.latency_ms:.0f} ms" if reach.latency_ms else "answers", "good")

    def _amounts(self, page: ProviderPage) -> list[LabelledLine | Content]:
        """What its own status page says now; below it what the indexer says."""
        sheet = page.sheet
        now = page.reach.resources if page.reach is not None else None
        answer = sheet.resources if sheet.source.value == "index" or now is None else SupplyResources()
        out: list[LabelledLine | Content] = []
        age, agrees = self.source_line(sheet.source, sheet.read_at).value, True
        for name, title in (("gpu", "GPU"), ("cpu", "CPU"), ("memory", "memory"), ("storage", "storage")):
            own: Amounts | None = getattr(now, name) if now is not None else None
            theirs: Amounts = getattr(answer, name)
            shown = own if own is not None and own.total is not None else theirs
            if shown.total is None or (name == "gpu" and not shown.total and not theirs.total):
                continue
            bar = "".join(market_formatting.bar(shown.taken_share, 20, ascii_only=self.ascii_only))
            text = market_formatting.taken(name, shown)
            both = shown is own and theirs.total is not None
            same = both and market_formatting.taken(name, theirs) == text
            agrees = agrees and same
            out.append(LabelledLine(title, f"{bar}  {text}{' now' if shown is own else ''}"))
            if both and not same:
                out.append(LabelledLine("", f"{market_formatting.taken(name, theirs)} ({age})", "muted"))
        if out and agrees:
            out.append(LabelledLine("", f"the same by the {age}", "muted"))
        return out

    def _gpus(self, page: ProviderPage) -> str:
        if page.stock:
            return ", ".join(
                f"{s.gpu.words}: {market_formatting.count(s.free)} of {market_formatting.count(s.total)} free"
                for s in page.stock
            )
        return ", ".join(gpu.words for gpu in page.sheet.profile.gpus) or "none"

    def _remembered(self, page: ProviderPage) -> list[LabelledLine | Content]:
        """What this machine has seen of its bids: the price of each model that it has, how fast, what became of it."""
        memory = self.market.session.memory
        out: list[LabelledLine | Content] = []
        models = list(dict.fromkeys(GpuModel(gpu.vendor, gpu.model) for gpu in page.sheet.profile.gpus))
        for gpu in models[:MOST_MODELS]:
            price = memory.usual_price(self.owner, gpu)
            if price is not None:
                age = formatting.when(self.market.session.clock.now(), price.last_at)
                out.append(LabelledLine("", f"{gpu.model} ${price.line()}, {age} · {price.basis}"))
        delay, record = memory.usual_delay(self.owner), memory.lease_record(self.owner)
        if delay is not None:
            out.append(LabelledLine("", f"bids about {delay.seconds} s after an order · {plural(delay.count, 'bid')}"))
        if record is not None and record.line():
            out.append(LabelledLine("", record.line(), "warn" if record.failed else ""))
        if not out:
            return [LabelledLine("its bids", "none seen here yet", "muted")]
        return [LabelledLine("its bids", "as seen on this machine, per GPU-hour", "muted"), *out]

    def _own(self, page: ProviderPage) -> list[LabelledLine | Content]:
        if not page.leases:
            return [LabelledLine("yours", "no lease yet")]
        out: list[LabelledLine | Content] = [LabelledLine("yours", plural(len(page.leases), "lease"), "strong")]
        out += [LabelledLine("", _lease(lease)) for lease in page.leases[:MOST_LEASES]]
        if len(page.leases) > MOST_LEASES:
            out.append(LabelledLine("", f"and {len(page.leases) - MOST_LEASES} older", "muted"))
        return out

    def things(self) -> Sequence[tuple[str, str]]:
        page = self.page
        if page is None:
            return [("address", self.owner)]
        shown = "\n".join(
            f"{line.label}\t{line.value}" if isinstance(line, LabelledLine) else line.plain for line in self.lines()
        )
        attributes = "\n".join(f"{a.key}={a.value}" for a in page.sheet.attributes)
        gateway = page.sheet.profile.host_uri
        return [("the page", shown), ("address", self.owner), ("gateway", gateway), ("attributes", attributes)]

    def sheet(self) -> CsvTable | None:
        return attribute_table(self.page.sheet) if self.page is not None else None


def _lease(lease: OwnLease) -> str:
    """`12 Nov 2026 · ≈ $0.41 an hour · a100 × 2 · dseq 812345`."""
    parts = [f"{lease.at.astimezone():%-d %b %Y}"]
    parts.append(f"≈ ${rate(lease.price_h)} an hour" if lease.price_h is not None else "price not in ACT")
    if lease.gpu_count:
        parts.append(f"{lease.gpu_count} × {lease.gpu.model if lease.gpu is not None else 'GPU unknown'}")
    return " · ".join([*parts, f"dseq {lease.dseq}"])


def _once(label: str, text: str, name: str, said: dict[tuple[str, str], str]) -> LabelledLine:
    """The line of one variant, or that it is the one of another: many sources know one price for all of a model."""
    if (label, text) in said:
        return LabelledLine(label, f"the same as {said[label, text]}", "muted")
    said[label, text] = name
    return LabelledLine(label, text)
