"""The journal on the screen: state, cost and transaction of each action, searched, copied, exported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.journal.screen import JournalScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.clock import FrozenClock
from tests.fakes.vault import OWNER
from tests.ui.fakes import HEIGHT, ID, FakeJournal, Stage_, until
from tests.ui.screen_text import text


def intent(
    key: int,
    kind: IntentKind,
    outcome: Outcome = Outcome.DONE,
    dseq: int | None = ID.dseq,
    note: str = "",
    **about: Any,
) -> Intent:
    """One transaction; the smaller its key, the older."""
    decided = outcome in (Outcome.DONE, Outcome.FAILED)
    at = FrozenClock().now() - timedelta(minutes=7 * (20 - key))
    known = {"fee": "4500uakt", "name": "vllm-qwen"} | about
    return Intent(
        key, kind, "practice-1", OWNER, dseq, f"{key:02X}" * 32, None, known, at,
        outcome, HEIGHT - 200 + key if decided else None, 5 if outcome is Outcome.FAILED else None, note,
    )  # fmt: skip


SIGNED = [
    intent(9, IntentKind.CLOSE, refund_estimate="4400000uact"),
    intent(8, IntentKind.DEPOSIT, Outcome.OPEN, deposit="5000000uact"),
    intent(7, IntentKind.UPDATE, Outcome.NEVER, note="No node could be reached to send the transaction."),
    intent(6, IntentKind.LEASE, Outcome.FAILED, note="The bid is gone.", leases=[]),
    intent(5, IntentKind.LEASE, extra_deposit="", leases=[]),
    intent(4, IntentKind.CREATE, deposit="5000000uact"),
    intent(3, IntentKind.MINT, dseq=None, burn="23590000uakt", gives="20000000uact", name=""),
]


@pytest.fixture
def signed(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> Stage_:
    made = FakeJournal.__init__

    def with_intents(self: FakeJournal) -> None:
        made(self)
        self.signed = list(SIGNED)

    monkeypatch.setattr(FakeJournal, "__init__", with_intents)
    return scene


async def at_the_journal(scene: Stage_, pilot: Pilot[int]) -> JournalScreen:
    await scene.ready(pilot)
    await pilot.press("J")
    await until(pilot, lambda: isinstance(scene.app.screen, JournalScreen))
    screen = scene.app.screen
    assert isinstance(screen, JournalScreen)
    await until(pilot, lambda: len(screen.table.rows) == len(screen.rows) > 0)
    return screen


async def test_each_action_has_its_state_and_cost_and_is_found(signed: Stage_) -> None:
    scene = signed
    async with scene.app.run_test(size=(160, 40)) as pilot:
        screen = await at_the_journal(scene, pilot)
        assert [(row.what, row.state[0], row.act[0], row.akt[0]) for row in screen.table.rows] == [
            ("close", "✓ done", "≈ +4.40", "−0.0045"),
            ("top-up", "◐ not known", "?", "?"),
            ("update", "– not done", "", ""),
            ("lease", "✗ failed", "", "−0.0045"),
            ("lease", "✓ done", "", "−0.0045"),
            ("create", "✓ done", "−5.00", "−0.0045"),
            ("mint", "✓ done", "≈ +20.00", "−23.5945"),
        ]
        await pilot.press("slash")
        await until(pilot, lambda: screen.focused is not None and screen.focused.id == "filter")
        screen.query_one("#filter", Input).value = "akt<-1"
        await until(pilot, lambda: [row.what for row in screen.table.rows] == ["mint"])
        screen.query_one("#filter", Input).value = "bid is gone"
        await until(pilot, lambda: [row.state[0] for row in screen.table.rows] == ["✗ failed"])
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(scene.app.screen, TextDialog))
        said = scene.app.screen.query_one("#message", LabelledLines).text
        assert "code 5" in said
        assert "06" * 32 in "".join(said.split())
        assert "wallet" in said


async def test_it_is_exported_with_exact_figures_and_shows_what_others_sign(signed: Stage_) -> None:
    scene = signed
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_the_journal(scene, pilot)
        await pilot.press("e")
        await until(pilot, lambda: "Wrote 7 lines" in scene.app.status.line()[0])
        (file,) = (scene.program.home / "exports").iterdir()
        head, first, *_ = file.read_text().splitlines()
        assert head.startswith("at,what,name,dseq,state,act,akt,estimated,height,code,tx,wallet,")
        assert f"close,vllm-qwen,{ID.dseq},done,4.4,-0.0045,true" in first
        session = scene.app.session
        assert session is not None
        session.journal.signed.insert(0, intent(10, IntentKind.CREATE, deposit="1uact"))  # type: ignore[attr-defined]
        screen.read()
        await until(pilot, lambda: screen.table.rows[0].act[0] == "−0.000001")
        await pilot.press("a")
        await until(pilot, lambda: "all wallets and networks" in text(scene.app))
        assert {row.wallet for row in screen.table.rows} == {"practice"}
        await pilot.press("escape")
        assert scene.app.screen is not screen


pictures = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")


@pictures
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("what", ["list", "details"])
def test_picture(snap_compare: Callable[..., bool], signed: Stage_, what: str, size: tuple[int, int]) -> None:
    from tests.ui.pictures import afresh

    async def before(pilot: Pilot[int]) -> None:
        await at_the_journal(signed, pilot)
        if what == "details":
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(signed.app.screen, TextDialog))
        await afresh(pilot)

    assert snap_compare(signed.app, run_before=before, terminal_size=size)


async def test_esc_leads_back_to_where_it_was_opened_and_a_place_key_to_the_place(signed: Stage_) -> None:
    scene = signed
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)

        def at(where: str) -> bool:
            return getattr(scene.app.screen, "where", "") == where

        for place, where in (("4", "market"), ("1", "deploy")):
            await pilot.press(place)
            for lists in (("journal",), ("sweep",), ("journal", "sweep")):
                for name in lists:
                    await pilot.press("J" if name == "journal" else "U")
                    await until(pilot, partial(at, name))
                await pilot.press("escape")
                await until(pilot, partial(at, where))
            await pilot.press("J")
            await until(pilot, partial(at, "journal"))
            await pilot.press(place)
            await until(pilot, partial(at, where))
