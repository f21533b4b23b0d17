"""Money actions by keys of the app, without a terminal: deposit, close, and changes of a deployment's group."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.compose import Program
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.widgets.live_table import LiveTable
from tests.soak.plan import TOP_UP

GROUP_STEPS = {"pause_group": "pause", "start_group": "start", "close_group": "close", "close_lease": "new bids"}
"""What to choose in the list of a deployment's groups, by kind."""
GIVE_UP = 45.0
"""Seconds for the whole of it; then the person leaves the app."""


async def press(home: Path, kind: str, dseq: str) -> str:
    """Open the app, go to the deployment, do it, and leave; "" or what did not come."""
    program = Program(home)
    app = AkashApp(program, program.networks.find("practice"), "practice")
    try:
        async with app.run_test(size=(100, 30)) as pilot:
            try:
                async with asyncio.timeout(GIVE_UP):
                    await _deal_with(app, pilot, kind, dseq)
            except TimeoutError:
                return f"{app.screen!r} at {app.status.line()[0]!r}"
            return ""
    finally:
        await program.aclose()


async def _deal_with(app: AkashApp, pilot: Pilot[int], kind: str, dseq: str) -> None:
    async def until(condition: Callable[[], object]) -> None:
        while not condition():
            await pilot.pause(0.02)

    def table() -> LiveTable:  # type: ignore[type-arg]
        return app.screen.query_one("#lease-table", LiveTable)

    await until(lambda: app.session is not None and app.screen.query("#sources"))
    await pilot.press("3")
    await until(lambda: isinstance(app.screen, LeasesScreen) and table().rows)
    table().move_to_id(dseq)
    await pilot.press("enter")
    action, key = {"deposit": ("lease.top-up", "t"), "close": ("lease.close", "x")}.get(kind, ("lease.groups", "p"))
    await until(lambda: isinstance(app.screen, LeaseScreen | BidsScreen))
    if isinstance(app.screen, BidsScreen):  # it takes bids and has no lease: there is nothing to do here
        return
    await until(lambda: isinstance(app.screen, LeaseScreen) and app.screen.why_not(action) is None)
    await pilot.press(key)
    if kind == "deposit":
        await until(lambda: isinstance(app.screen, TextInputDialog))
        app.screen.query_one(Input).value = f"{Decimal(TOP_UP) / 1_000_000}"
        await pilot.press("enter")
    elif kind in GROUP_STEPS:
        await until(lambda: isinstance(app.screen, ChoiceDialog))
        options = app.screen.query_one("#options", LiveTable)
        wanted = next((row.id for row in options.rows if row.title == GROUP_STEPS[kind]), None)
        if wanted is None:  # its group is not in a state that allows it
            await pilot.press("escape")
            return
        options.move_to_id(wanted)
        await pilot.press("enter")
    await until(lambda: isinstance(app.screen, ConfirmSpend) and app.screen.armed)
    dialog = app.screen
    assert isinstance(dialog, ConfirmSpend)
    if dialog.sheet is None or dialog.sheet.beyond:  # no quote, or beyond a bound: this person leaves it at that
        await pilot.press("escape")
        return
    if dialog.sheet.typed is not None:
        await pilot.press(*dialog.sheet.typed, "enter")
    else:
        await until(lambda: dialog.can_say_yes)
        await pilot.press("y")
    await until(lambda: not isinstance(app.screen, ConfirmSpend) and app.busy is None)
    if kind in ("start_group", "close_lease") and app.status.line()[0].startswith("✓"):
        await until(lambda: isinstance(app.screen, BidsScreen))  # it opens by itself
