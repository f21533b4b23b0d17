"""The money dialog: it cannot be said yes to by accident."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.widgets import Button, Input

from akash_tui.services.ports import Insufficient
from akash_tui.services.spending.bounds import Excess
from akash_tui.ui.dialogs.choice_dialog import ChoiceOption
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend, sheet_lines
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet
from akash_tui.ui.widgets.key_bar import KeyBar
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from tests.fakes.clock import SCREENS_START
from tests.ui.fakes import until


class Host(App[None]):
    """Pushes one dialog and keeps its answer."""

    answer: Any = "none yet"

    def ask(self, prepare: Callable[[], Awaitable[str]], typed: str | None = None) -> ConfirmSpend[str]:
        sheet = QuoteSheet(
            "Lease?", "1 × a100", (LabelledLine("price", "≈ $0.92"),), "Lease it", ("uptime is old",), typed
        )
        dialog: ConfirmSpend[str] = ConfirmSpend("Lease?", prepare, lambda quote: sheet, "Reading")
        self.push_screen(dialog, lambda answer: setattr(self, "answer", answer))
        return dialog


async def quote() -> str:
    return "the quote"


async def test_cancel_has_the_focus_and_yes_sleeps_first(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(ConfirmSpend, "arm_seconds", 3600)
    app = Host()
    async with app.run_test() as pilot:
        dialog = app.ask(quote)
        await until(pilot, lambda: dialog.quote is not None)
        assert dialog.focused is not None
        assert dialog.focused.id == "no"
        assert dialog.query_one("#yes", Button).disabled
        await pilot.press("y", "a", "y", "enter")
        assert app.answer == "none yet", "asleep: neither yes nor a held-down enter does anything"
        assert "too quick" in str(dialog.query_one(".box").border_subtitle)
        await pilot.press("escape")
        assert app.answer is None


async def test_awake_it_returns_exactly_the_quote() -> None:
    app = Host()
    async with app.run_test() as pilot:
        dialog = app.ask(quote)
        await until(pilot, lambda: dialog.can_say_yes)
        assert not dialog.query_one("#yes", Button).disabled
        assert "not verified uptime is old" in dialog.query_one("#sheet", LabelledLines).text
        await pilot.press("y")
        assert app.answer == "the quote"


async def test_it_awakes_also_where_the_processor_comes_back_late(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Textual's timer looks at the clock twice before it sleeps, and is lost if its time passes between them."""
    looks = itertools.count()
    monkeypatch.setattr("textual._time.get_time", lambda: time.monotonic() + 0.002 * next(looks))
    monkeypatch.setattr(ConfirmSpend, "arm_seconds", 0.001)
    app = Host()
    async with app.run_test() as pilot:
        dialog = app.ask(quote)
        await until(pilot, lambda: dialog.can_say_yes)


async def test_what_must_be_typed_keeps_enter_dimmed_until_it_is() -> None:
    app = Host()
    async with app.run_test() as pilot:
        dialog = app.ask(quote, typed="142")

        def shown() -> dict[str, bool]:
            return {hint.key: hint.usable for bar in dialog.query(KeyBar) for hint in bar.hints}

        await until(pilot, lambda: dialog.armed and shown().get("enter") is False)
        await pilot.press(*"14")
        assert shown()["enter"] is False
        await pilot.press("2")
        await until(pilot, lambda: shown()["enter"])


async def test_enter_presses_cancel() -> None:
    app = Host()
    async with app.run_test() as pilot:
        dialog = app.ask(quote)
        await until(pilot, lambda: dialog.can_say_yes)
        await pilot.press("enter")
        assert app.answer is None


async def test_a_heavy_one_wants_the_number_typed() -> None:
    app = Host()
    async with app.run_test() as pilot:
        dialog = app.ask(quote, typed="812301")
        await until(pilot, lambda: dialog.armed)
        await pilot.press("y")
        assert app.answer == "none yet"
        dialog.query_one("#typed", Input).value = ""
        await pilot.press(*"81230", "enter")
        assert app.answer == "none yet"
        assert "that is not 812301" in str(dialog.query_one(".box").border_subtitle)
        await pilot.press("1", "enter")
        assert app.answer == "the quote"


async def test_while_it_reads_it_can_be_left_and_nothing_can_be_said() -> None:
    app = Host()
    started = asyncio.Event()

    async def slow() -> str:
        started.set()
        await asyncio.Event().wait()
        return "never"

    async with app.run_test() as pilot:
        dialog = app.ask(slow)
        await until(pilot, started.is_set)
        assert "Reading" in dialog.query_one("#sheet", LabelledLines).text
        await pilot.press("y")
        assert app.answer == "none yet"
        await pilot.press("escape")
        assert app.answer is None


async def test_a_quote_that_fails_says_why_and_offers_no_yes() -> None:
    app = Host()

    async def poor() -> str:
        raise Insufficient("Not enough ACT.", "Mint some from AKT.")

    async with app.run_test() as pilot:
        dialog = app.ask(poor)
        await until(pilot, lambda: dialog.error is not None)
        said = dialog.query_one("#sheet", LabelledLines).text
        assert "Not enough ACT." in said
        assert "Mint some from AKT." in said
        assert not dialog.query_one("#yes").display
        await until(pilot, lambda: dialog.armed)
        await pilot.press("y")
        assert app.answer == "none yet"
        await pilot.press("enter")
        assert app.answer is None


