"""Money actions by keys of the app, without a terminal: a deposit and a close of one deployment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.compose import Program
from akash_tui.ui.app import AkashApp
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.widgets.live_table import LiveTable
from tests.soak.plan import TOP_UP

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
    action = {"deposit": "lease.top-up", "close": "lease.close"}[kind]
    await until(lambda: isinstance(app.screen, LeaseScreen) and app.screen.why_not(action) is None)
    await pilot.press({"deposit": "t", "close": "x"}[kind])
    if kind == "deposit":
        await until(lambda: isinstance(app.screen, TextInputDialog))
        app.screen.query_one(Input).value = f"{Decimal(TOP_UP) / 1_000_000}"
        await pilot.press("enter")
    await until(lambda: isinstance(app.screen, ConfirmSpend) and app.screen.armed and app.screen.sheet is not None)
    asks_for_text = app.screen.query_one("#typed", Input).display
    if kind == "close" and asks_for_text:
        await pilot.press(*dseq, "enter")
    else:  # a deposit that must be typed is beyond a bound: this person does not
        await until(lambda: isinstance(app.screen, ConfirmSpend) and app.screen.can_say_yes)
        await pilot.press("y")
    await until(lambda: not isinstance(app.screen, ConfirmSpend) and app.busy is None)
