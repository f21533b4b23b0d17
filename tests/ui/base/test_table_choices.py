"""The order and the columns of a list: chosen, saved, read again, whatever the file says."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.services.storage.settings import ListSettings
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.widgets.live_table import Column, fit_columns, named_column


@dataclass(frozen=True)
class Row:
    id: str
    price: int | None
    free: int = 0


COLUMNS: tuple[Column[Row], ...] = (
    named_column("name", 6, lambda r: (r.id, "")),
    named_column("price", 7, lambda r: (str(r.price), ""), right=True, stays=2),
    named_column("free", 5, lambda r: (str(r.free), ""), right=True, stays=1),
)
ROWS = (Row("b", 2, 5), Row("a", None, 7), Row("c", 1, 6))


def choices() -> TableChoices[Row]:
    values = {"name": lambda r: r.id, "price": lambda r: r.price, "free": lambda r: r.free}
    return TableChoices("rows", values, [SortKey("name")], {"free"})


def test_a_column_sorts_its_good_end_first_and_again_the_other_way_round() -> None:
    made = choices()
    assert [r.id for r in made.arrange(ROWS)] == ["a", "b", "c"]
    made.sort_by("free")
    assert [r.id for r in made.arrange(ROWS)] == ["a", "c", "b"]
    made.sort_by("free")
    assert [r.id for r in made.arrange(ROWS)] == ["b", "c", "a"]
    made.sort_by("price")
    assert [r.id for r in made.arrange(ROWS)] == ["c", "b", "a"], "what is not known comes last"
    made.reverse()
    assert [r.id for r in made.arrange(ROWS)] == ["b", "c", "a"], "either way"
    made.sort_by("no such column")
    assert made.sort == (SortKey("price", True),)
    for column in ("free", "name", "price"):
        made.sort_by_next()
        assert made.sort[0].column == column


def test_chosen_columns_stand_in_their_order_and_the_last_ones_give_way() -> None:
    made = choices()
    assert made.shown(COLUMNS) == list(COLUMNS)
    made.columns = ("price", "gone", "name")
    assert [c.key for c in made.shown(COLUMNS)] == ["price", "name"]
    assert [c.key for c, _ in fit_columns(made.shown(COLUMNS), 12)] == ["price"]
    assert [c.key for c in made.shown(COLUMNS, always=("free", "price"))] == ["free", "price", "name"]


@pytest.mark.parametrize(
    ("saved", "sort", "columns"),
    [
        (ListSettings(), (SortKey("name"),), ()),
        (ListSettings(sort="-usd_h,free", columns=("usd_h", "free")), (SortKey("price", True), SortKey("free")), None),
        (ListSettings(sort="nonsense", columns=("nonsense",)), (SortKey("name"),), ("nonsense",)),
    ],
)
def test_what_was_saved_is_read_with_its_former_names(
    saved: ListSettings, sort: tuple[SortKey, ...], columns: tuple[str, ...] | None
) -> None:
    made = choices()
    made.load(saved)
    assert (made.sort, made.columns) == (sort, ("price", "free") if columns is None else columns)
    assert made.shown(COLUMNS), "a list is never without columns"
    again = choices()
    again.load(made.settings)
    assert (again.sort, again.columns) == (made.sort, made.columns)
    assert choices().settings == ListSettings()
