"""LiveTable: the cursor follows its row, only changed lines are painted again, columns give way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region

from akash_tui.ui.widgets.live_table import Column, LiveTable, fit_columns, fit_text
from akash_tui.ui.widgets.styles import Tone
from akash_tui.ui.widgets.table_render import LineRenderer, without_middle


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    price: int = 0
    tone: Tone = ""
    gone: bool = False


COLUMNS: tuple[Column[Row], ...] = (
    Column("name", "name", 10, lambda r: (r.name, r.tone), grow=5),
    Column("price", "price", 6, lambda r: (str(r.price), ""), right=True, stays=1),
    Column("id", "id", 8, lambda r: (r.id, "muted"), stays=2),
)


class Watched(LiveTable[Row]):
    """Notes which regions were asked to be painted again."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, empty="Nothing here.", gone=lambda r: r.gone)
        self.asked: list[tuple[Region, ...]] = []

    def refresh(self, *regions: Region, **more: bool) -> Watched:
        self.asked.append(regions)
        super().refresh(*regions, **more)
        return self


class One(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield Watched()

    def on_live_table_opened(self, event: LiveTable.Opened) -> None:
        self.heard.append(("opened", event.row_id))

    def on_live_table_header_clicked(self, event: LiveTable.HeaderClicked) -> None:
        self.heard.append(("header", event.key))

    def on_live_table_marked(self, event: LiveTable.Marked) -> None:
        self.heard.append(("marked", event.row_id))


def rows(count: int) -> list[Row]:
    return [Row(f"r{n}", f"name {n}", n) for n in range(count)]


def text(table: LiveTable[Row], y: int) -> str:
    return table.render_line(y).text


def test_columns_give_way_by_worth() -> None:
    columns: Sequence[Column[Row]] = (
        Column("a", "a", 5, lambda r: ("", ""), stays=0),
        Column("b", "b", 5, lambda r: ("", ""), stays=9),
        Column("c", "c", 5, lambda r: ("", ""), stays=1, grow=10),
    )
    assert [c.key for c, _ in fit_columns(columns, 100)] == ["a", "b", "c"]
    assert [c.key for c, _ in fit_columns(columns, 14)] == ["a", "c"]
    assert [c.key for c, _ in fit_columns(columns, 8)] == ["a"]
    assert [c.key for c, _ in fit_columns(columns, 2)] == ["a"], "one column always stays"
    assert dict((c.key, w) for c, w in fit_columns(columns, 23)) == {"a": 5, "b": 5, "c": 9}


def full(key: str, grow: int = 0) -> Column[Row]:
    """A column as wide as its title."""
    return Column(key, key, len(key), lambda r: ("", ""), grow=grow)


def wide(key: str) -> Column[Row]:
    """One with a blank before its title."""
    return Column(key, key, len(key) + 1, lambda r: ("", ""), right=True)


@pytest.mark.parametrize(
    ("columns", "width", "header"),
    [
        ((full("free", grow=9), full("total"), full("GPU")), 17, " free total▼ GPU"),
        ((full("free"), full("total"), full("GPU")), 16, " free tota▼ GPU"),
        ((full("free"), full("total"), wide("GPU")), 17, " free total▼ GPU"),
        ((full("free"), full("total")), 12, " free total▼"),
        ((full("free"), wide("total"), full("GPU")), 17, " free total▼ GPU"),
    ],
    ids=["a cell is free", "no cell is free", "the next title leaves one", "the last column", "its own column has one"],
)
def test_the_sign_of_the_sorted_column_never_touches_the_next_title(
    columns: Sequence[Column[Row]], width: int, header: str
) -> None:
    strip = LineRenderer(lambda name: Style()).header(fit_columns(columns, width, "total"), width, ("total", True))
    assert strip.text.rstrip() == header


def test_text_fits_by_cells() -> None:
    for name in ("abc", "a long name indeed", "日本語の名前です", "", "é" * 30):
        for width in (1, 2, 5, 10):
            assert cell_len(fit_text(name, width)) == width
            assert cell_len(fit_text(name, width, right=True)) == width


def test_a_text_whose_end_counts_loses_its_middle() -> None:
    assert without_middle("rtxpro6000blackwell-server ×8", 18) == "rtxpro600…erver ×8"
    for name in ("a100 ×1", "日本語の名前です ×2", "é" * 30, ""):
        for width in (3, 5, 10, 40):
            cut = without_middle(name, width)
            assert cell_len(cut) <= width
            assert (cut == name) is (cell_len(name) <= width)
            assert cut.endswith(name[-1:])


async def test_the_cursor_follows_its_row() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Watched)
        table.show(rows(8))
        await pilot.press("down", "down")
        assert table.cursor_id == "r2"
        table.show(rows(8)[::-1])
        assert table.cursor_id == "r2"
        assert table.cursor_index == 5
        table.show([r for r in rows(8) if r.id != "r2"])
        assert table.cursor_id == "r7" or table.cursor_index == 5, "the row went away: stay near"


