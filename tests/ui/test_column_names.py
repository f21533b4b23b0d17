"""One name for each column: in its head, in filters, in orders, on the command line and in hints."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from akash_tui.cli import bid_table, lease, market_providers, market_show
from akash_tui.cli.bids import TABLE_COLUMNS, bids
from akash_tui.cli.columns import columns_option, print_columns
from akash_tui.cli.examples import EXAMPLES
from akash_tui.cli.market import gpus
from akash_tui.cli.market_providers import providers
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.sorting import SORT_COLUMNS, parse_sort
from akash_tui.domain.filtering.column_names import FORMER, UNITS, head
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.domain.filtering.filter_fields import FieldKind, Vocabulary
from akash_tui.domain.filtering.sorting import SortKey, read_sort
from akash_tui.domain.market.gpu_rows import GPUS, MIN
from akash_tui.domain.market.provider_rows import PROVIDERS
from akash_tui.domain.market.sorting import GPU_SORTS, PROVIDER_SORTS
from akash_tui.services.errors import BadInput
from akash_tui.ui.bids.columns import BUYS_COLUMN, COLUMNS, DSEQ_COLUMN, SCORE_COLUMN
from akash_tui.ui.leases import columns as lease_columns
from akash_tui.ui.market.screen import HINT, PROVIDER_HINT
from akash_tui.ui.market.tables import GPU_COLUMNS, PROVIDER_COLUMNS
from akash_tui.ui.widgets import filter_bar
from akash_tui.ui.widgets.table_render import Column

Columns = tuple[Column[Any], ...]
BID_COLUMNS: Columns = (*COLUMNS, SCORE_COLUMN, BUYS_COLUMN, DSEQ_COLUMN)
LEASE_COLUMNS: Columns = (*lease_columns.COLUMNS, lease_columns.AUTO)
LISTS: dict[str, tuple[Columns, Vocabulary, Collection[str]]] = {
    "bids": (BID_COLUMNS, BIDS, SORT_COLUMNS),
    "gpus": (GPU_COLUMNS, GPUS, GPU_SORTS),
    "providers": (PROVIDER_COLUMNS, PROVIDERS, PROVIDER_SORTS),
}
ONLY_SHOWN = {"age", "buys", "dseq", "over", "score"}
"""Columns of bids that no filter asks for: they depend on the moment, the budget or the file."""
ANOTHER_THING = {"name", "up"}
"""Former names that are a deployment's own name and its services that are up in the list of leases."""
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("columns", [*(c for c, _, _ in LISTS.values()), LEASE_COLUMNS], ids=[*LISTS, "leases"])
def test_a_head_is_its_name_with_at_most_a_unit(columns: Columns) -> None:
    for column in columns:
        unit = head(column.key).casefold().removeprefix(column.key.replace("_", " "))
        assert unit == "" or unit in {each.casefold() for each in UNITS}, column.key
        assert column.title in ("", head(column.key))
        assert len(column.title) <= column.width, f"{column.key} is cut"


@pytest.mark.parametrize("name", LISTS)
def test_a_column_is_filtered_and_sorted_by_its_name(name: str) -> None:
    columns, vocabulary, sorts = LISTS[name]
    for column in columns:
        assert column.key in vocabulary.fields or column.key in ONLY_SHOWN, column.key
        if column.title and column.key not in ("score", "buys"):
            assert column.key in sorts, column.key
    for sort in sorts:
        assert sort in vocabulary.fields or sort in ONLY_SHOWN, sort


def test_the_command_line_has_the_names_of_the_screen() -> None:
    known = {column.key for column in BID_COLUMNS} | set(BIDS.fields)
    assert {column.key for column in bid_table._COLUMNS} <= known | {"per_block"}


def test_no_list_uses_a_former_name() -> None:
    for columns, vocabulary, sorts in LISTS.values():
        assert not FORMER.keys() & {*(column.key for column in columns), *vocabulary.fields, *sorts}
    assert FORMER.keys() & {column.key for column in LEASE_COLUMNS} == ANOTHER_THING


def test_former_names_are_still_read() -> None:
    for old, new in FORMER.items():
        for _, vocabulary, sorts in LISTS.values():
            field = vocabulary.field(old)
            if new in vocabulary.fields:
                assert field is not None
                value = {FieldKind.NUMBER: "<1", FieldKind.FLAG: ""}.get(field.kind, ":x")
                (term,) = parse_filter(old + value, vocabulary).terms
                assert term.by == field.by, f"{old} is read as a plain word"
            if new in sorts:
                assert read_sort(f"-{old}", sorts) == (SortKey(new, True),)
    assert parse_sort("usd_h,-uptime7") == (SortKey("price"), SortKey("uptime_7d", True))
    assert GPUS.field("usd_gpu_h") is GPUS.field("price") is GPUS.fields["min"]
    assert read_sort("price", GPU_SORTS, MIN) == (SortKey("min"),)


def test_hints_help_and_documents_use_the_names() -> None:
    texts = [filter_bar.HINT, HINT, PROVIDER_HINT, *(example for each in EXAMPLES.values() for example in each)]
    texts += [option.help or "" for command in (bids, gpus, providers) for option in command.params]
    texts += [path.read_text("utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))]
    known = set().union(*(vocabulary.fields for _, vocabulary, _ in LISTS.values()))
    used = {name for text in texts for name in re.findall(r"\b([a-z][a-z0-9_]*)(?:<|>|<=|>=)[0-9]", text)}
    assert {"price", "min", "vram", "uptime_7d"} <= used
    assert used <= known


def test_the_columns_of_a_table_of_text_are_chosen_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(TABLE_COLUMNS) == set(bid_table._BY_KEY)
    for names in (TABLE_COLUMNS, market_show.GPU_COLUMNS, market_providers.COLUMNS, lease.LIST_COLUMNS):
        assert not FORMER.keys() & set(names) - ANOTHER_THING
    print_columns(("gpu", "min"), [("a100", "0.92"), ("t4", "0.1")], right=("min",), only=("min", "gpu"))
    assert capsys.readouterr().out.splitlines() == [" min  GPU", "0.92  a100", " 0.1  t4"]
    command = click.command()(columns_option(("gpu", "min"))(lambda only: click.echo(",".join(only))))
    assert CliRunner().invoke(command, ["--columns", "min, model"]).output == "min,gpu\n"
    with pytest.raises(BadInput, match="no column 'prize'"):
        command.main(["--columns", "prize"], standalone_mode=False)
