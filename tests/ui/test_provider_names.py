"""One provider has one name: organization and host in every list, page, dialog and line; its address in details."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.cli.bid_table import print_bids
from akash_tui.cli.bids import row_json
from akash_tui.cli.event_sentences import event_sentence
from akash_tui.cli.lease_lines import view_json
from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.akash.resources import Attribute
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.market.csv_tables import provider_table
from akash_tui.domain.market.supply import FigureSource, ProviderSheet, SupplyResources
from akash_tui.services.core.events import Chosen, EventHead
from akash_tui.services.deployment.accept_bids import doubts
from akash_tui.services.leases.attention import attention_items
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.leases.lease_summary import summarize
from akash_tui.ui.bids.columns import COLUMNS, BidLine, RowContext
from akash_tui.ui.bids.detail_pane import bid_detail
from akash_tui.ui.leases.columns import COLUMNS as LEASE_COLUMNS
from akash_tui.ui.leases.columns import LeaseRow
from akash_tui.ui.market.tables import PROVIDER_COLUMNS
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from akash_tui.ui.widgets.table_render import Column
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import BIDS, ID, PROVIDERS, view

FULL, SHORT = "Euro Plots (europlots.com)", "europlots.com"
HOST_URI = "https://provider.europlots.com:8443"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RECORD = replace(PROVIDERS[1], host_uri=HOST_URI, attributes=(Attribute("organization", "Euro Plots"),))


def bid_row() -> BidRow:
    book = BidBook()
    book.apply([bid for bid in BIDS if bid.id.provider == RECORD.owner], height=812_345, now=NOW)
    book.learn(providers=[RECORD])
    return next(iter(book.all()))


def deployment() -> DeploymentView:
    made = view(FrozenClock())
    return replace(made, leases=tuple(replace(seen, provider=RECORD) for seen in made.leases))


def sheet() -> ProviderSheet:
    profile = ProviderProfile(
        RECORD.owner, "provider.europlots.com", HOST_URI, True, True, 1.0, 1.0, 1.0, "eu", "NL", "Euro Plots",
        "0.10.5", 3, (), (), NOW,
    )  # fmt: skip
    return ProviderSheet(profile, SupplyResources(), (), (), FigureSource.INDEXER, NOW)


LISTS: tuple[tuple[tuple[Column[Any], ...], Any], ...] = (
    (COLUMNS, BidLine(bid_row(), RowContext())),
    (LEASE_COLUMNS, LeaseRow(summarize(deployment()))),
    (PROVIDER_COLUMNS, sheet()),
)


@pytest.mark.parametrize(("columns", "row"), LISTS, ids=["bids", "leases", "providers"])
def test_lists_have_the_full_name_where_it_fits_and_else_the_host(columns: tuple[Column[Any], ...], row: Any) -> None:
    column = next(column for column in columns if column.title == "provider")
    assert column.cell_in(row, len(FULL))[0] == FULL
    assert column.cell_in(row, len(FULL) - 1)[0] == SHORT


def test_only_details_have_the_address() -> None:
    row = bid_row()
    lines = [line for line in bid_detail(BidLine(row, RowContext())) if isinstance(line, LabelledLine)]
    assert {"provider": FULL, "address": RECORD.owner}.items() <= {line.label: line.value for line in lines}.items()
    others = [*(item.text for item in attention_items(deployment())), *doubts(row, None, NOW)]
    assert any(FULL in text for text in others)
    assert not any(RECORD.owner[:12] in text for text in others)


def test_the_command_line_has_the_same_name(capsys: pytest.CaptureFixture[str]) -> None:
    row = bid_row()
    print_bids([row], width=None)
    choice = Chosen(EventHead(NOW, "practice-1", ID.owner, ID), row.id, Decimal(1), "cheapest", ())
    printed = [*capsys.readouterr().out.splitlines()[1:2], event_sentence(choice, lambda address: row.name)]
    assert all(FULL in line and RECORD.owner[:12] not in line for line in printed)


def test_json_has_the_parts_of_the_name_beside_the_address() -> None:
    parts = {"provider": RECORD.owner, "host": "provider.europlots.com", "organization": "Euro Plots"}
    leases: Any = view_json(deployment(), None)["leases"]
    assert parts.items() <= row_json(bid_row()).items()
    assert parts.items() <= leases[0].items()
    table = provider_table([sheet()])
    assert dict(zip(table.header, table.rows[0], strict=True))["organization"] == "Euro Plots"