async def test_an_untouched_cursor_stays_on_top() -> None:
    app = One()
    async with app.run_test(size=(40, 12)):
        table = app.query_one(Watched)
        table.show(rows(3))
        table.show([Row("best", "best"), *rows(3)])
        assert table.cursor_id == "best"


async def test_of_another_subject_nobody_has_chosen_a_row() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Watched)
        table.show(rows(3), subject="first order")
        await pilot.press("down")
        table.show([Row("best", "best"), *rows(3)], subject="first order")
        assert table.cursor_id == "r1"
        table.show([], subject="second order")
        table.show([Row("early", "early")], subject="second order")
        table.show([Row("best", "best"), Row("early", "early")], subject="second order")
        assert table.cursor_id == "best"


async def test_only_changed_lines_are_painted_again() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Watched)
        table.show(rows(6))
        await pilot.pause()
        table.asked.clear()
        table.show(rows(6))
        assert table.asked == [], "nothing changed"
        table.show([Row("r3", "name 3", 999) if r.id == "r3" else r for r in rows(6)])
        assert table.asked == [(Region(0, 4, table.size.width, 1),)]
        assert "999" in text(table, 4)


async def test_a_thousand_rows_are_only_drawn_where_seen() -> None:
    drawn: list[str] = []

    def name(row: Row) -> tuple[str, Tone]:
        drawn.append(row.id)
        return row.name, ""

    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Watched)
        table.columns = [Column("name", "name", 10, name)]
        table._fit()
        table.show(rows(1000))
        await pilot.pause()
        assert len(set(drawn)) <= 12
        await pilot.press("end")
        assert table.cursor_id == "r999"
        assert "name 999" in text(table, 11)


async def test_it_says_when_it_is_empty_and_marks_what_is_sorted() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Watched)
        table.show([])
        await pilot.pause()
        assert any("Nothing here." in text(table, y) for y in range(12))
        table.say_empty("n asks again with the same SDL, x closes the order\nand  that  is  all")
        shown = [text(table, y).strip() for y in range(12)]
        at = shown.index("n asks again with the same SDL, x closes")
        assert shown[at + 1 : at + 3] == ["the order", "and  that  is  all"]
        table.sort_sign("price", True)
        assert "price▼" in text(table, 0)
        table.sort_sign("price", False)
        assert "price▲" in text(table, 0)


async def test_a_gone_row_is_struck_through() -> None:
    app = One()
    async with app.run_test(size=(40, 12)):
        table = app.query_one(Watched)
        table.show([Row("a", "alive"), Row("b", "gone", gone=True)])
        struck = [s.text for s in table.render_line(2) if s.style and s.style.strike]
        assert "gone" in struck
        assert not any(s.style and s.style.strike for s in table.render_line(1))


async def test_mouse_and_keys_say_the_same() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Watched)
        table.show(rows(5))
        await pilot.pause()
        await pilot.click(Watched, offset=(3, 3))
        assert table.cursor_id == "r2"
        await pilot.click(Watched, offset=(3, 3), times=2)
        await pilot.click(Watched, offset=(19, 0))
        await pilot.press("space", "enter")
        await pilot.pause()
        assert ("opened", "r2") in app.heard
        assert ("header", "price") in app.heard
        assert ("marked", "r2") in app.heard
        table.toggle_mark("r2")
        assert text(table, 3).startswith("▌")


async def test_wide_characters_keep_the_columns_in_place() -> None:
    app = One()
    async with app.run_test(size=(40, 12)):
        table = app.query_one(Watched)
        table.show([Row("a", "日本語の名前です", 7), Row("b", "plain", 7)])
        lines = [text(table, y) for y in (1, 2)]
        ends = [cell_len(line[: line.rindex("7")]) for line in lines]
        assert ends[0] == ends[1]
        assert all(cell_len(line) == 40 for line in lines)
