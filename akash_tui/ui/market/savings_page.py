"""Your leases at today's prices: what each costs, what the market asks now, what moving would save a month."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.akash.money import rate
from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.csv_tables import CsvTable
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.market.savings import SavingsRow, requotes
from akash_tui.ui.market.page_base import MarketPage
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.domain.akash.entities import DeploymentId

NOTE = (
    "A lease's price also pays its CPU, memory and disk. The lowest bid is one that the indexer saw lately, not an"
    " offer: only new bids are."
)


class SavingsPage(MarketPage):
    """All running leases, or those of one deployment."""

    orders = False

    def __init__(self, only: DeploymentId | None = None) -> None:
        super().__init__()
        self.only = only
        self.found: list[SavingsRow] | None = None

    @property
    def tab(self) -> str:  # type: ignore[override]
        mode = self.app.current_mode
        return mode if mode in ("leases", "market") else "market"

    async def read(self) -> None:
        session = self.session_app.session
        if session is None or session.wallet is None:
            self.found = []
            return
        views, answer = await asyncio.gather(Leases(session).all(), self.market.rows(), return_exceptions=True)
        if isinstance(views, BaseException):
            raise views
        rows = [] if isinstance(answer, BaseException) else answer.value
        self.found = requotes([v for v in views if self.only in (None, v.id)], rows)
        if isinstance(answer, BaseException):
            raise answer

    def title_line(self) -> Content:
        return Content("Your leases at today's prices")

    def lines(self) -> list[LabelledLine | Content]:
        if self.found is None:
            return []
        if not self.found:
            return [LabelledLine("", "You have no running lease to compare.", "muted")]
        out: list[LabelledLine | Content] = []
        for each in self.found:
            out += lease_lines(each, self.market.session.provider_cache.name(each.provider))
            if each.source is not None and each.read_at is not None:
                out.append(self.source_line(each.source, each.read_at))
            out.append(BLANK)
        saved = [each.saves_month for each in self.found if each.saves_month is not None and each.saves_month > 0]
        if len(saved) > 1:
            out += [
                LabelledLine("in all", f"moving could save ≈ ${rate(sum(saved, Decimal(0)))} a month", "strong"),
                BLANK,
            ]
        return [
            *out,
            LabelledLine("note", NOTE, "muted"),
            LabelledLine("", "To ask for new bids, press n on the market (4).", "muted"),
        ]

    def sheet(self) -> CsvTable | None:
        if not self.found:
            return None
        header = (
            *("dseq", "name", "provider", "model", "gpus", "act_gpu_h", "usd_gpu_h_median", "usd_gpu_h_lowest", "free"),
            *("saves_usd_month", "why_not_known"),
        )
        return CsvTable(
            "leases-today",
            header,
            tuple(
                (
                    *(str(e.deployment.dseq), e.name, e.provider, e.model, e.count, e.gpu_h, e.median, e.best, e.free),
                    *(e.saves_month, e.why),
                )
                for e in self.found
            ),
        )

    def things(self) -> Sequence[tuple[str, str]]:
        sheet = self.sheet()
        return [("the comparison", sheet.tabs() if sheet is not None else "")]


def lease_lines(each: SavingsRow, provider: str) -> list[LabelledLine | Content]:
    """One lease in a few lines; `provider` is the name of its provider."""
    gpus = f"{each.count} × {each.model}" if each.count else "no GPU"
    out: list[LabelledLine | Content] = [
        LabelledLine(each.name, f"{gpus} at {provider} · dseq {each.deployment.dseq}", "strong")
    ]
    if each.gpu_h is not None:
        out.append(LabelledLine("you pay", f"≈ ${market_formatting.price(each.gpu_h)} per GPU-hour"))
    if each.why:
        out.append(LabelledLine("market", f"unknown: {each.why}", "muted"))
        return out
    above = each.against_median
    if each.median is not None and above is not None:
        side = (
            "you pay the same" if not above else f"≈ ${rate(abs(above))} a month {'above' if above > 0 else 'below'} it"
        )
        out.append(LabelledLine("median", f"${market_formatting.price(each.median)} per GPU-hour: {side}"))
    free = f"{market_formatting.count(each.free)} free"
    if each.best is None:
        out.append(LabelledLine("best", "unknown", "muted"))
    elif each.saves_month is None:
        text = f"${market_formatting.price(each.best)}, but too few are free ({free}): there is no room to move"
        out.append(LabelledLine("best", text, "warn"))
    else:
        month = each.saves_month
        saves = f"moving could save ≈ ${rate(month)} a month" if month > 0 else "moving would save nothing"
        text = f"${market_formatting.price(each.best)} per GPU-hour, the lowest bid seen ({free}): {saves}"
        out.append(LabelledLine("best", text, "good" if month > 0 else ""))
    return out