async def test_n_takes_the_harmless_answer() -> None:
    app = Host()
    async with app.run_test() as pilot:
        choices = (DialogAnswer("stay", "Stay"), DialogAnswer("quit", "Quit", "y"))
        question = QuestionDialog("Quit?", [LabelledLine("", "Leases keep running.")], choices)
        app.push_screen(question, lambda answer: setattr(app, "answer", answer))
        await until(pilot, lambda: question.is_mounted and question.armed)
        await pilot.press("n")
        assert app.answer == "stay"


async def test_a_figure_beyond_the_bounds_is_shown_as_bad_and_must_be_typed() -> None:
    excess = Excess("The node asks 359 AKT of gas; the bound is 0.5 AKT.", "--max-fee 359", "359", SCREENS_START)
    sheet = QuoteSheet("Close?", "web", (LabelledLine("gas", "359"),), "Close it", typed="812", beyond=(excess,))
    dialog: ConfirmSpend[str] = ConfirmSpend("Close?", quote, lambda quote: sheet, "Reading")
    app = Host()
    async with app.run_test() as pilot:
        app.push_screen(dialog, lambda answer: setattr(app, "answer", answer))
        await until(pilot, lambda: dialog.armed and dialog.quote is not None)
        line = next(row for row in sheet_lines(sheet) if isinstance(row, LabelledLine) and row.value == excess.text)
        assert (line.tone, line.label_tone) == ("bad", "bad")
        assert excess.text.split(";")[0] in dialog.query_one("#sheet", LabelledLines).text.replace("\n", " ")
        await pilot.press("y", "enter")
        assert app.answer == "none yet"
        typed = dialog.query_one("#typed", Input)
        typed.value = "812"
        await pilot.press("enter")
        assert app.answer == "none yet", "the deployment's number alone is not enough"
        typed.value = "812 359"
        await pilot.press("enter")
        await until(pilot, lambda: app.answer == "the quote")


async def test_what_is_beyond_a_limit_cannot_be_typed_away() -> None:
    day = Excess("This spends 9.00 ACT after 5.00 ACT.", "--max-spend 14", "9", SCREENS_START, own=True, hard=True)
    sheet = QuoteSheet("Top up?", "web", (), "Top up", beyond=(day,), notice="Real.", limits="a spend ≤ 5 ACT")
    app = Host()
    async with app.run_test() as pilot:
        dialog: ConfirmSpend[str] = ConfirmSpend("Top up?", quote, lambda quote: sheet, "Reading")
        app.push_screen(dialog, lambda answer: setattr(app, "answer", answer))
        await until(pilot, lambda: dialog.sheet is not None and dialog.armed)
        assert not dialog.query_one("#typed").display
        assert not dialog.query_one("#yes").display
        assert "L shows and changes them" in str(dialog.query_one(".box").border_subtitle)
        await pilot.press("y", *"9", "enter")
        assert app.answer is None, "enter presses Cancel"
    assert [line.value for line in sheet_lines(sheet) if isinstance(line, LabelledLine) and line.value] == [
        "Real.",
        day.text,
        "a spend ≤ 5 ACT",
    ]


async def test_p_asks_who_pays_where_another_account_would_and_ends_the_dialog_without_a_yes() -> None:
    for payers in ((), (ChoiceOption("fee:", "gas: this wallet"),)):
        sheet = QuoteSheet("Lease?", "web", (LabelledLine("gas", "359"),), "Lease it", payers=payers)
        dialog: ConfirmSpend[str] = ConfirmSpend("Lease?", quote, partial(_given, sheet), "Reading")
        app = Host()
        async with app.run_test() as pilot:
            app.push_screen(dialog, partial(setattr, app, "answer"))
            await until(pilot, lambda dialog=dialog: dialog.armed and dialog.quote is not None)  # type: ignore[misc]
            await pilot.press("p")
            assert (dialog.payer_asked, app.answer) == ((True, None) if payers else (False, "none yet"))


def _given(sheet: QuoteSheet, quote: str) -> QuoteSheet:
    return sheet


async def test_a_quote_that_is_too_long_scrolls_and_its_buttons_stay_in_sight() -> None:
    app = Host()
    sheet = QuoteSheet("Long", "A long one", tuple(LabelledLine(str(n), "x") for n in range(40)), "Do it")
    async with app.run_test(size=(80, 24)) as pilot:
        dialog: ConfirmSpend[str] = ConfirmSpend("Long", quote, lambda _: sheet, "Reading")
        app.push_screen(dialog)

        def hints() -> dict[str, str]:
            return {hint.key: hint.title for hint in dialog.query_one(KeyBar).hints}

        await until(pilot, lambda: dialog.can_say_yes and "more lines" in hints().get("pagedown", ""))
        assert all(button.region.bottom < 23 for button in dialog.query(Button)), "above the frame and the key bar"
        for _ in range(6):
            await pilot.press("pagedown")
        await until(pilot, lambda: dialog.lines_below == 0 and "pagedown" not in hints())
        await pilot.press("up")
        await until(pilot, lambda: hints().get("pagedown") == "1 more line")
