"""`make shots`: the pictures of the README, taken from the app on a real practice network."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from akash_tui.compose import Program
from akash_tui.services.core.program import PRACTICE_SCENARIO
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.compare_screen import CompareScreen
from akash_tui.ui.bids.rule_form import RuleForm
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.who_could_bid import WhoDialog
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.leases.log_screen import LogScreen

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
SCENARIO, SEED = PRACTICE_SCENARIO, 7
LONGEST = 45.0
SIZES = {"": (120, 34), "-80x24": (80, 24), "-160x48": (160, 48)}


async def until(pilot: Pilot[int], what: str, there: Callable[[], bool]) -> None:
    """Go on once it is so; give up loudly if it never is."""
    deadline = time.monotonic() + LONGEST
    while not there():
        if time.monotonic() > deadline:
            raise SystemExit(f"the app never came to: {what}")
        await pilot.pause(0.1)


def text_of(app: AkashApp) -> str:
    """What the screen shows, as text."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines[:height])[: width * height * 4]


async def take(app: AkashApp, name: str) -> None:
    """Write one picture."""
    path = FOLDER / f"{name}.svg"
    path.write_text(app.export_screenshot(title="akash-tui"), encoding="utf-8")
    print(path.relative_to(FOLDER.parent))


async def story(suffix: str, size: tuple[int, int]) -> None:
    """The main job once, a picture at each stop."""
    with tempfile.TemporaryDirectory(prefix="akash-tui-shots-") as home:
        program = Program(Path(home))
        app = AkashApp(program, network="practice", demo=(SCENARIO, SEED))
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                await until(pilot, "presets", lambda: "Fine-tuning" in text_of(app) and "ACT ·" in text_of(app))
                await pilot.press("down", "down", "enter")
                await until(pilot, "the SDL", lambda: "accepts" in text_of(app))
                await take(app, f"deploy{suffix}")
                await pilot.press("e")
                await edited(app, pilot, suffix)
                await pilot.press("enter")
                await until(pilot, "a quote", lambda: _armed(app))
                await pilot.press("y")
                await until(pilot, "a screen of bids", lambda: _bids(app) >= 7)
                await pilot.press("down", "down")
                await pilot.pause(1.5)
                await take(app, f"bids{suffix}")
                await pilot.press("R")
                await until(pilot, "the rule", lambda: isinstance(app.screen, RuleForm))
                await pilot.press(*"rtx4090 <= 0.40, any >= 24 GB <= 0.30")
                await pilot.pause(0.5)
                await take(app, f"rule{suffix}")
                await pilot.press("escape")
                await pilot.press("home", "space", "down", "down", "space", "down", "down", "space", "c")
                await until(pilot, "the comparison", lambda: isinstance(app.screen, CompareScreen))
                await pilot.pause(0.5)
                await take(app, f"compare{suffix}")
                await pilot.press("escape")
                await pilot.press("a")
                await until(pilot, "the accept dialog", lambda: _armed(app))
                await take(app, f"accept{suffix}")
                await pilot.press("y")
                await until(pilot, "the lease", lambda: "✓ manifest" in text_of(app))
                await pilot.press("ctrl+t")  # an image takes minutes to pull, as on mainnet
                await until(pilot, "running", lambda: "✓ running" in text_of(app))
                await pilot.pause(3.0)  # and its weights minutes to load: the log below shows both
                await pilot.press("ctrl+t")
                await pilot.pause(2.0)
                await take(app, f"running{suffix}")
                await pilot.press("t")
                await until(pilot, "the top-up", lambda: "How much to add" in text_of(app))
                await pilot.pause(0.5)
                await take(app, f"topup{suffix}")
                await pilot.press("escape")
                while not isinstance(app.screen, LogScreen):  # where there is little room, the first one shows a tab
                    await pilot.press("l")
                await until(pilot, "logs", lambda: "logs · dseq" in text_of(app))
                await pilot.pause(3.0)
                await take(app, f"logs{suffix}")
                await pilot.press("escape", "u")
                await pilot.pause(2.0)
                await take(app, f"update{suffix}")
                await pilot.press("escape", "3")
                await until(pilot, "the list", lambda: "● running" in text_of(app))
                await pilot.pause(0.5)
                await take(app, f"leases{suffix}")
                await pilot.press("5")
                await until(pilot, "the wallet", lambda: "runs out first" in text_of(app))
                await pilot.pause(0.5)
                await take(app, f"wallet{suffix}")
                await pilot.press("m")
                await until(pilot, "how much", lambda: "How much ACT to mint" in text_of(app))
                await pilot.press("enter")
                await until(pilot, "the quote of a mint", lambda: _armed(app))
                await take(app, f"mint{suffix}")
                await pilot.press("escape", "4")
                await until(pilot, "the market", lambda: "rtx4090" in text_of(app) and "free" in text_of(app))
                await pilot.pause(1.5)
                await take(app, f"market{suffix}")
                await pilot.press("enter")
                await pilot.pause(2.0)
                await take(app, f"market-model{suffix}")
                await pilot.press("escape", "d")
                await pilot.pause(2.0)
                await pilot.press("right_square_bracket", "right_square_bracket", "left", "left", "left")
                await pilot.pause(1.0)
                await take(app, f"market-days{suffix}")
                await pilot.press("escape", "2", "question_mark")
                await until(pilot, "help", lambda: "Words on this screen" in text_of(app))
                await take(app, f"help{suffix}")
                await pilot.press("escape")
                await forgotten(app, pilot, suffix)
        finally:
            await program.aclose()


