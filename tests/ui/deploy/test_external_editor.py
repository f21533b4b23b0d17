"""An SDL in the person's own editor: what it writes is taken and checked, and nothing it wrote is lost."""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from akash_tui.ui.deploy.external_editor import NO_EDITOR, editor
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import SDL, Stage_, until
from tests.ui.lease_actions.test_update import opened
from tests.ui.leases.fakes import NEWER, FakeUpdater


@pytest.fixture(autouse=True)
def _one_run(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeUpdater, "run", scene.deployer.run)
    monkeypatch.delenv("VISUAL", raising=False)


def named(monkeypatch: pytest.MonkeyPatch, scene: Stage_, body: str) -> None:
    """An editor that does this to the file `path`, in a terminal that can be suspended."""
    program = f"import os, pathlib, sys; path = pathlib.Path(sys.argv[1]); {body}"
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, "-c", program]))
    monkeypatch.setattr(type(scene.app), "suspended", lambda self: nullcontext())


def left(scene: Stage_) -> list[Path]:
    return list(scene.program.home.glob("sdl-*"))


async def test_what_it_wrote_is_compared_and_the_file_is_gone(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = (
        "assert path.stat().st_mode & 0o777 == 0o600; path.write_text(path.read_text().replace('v0.6.3','v0.7.0'))"
    )
    named(monkeypatch, scene, changes)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, monkeypatch)
        await pilot.press("E")
        await until(
            pilot, lambda: "v0.6.3 → vllm/vllm-openai:v0.7.0" in screen.query_one("#differences", LabelledLines).text
        )
        assert screen.text == NEWER
        await until(pilot, lambda: not left(scene))


async def test_an_editor_that_fails_leaves_what_it_wrote(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, scene, "path.write_text('half'); sys.exit(3)")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, monkeypatch)
        await pilot.press("E")
        await until(pilot, lambda: "ended with code 3" in scene.app.status.line()[0])
        assert screen.text == SDL
        assert [path.read_text() for path in left(scene)] == ["half"]


async def test_one_that_cannot_be_started_is_reported(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, monkeypatch)
        await pilot.press("E")
        await until(pilot, lambda: "cannot be suspended" in scene.app.status.line()[0])
        monkeypatch.setattr(type(scene.app), "suspended", lambda self: nullcontext())
        await pilot.press("E")
        await until(pilot, lambda: any("cannot be started" in e.title for e in scene.app.problems.entries))
        await pilot.press("escape")
        assert screen.text == SDL
        await until(pilot, lambda: not left(scene))


async def test_without_a_name_the_key_says_so(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await opened(scene, pilot, monkeypatch)
        await pilot.press("E")
        assert scene.app.status.line()[0] == NO_EDITOR


def test_visual_comes_first_and_may_have_options() -> None:
    assert editor({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor({"EDITOR": "vi"}) == ["vi"]
    assert editor({"EDITOR": "vi 'x"}) == editor({}) == []
