"""The form of the limits: what is spent of them, what is refused, and that a change counts at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.storage.journal_entries import Sent, SentSum
from akash_tui.services.storage.settings import Bounds
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.form_dialog import FormDialog
from akash_tui.ui.session.limits import changed, fields, read_factor, read_fee, read_limit
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, until


@pytest.mark.parametrize(
    ("read", "text"),
    [(read_limit, "0"), (read_limit, "1000001"), (read_limit, "0.0000001"), (read_fee, "none"), (read_factor, "0.5")],
)
def test_what_makes_no_limit_is_refused(read, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"\S"):
        read(text)


def test_what_is_not_touched_stays() -> None:
    bounds = Bounds(max_deposit=Decimal(7), gas_factor=None)
    assert changed(bounds, tuple(field.value for field in fields(bounds))) == bounds


async def test_limits_are_changed_from_any_screen_and_count_at_once(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        session = scene.app.session
        assert session is not None
        day = SentSum({UACT: 12_500_000}, {UAKT: 20_000})
        session.journal.sent_ = Sent(day, SentSum())  # type: ignore[attr-defined]
        await pilot.press("L")
        await until(pilot, lambda: isinstance(scene.app.screen, FormDialog))
        dialog = scene.app.screen
        said = dialog.query_one("#message", LabelledLines).text
        assert "0.00 ACT and 0.00 AKT in this session, 12.50 ACT and 0.02 AKT in 24 hours" in said
        dialog.query_one(f"#{UACT}-day", Input).value = "lots"
        await pilot.press("enter")
        assert "is not an amount" in dialog.query_one("#wrong", LabelledLines).text
        dialog.query_one(f"#{UACT}-day", Input).value = "60"
        dialog.query_one(f"#{UAKT}-typed", Input).value = "none"
        await pilot.press("enter")
        await until(pilot, lambda: session.bounds.act.day == 60)
        assert session.bounds.akt.typed is None
        assert session.bounds.act.transaction == 250
        assert scene.program.settings.bounds == session.bounds


async def test_limits_that_change_elsewhere_while_the_form_is_open_are_not_put_back(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        await pilot.press("L")
        await until(pilot, lambda: isinstance(scene.app.screen, FormDialog))
        elsewhere = Bounds(max_fee=Decimal("0.1"))
        scene.program.settings = scene.program.settings.model_copy(update={"bounds": elsewhere})
        scene.app.screen.query_one(f"#{UACT}-day", Input).value = "60"
        await pilot.press("enter")
        await until(pilot, lambda: "changed elsewhere meanwhile" in scene.app.status.line()[0])
        assert scene.program.settings.bounds == elsewhere


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
@pytest.mark.own_start
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_picture(snap_compare: Callable[..., bool], scene: Stage_, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await scene.ready(pilot)
        below = scene.app.screen
        assert isinstance(below, DeployScreen)
        await until(pilot, lambda: below.shown is not None and below.settled)  # it is drawn below the dialog
        below.repaint()
        await pilot.press("L")
        await until(pilot, lambda: isinstance(scene.app.screen, FormDialog))

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
