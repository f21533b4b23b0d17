"""Crash reports and the guard: nothing secret in them, nothing fatal, nothing silent."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from akash_tui.domain.secret import Secret
from akash_tui.services.ports import Unreachable
from akash_tui.ui.dialogs.questions import QuestionDialog, TextInputDialog
from akash_tui.ui.session import crash_report as crash
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from tests.ui.fakes import Stage_, stage, until

WORDS = "abandon ability able about above absent absorb abstract absurd abuse access accident"


def test_a_report_holds_no_locals_and_no_foreign_message(tmp_path: Path) -> None:
    def signing(words: str) -> None:
        secret = words.upper()
        raise ValueError(f"bad words: {secret}")

    try:
        signing(WORDS)
    except ValueError as error:
        path = crash.write(tmp_path, error)
    said = path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "ValueError" in said
    assert "in signing" in said
    assert WORDS.split()[0] not in said.lower().replace(__file__.lower(), "")


async def test_an_unhandled_error_leaves_a_report_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = stage(tmp_path / "home")

    def breaks() -> None:
        words = WORDS
        raise RuntimeError(words)

    with pytest.raises(RuntimeError):  # noqa: PT012 - the app's end raises it
        async with scene.app.run_test() as pilot:
            await scene.ready(pilot)
            scene.app.call_later(breaks)
            await pilot.pause()
    printed = "".join(capsys.readouterr())
    assert "Report (no secrets)" in printed
    assert "abandon" not in printed
    assert scene.app.return_code == 1
    reports = list((tmp_path / "home" / "crashes").iterdir())
    assert len(reports) == 1
    assert "abandon" not in reports[0].read_text(encoding="utf-8").replace("words = WORDS", "")


async def test_a_broken_money_worker_is_told_and_the_app_goes_on(scene: Stage_) -> None:
    async def breaks() -> None:
        words = WORDS
        raise KeyError(words)

    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        scene.app.money("paying", breaks)
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        assert scene.app.busy is None
        entry = scene.app.problems.entries[-1]
        assert "Something failed while paying" in entry.title
        assert "abandon" not in f"{entry.title}{entry.advice}{entry.detail}"
        await pilot.press("escape", "exclamation_mark")
        await pilot.pause()


async def test_an_error_for_people_is_a_dialog_with_advice(scene: Stage_) -> None:
    async def fails() -> None:
        raise Unreachable("No node answers.", "Check the network.")

    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        scene.app.money("paying", fails)
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        told = scene.app.screen.query_one("#message", LabelledLines)
        await until(pilot, lambda: "No node answers." in told.text and "Check the network." in told.text)


async def test_only_one_thing_moves_money_at_a_time(scene: Stage_) -> None:
    import asyncio

    gate = asyncio.Event()
    ran: list[str] = []

    async def first() -> None:
        await gate.wait()
        ran.append("first")

    async def second() -> None:
        ran.append("second")

    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        scene.app.money("paying", first)
        await pilot.pause()
        scene.app.money("paying twice", second)
        await pilot.pause()
        assert "Wait: paying" in scene.app.status.line()[0]
        gate.set()
        await until(pilot, lambda: scene.app.busy is None)
        assert ran == ["first"]


async def test_a_secret_is_typed_hidden_and_comes_wrapped(scene: Stage_) -> None:
    answers: list[object] = []
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        scene.app.push_screen(TextInputDialog("Words", [LabelledLine("", "Type them.")], secret=True), answers.append)
        await pilot.pause()
        await pilot.press(*"open sesame")
        assert "open sesame" not in scene.app.export_screenshot()
        await pilot.press("enter")
        await pilot.pause()
        assert answers == [Secret("open sesame")]
        assert "sesame" not in repr(answers)
