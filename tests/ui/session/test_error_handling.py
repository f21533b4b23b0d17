"""Crash reports and the guard: nothing secret in them, nothing fatal, nothing silent."""

from __future__ import annotations

import errno
import gc
import inspect
import itertools
from functools import partial
from pathlib import Path

import pytest

from akash_tui.domain.secret import Secret
from akash_tui.services.ports import Unreachable
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.ui.dialogs.questions import QuestionDialog, TextInputDialog
from akash_tui.ui.session.error_handling import once_started
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.secret_errors import KINDS, WORDS, break_with, files_of, found_in
from tests.ui.fakes import Stage_, stage, until


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("kind", KINDS)
async def test_an_unhandled_error_leaves_a_report_and_the_words_nowhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str, words: str
) -> None:
    scene = stage(tmp_path / "home")
    screens: list[str] = []

    def breaks() -> None:
        break_with(kind, words)

    with pytest.raises(Exception):  # noqa: B017, PT011, PT012 - the app's end raises it, of whatever type
        async with scene.app.run_test() as pilot:
            await scene.ready(pilot)
            scene.app.call_later(breaks)
            await pilot.pause()
            screens.append(scene.app.export_screenshot())
    printed = "".join((*map(str, scene.app._exit_renderables), *capfd.readouterr()))
    reports = [p.read_text(encoding="utf-8") for p in (tmp_path / "home" / "crashes").iterdir()]
    assert not found_in(words, printed, *screens, *files_of(tmp_path))
    assert scene.app.return_code == 1
    assert "Report (no secrets)" in printed
    assert len(reports) == 1
    assert "in break_with" in reports[0]


async def test_broken_workers_show_and_save_the_words_nowhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scene = stage(tmp_path / "home")
    shown: dict[str, str] = {}
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.ready(pilot)
        for kind, words in itertools.product(KINDS, WORDS):

            async def breaks(kind: str = kind, words: str = words) -> None:
                break_with(kind, words)

            scene.app.money("paying", breaks)
            await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
            message = scene.app.screen.query_one("#message", LabelledLines)
            await until(pilot, partial(contains, message, "Something failed while paying"))
            shown[f"{kind}: {words}"] = message.text + scene.app.export_screenshot()
            await pilot.press("escape")
            await until(pilot, lambda: scene.app.front_screen is not None)
        await pilot.press("exclamation_mark")
        log = scene.app.screen.query_one("#problems", LiveTable)
        await until(pilot, lambda: len(log.rows) == len(scene.app.problems.entries))
        shown["log"] = scene.app.export_screenshot()
    assert "paying" in shown["log"]
    saved = (*capfd.readouterr(), *files_of(tmp_path))
    for words in WORDS:
        assert [name for name, text in shown.items() if found_in(words, text.replace("&#160;", " "))] == []
        assert not found_in(words, *saved)


def contains(message: LabelledLines, words: str) -> bool:
    return words in message.text


async def test_a_broken_money_worker_is_shown_and_the_app_goes_on(scene: Stage_) -> None:
    async def breaks() -> None:
        raise KeyError(WORDS[0])

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
        message = scene.app.screen.query_one("#message", LabelledLines)
        await until(pilot, lambda: "No node answers." in message.text and "Check the network." in message.text)


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


async def test_a_full_disk_is_a_sentence_and_no_report(tmp_path: Path) -> None:
    scene = stage(tmp_path / "home")

    async def fails() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "home" / "settings.json"))

    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        scene.app.money("paying", fails)
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        shown = scene.app.screen.query_one("#message", LabelledLines)
        await until(pilot, lambda: "The disk is full" in shown.text and "Free some space" in shown.text)
    assert not (tmp_path / "home" / "crashes").exists()


async def test_an_app_that_ends_on_a_full_disk_ends_with_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    scene = stage(tmp_path / "home")

    def fails() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "home" / "settings.json"))

    with pytest.raises(OSError, match="No space"):  # noqa: PT012 - the app's end raises it
        async with scene.app.run_test() as pilot:
            await scene.ready(pilot)
            scene.app.call_later(fails)
            await pilot.pause()
    assert scene.app.return_code == 2
    assert "The disk is full" in "".join((*map(str, scene.app._exit_renderables), *capfd.readouterr()))


async def test_a_row_that_cannot_be_read_is_in_the_problem_log_once(scene: Stage_, tmp_path: Path) -> None:
    words = "Row 7 of the table intents cannot be read."
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        for _ in range(2):
            unreadable_rows.add(tmp_path / "journal.db", "intents", 7, words)
            async with scene.app.guard("looking"):
                pass
        assert [entry.title for entry in scene.app.problems.entries].count(words) == 1


async def test_work_that_never_starts_is_closed_and_work_that_does_runs() -> None:
    done: list[int] = []

    async def work(number: int) -> None:
        done.append(number)

    never = work(1)
    once_started(never)  # its worker was cancelled first: nobody has it any more
    gc.collect()
    assert inspect.getcoroutinestate(never) == inspect.CORO_CLOSED
    started = once_started(work(2))
    assert callable(started)
    await started()
    assert done == [2]