async def silence(suffix: str, size: tuple[int, int]) -> None:
    """Providers with moods: who could bid, and why nobody does at a price below what they bid before."""
    with tempfile.TemporaryDirectory(prefix="akash-tui-shots-") as home:
        program = Program(Path(home))
        app = AkashApp(program, network="practice", demo=("moody", SEED))
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                await until(pilot, "presets", lambda: "Fine-tuning" in text_of(app) and "ACT ·" in text_of(app))
                await pilot.press("enter")
                await until(pilot, "the SDL", lambda: "accepts" in text_of(app))
                await pilot.press("w")
                await until(pilot, "who could bid", lambda: isinstance(app.screen, WhoDialog) and "fit" in text_of(app))
                await pilot.pause(0.5)
                await take(app, f"who-could-bid{suffix}")
                await pilot.press("escape", "enter")
                await until(pilot, "a quote", lambda: _armed(app))
                await pilot.press("y")
                await until(pilot, "its order", lambda: "No bids yet" in text_of(app))
                await pilot.press("ctrl+t")  # some bid after nearly a minute
                await until(pilot, "bids", lambda: "3 of max" in text_of(app))
                await pilot.press("ctrl+t")
                await pilot.press("x")
                await until(pilot, "a quote", lambda: _armed(app))
                await pilot.press("y")
                await until(pilot, "the refund", lambda: "came back" in text_of(app))
                await pilot.press("1", "dollar_sign")
                await until(pilot, "the price", lambda: "Highest price" in text_of(app))
                await pilot.press("ctrl+u", *"0.47", "enter")
                await until(pilot, "the price in the text", lambda: "at most $0.47" in text_of(app))
                await pilot.press("enter")
                await until(pilot, "a quote", lambda: _armed(app))
                await pilot.press("y")
                await until(pilot, "silence", lambda: "have not bid" in text_of(app))
                await pilot.pause(1.0)
                await take(app, f"silence{suffix}")
        finally:
            await program.aclose()


async def edited(app: AkashApp, pilot: Pilot[int], suffix: str) -> None:
    """The editor with a problem and suggestions in it, and back without a change."""
    await until(pilot, "the editor", lambda: isinstance(app.screen, EditorScreen))
    editor = app.screen
    assert isinstance(editor, EditorScreen)
    line = next(n for n, text in enumerate(editor.area.document.lines) if text.strip() == "nvidia:")
    indent = editor.area.document.lines[line].index("n")
    editor.area.move_cursor((line, indent + len("nvidia:")))
    await pilot.press("enter", *"- model: rtx40")
    await until(pilot, "its problems", lambda: editor.checked == editor.version and editor.outlook is not None)
    await pilot.pause(0.5)
    await take(app, f"editor{suffix}")
    await pilot.press("ctrl+r")
    while app.screen is editor:  # the first may close the suggestions
        await pilot.press("escape")
    await until(pilot, "the SDL", lambda: "accepts" in text_of(app))


async def forgotten(app: AkashApp, pilot: Pilot[int], suffix: str) -> None:
    """An order that nobody chooses among, until its bids are gone: what is not in use, and the journal."""
    await pilot.press("1")
    await until(pilot, "the SDL", lambda: "accepts" in text_of(app))
    await pilot.press("enter")
    await until(pilot, "a quote", lambda: _armed(app))
    await pilot.press("y")
    await until(pilot, "a screen of bids", lambda: _bids(app) >= 7)
    await pilot.press("ctrl+t")  # providers withdraw their bids after some minutes
    await pilot.press("U")
    await until(pilot, "an order without bids", lambda: "✗ no bids" in text_of(app))
    await pilot.press("ctrl+t")
    await pilot.pause(1.0)
    await take(app, f"sweep{suffix}")
    await pilot.press("J")
    await until(pilot, "the journal", lambda: "create" in text_of(app))
    await pilot.pause(1.0)  # the key bar is painted after the rows
    await take(app, f"journal{suffix}")


def _armed(app: AkashApp) -> bool:
    return isinstance(app.screen, ConfirmSpend) and app.screen.can_say_yes


def _bids(app: AkashApp) -> int:
    return sum(" ×1" in line for line in text_of(app).splitlines())


async def main() -> None:
    """All pictures at the size of the README, or at the sizes named (`-80x24`, `-160x48`)."""
    FOLDER.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or [""]
    for suffix in wanted:
        await story(suffix, SIZES[suffix])
        await silence(suffix, SIZES[suffix])


if __name__ == "__main__":
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    asyncio.run(main())
