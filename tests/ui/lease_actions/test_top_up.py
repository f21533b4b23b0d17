"""Topping up from the list and from one deployment, and reading its logs, by keys."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, RichLog

from akash_tui.domain.akash.entities import LeaseState
from akash_tui.domain.akash.money import UACT, Coin, DecCoin
from akash_tui.services.leases.log_streams import Item, StreamItem, StreamNotice
from akash_tui.services.ports import BadInput, LogLine, PodEvent, TxResult
from akash_tui.services.spending.quotes import DepositQuote
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.leases import stream_pane
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.log_screen import LogScreen
from tests.helpers.repaints import repaints
from tests.ui.fakes import HEIGHT, ID, FakeLeases, FakeSteps, Stage_, common, until, view


class Deposits:
    """Quotes and takes deposits in place of the real steps."""

    def __init__(self) -> None:
        self.asked: list[tuple[int | None, Decimal | None]] = []
        self.signed: list[DepositQuote] = []
        self.refuse: BadInput | None = None

    async def quote(self, deployer: Any, id: Any, amount: int | None, *, hours: Decimal | None) -> DepositQuote:
        self.asked.append((amount, hours))
        if self.refuse is not None:
            raise self.refuse
        spent = amount if amount is not None else int((hours or 0) * 920_000)
        return DepositQuote(
            **common(deployer.clock, spent), id=id, name="vllm-qwen", deposit=Coin(UACT, spent),
            price=DecCoin(UACT, Decimal("1543.6")), price_h=Decimal("0.92"),
            left=Decimal(4_400_000), lasts_now=Decimal("4.8"), lasts_hours=Decimal("28.8"),
            ends_at=deployer.clock.now(),
        )  # fmt: skip

    async def sign(self, deployer: Any, quote: DepositQuote) -> TxResult:
        self.signed.append(quote)
        return TxResult("AB" * 32, HEIGHT + 1, 0, "", "", 1, None)


@pytest.fixture
def deposits(monkeypatch: pytest.MonkeyPatch) -> Deposits:
    made = Deposits()

    async def quote(self: Any, id: Any, amount: int | None, hours: Decimal | None) -> DepositQuote:
        return await made.quote(self, id, amount, hours=hours)

    monkeypatch.setattr(FakeSteps, "deposit_quote", quote, raising=False)
    monkeypatch.setattr(FakeSteps, "deposit", lambda self, quote: made.sign(self, quote), raising=False)
    return made


async def at_the_list(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    shown = view(scene.program.clock)
    monkeypatch.setattr(FakeLeases, "views", (replace(shown, **changes),))
    await scene.ready(pilot)
    await pilot.press("3")
    await until(pilot, lambda: scene.app.screen.query_one("#lease-table").rows)  # type: ignore[attr-defined]


async def at_the_lease(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    await at_the_list(scene, pilot, monkeypatch, **changes)
    await pilot.press("enter")
    await until(pilot, lambda: getattr(scene.app.screen, "view", None) is not None)


async def ask(scene: Stage_, pilot: Pilot[int], text: str) -> None:
    await pilot.press("t")
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
    scene.app.screen.query_one("#text", Input).value = text
    await pilot.press("enter")


async def shown(scene: Stage_, pilot: Pilot[int]) -> str:
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
    return str(scene.app.screen.query_one("#sheet").text)  # type: ignore[attr-defined]


async def test_top_up_by_hours_from_the_list(
    scene: Stage_, deposits: Deposits, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_list(scene, pilot, monkeypatch)
        await ask(scene, pilot, "24h")
        sheet = await shown(scene, pilot)
        for words in ("vllm-qwen", "4.40 ACT left", "22.08 ACT", "lasts until", "gas", "comes back"):
            assert words in sheet, sheet
        await pilot.press("y")
        await until(pilot, lambda: deposits.signed)
        assert deposits.asked == [(None, Decimal(24))]
        await until(pilot, lambda: "added" in scene.app.status.line()[0])


async def test_a_top_up_can_be_left_at_every_step(
    scene: Stage_, deposits: Deposits, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert deposits.asked == []
        await ask(scene, pilot, "nonsense")
        assert isinstance(scene.app.screen, TextInputDialog)
        scene.app.screen.query_one("#text", Input).value = "5"
        await pilot.press("enter")
        await shown(scene, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert deposits.asked == [(5_000_000, None)]
        assert deposits.signed == []


async def test_a_refusal_is_shown_in_the_dialog(
    scene: Stage_, deposits: Deposits, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposits.refuse = BadInput("It ran out of funds.", "Deploy it again.")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await ask(scene, pilot, "5")
        await until(pilot, lambda: getattr(scene.app.screen, "error", None) is not None)
        assert "ran out of funds" in str(scene.app.screen.query_one("#sheet").text)  # type: ignore[attr-defined]
        await pilot.press("y", "escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert deposits.signed == []


async def test_why_a_lease_ended_and_its_cost_stand_on_the_screen(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = view(scene.program.clock).leases[0]
    ended = replace(
        known.lease, state=LeaseState.CLOSED, reason="lease_closed_reason_unstable", closed_on=HEIGHT + 1000
    )
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_list(scene, pilot, monkeypatch, leases=(replace(known, lease=ended, status=None),))
        await scene.app.push_screen(LeaseScreen(ID))
        facts = scene.app.screen.query_one("#facts")
        await until(pilot, lambda: "kept failing" in facts.text)  # type: ignore[attr-defined]
        assert "1.54 ACT" in facts.text  # type: ignore[attr-defined]


class Streams:
    """Plays lines and events, then stays open."""

    def __init__(self, session: object) -> None:
        self.session = session

    async def logs(self, id: Any, **asked: Any) -> AsyncGenerator[Item, None]:
        lease = replace(view_lease(), dseq=id.dseq)
        for text in ("\x1b[32mINFO\x1b[0m model loaded", "[bold]not markup[/]", "listening on :80"):
            yield StreamItem(lease, LogLine("vllm-6c8f9d7b5-x2x9q", text))
        yield StreamNotice(lease, "A container is still being made; trying again.")
        await asyncio.get_running_loop().create_future()

    async def events(self, id: Any, **asked: Any) -> AsyncGenerator[Item, None]:
        yield StreamItem(view_lease(), PodEvent("Warning", "Pod", "vllm-6c8f9d7b5-x2x9q", "BackOff", "pull failed"))


def view_lease() -> Any:
    from tests.ui.fakes import bid_id

    return bid_id(2)


def written(scene: Stage_) -> list[str]:
    return [strip.text.rstrip() for strip in scene.app.screen.query_one("#log-panel RichLog", RichLog).lines]


async def logs(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_pane, "LeaseStreams", Streams)
    await at_the_lease(scene, pilot, monkeypatch)
    while not isinstance(scene.app.screen, LogScreen):  # where there is little room, the first one shows a tab
        await pilot.press("l")
    await until(pilot, lambda: isinstance(scene.app.screen, LogScreen) and len(written(scene)) == 4)


async def test_logs_are_read_held_switched_and_left(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await logs(scene, pilot, monkeypatch)
        assert written(scene)[:2] == ["vllm-x2x9q INFO model loaded", "vllm-x2x9q [bold]not markup[/]"]
        screen = scene.app.screen
        assert isinstance(screen, LogScreen)
        await pilot.press("p")
        assert screen.pane.paused
        screen.pane._fresh.add(StreamNotice(view_lease(), "while held"), 10)
        screen.pane.count += 1
        await repaints(pilot)
        assert len(written(scene)) == 4
        await pilot.press("p")
        await until(pilot, lambda: len(written(scene)) == 5)
        await pilot.press("y")
        assert "Copied 5 lines" in scene.app.status.line()[0]
        await pilot.press("e")
        await until(pilot, lambda: any("BackOff" in line for line in written(scene)))
        await until(pilot, lambda: "ended" in str(screen.query_one("#log-panel").border_title))
        await pilot.press("escape")
        assert not isinstance(scene.app.screen, LogScreen)


class TwoServices(Streams):
    """Two services write more lines than fit on a screen, and then what the test adds."""

    async def logs(self, id: Any, **asked: Any) -> AsyncGenerator[Item, None]:
        for number in range(60):
            yield StreamItem(
                view_lease(), LogLine(f"{('api', 'db')[number % 2]}-6c8f-x2x9q", f"{number} " + "word " * 24)
            )
        await asyncio.get_running_loop().create_future()


@pytest.mark.drawn
async def test_the_head_of_the_logs_shows_its_toggles_and_a_reader_is_not_moved(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_pane, "LeaseStreams", TwoServices)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        while not isinstance(scene.app.screen, LogScreen):
            await pilot.press("l")
        screen = scene.app.screen
        lines = screen.pane.log_lines

        def head() -> str:
            return str(screen.pane.border_title)

        await until(pilot, lambda: len(written(scene)) == 120)
        assert "follow on · wrap on · service all" in head()
        await until(pilot, lambda: lines.scroll_y == lines.max_scroll_y)
        await pilot.press("home")
        await until(pilot, lambda: "follow off" in head() and lines.scroll_y == 0)
        screen.pane._fresh.add(StreamItem(view_lease(), LogLine("db-6c8f-x2x9q", "newest")), 10)
        screen.pane.count += 1
        await until(pilot, lambda: len(written(scene)) == 121)
        assert lines.scroll_y == 0, "a new line moves nobody who reads"
        await pilot.press("f")
        await until(pilot, lambda: "follow on" in head() and lines.scroll_y == lines.max_scroll_y)
        await pilot.press("w")
        await until(pilot, lambda: "wrap off" in head() and len(written(scene)) == 61)
        assert written(scene)[0].endswith("…")
        await pilot.press("s", "s")
        await until(pilot, lambda: "service db" in head() and len(written(scene)) == 31)
        await pilot.press("y")
        assert "Copied 31 lines" in scene.app.status.line()[0]
        await pilot.press("s")
        await until(pilot, lambda: "service all" in head() and len(written(scene)) == 61)


async def test_a_flood_of_lines_is_painted_part_by_part(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_pane, "PAINT_SECONDS", -1.0)  # every line takes too long: one a paint
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await logs(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LogScreen)
        for number in range(3):
            screen.pane._fresh.add(StreamNotice(view_lease(), f"line {number}"), 10)
        seen: list[int] = []
        for _ in range(3):
            screen.paint()
            seen.append(len(screen.pane._fresh))
        assert seen == [2, 1, 0]
        await until(pilot, lambda: [line.rpartition(" ")[2] for line in written(scene)[-3:]] == ["0", "1", "2"])


pictures = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")


@pictures
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("what", ["logs", "top-up"])
def test_picture(
    snap_compare: Callable[..., bool], scene: Stage_, deposits: Deposits, monkeypatch: pytest.MonkeyPatch,
    what: str, size: tuple[int, int],
) -> None:  # fmt: skip
    from tests.ui.pictures import afresh

    async def before(pilot: Pilot[int]) -> None:
        if what == "logs":
            await logs(scene, pilot, monkeypatch)
        else:
            await at_the_lease(scene, pilot, monkeypatch)
            await ask(scene, pilot, "24h")
            await shown(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
