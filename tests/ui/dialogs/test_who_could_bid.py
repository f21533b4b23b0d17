"""Who could bid, as a box: counts and reasons, one reason after another, and a change that is taken."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from akash_tui.services.market.silent_providers import WhoPage
from akash_tui.services.ports import Unreachable
from akash_tui.ui.deploy import who as deploy_who
from akash_tui.ui.dialogs.who_could_bid import WhoDialog, silence_lines
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, until
from tests.ui.pictures import afresh
from tests.ui.who_pages import READ_AT, who_page


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Pages for the deploy screen; each that is asked for is noted."""
    asked: list[object] = []

    async def page(who: object, groups: object, **more: Any) -> WhoPage:
        asked.append(groups)
        return who_page(silent=False)

    monkeypatch.setattr(deploy_who, "who_page", page)
    monkeypatch.setattr(WhoDialog, "_now", lambda self: READ_AT)
    return asked


def said(scene: Stage_) -> str:
    return scene.app.screen.query_one("#message", LabelledLines).text


async def opened(scene: Stage_, pilot: Pilot[int]) -> WhoDialog:
    """With the shipped SDL loaded, and the box filled."""
    await scene.ready(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: scene.app.draft is not None)
    await pilot.press("w")
    await until(pilot, lambda: isinstance(scene.app.screen, WhoDialog) and scene.app.screen.page is not None)
    dialog = scene.app.screen
    assert isinstance(dialog, WhoDialog)
    return dialog


async def test_screen_before_gas_lists_reasons_and_makes_a_change_in_the_sdl(
    scene: Stage_, given: list[object]
) -> None:
    async with scene.app.run_test(size=(100, 40)) as pilot:
        await opened(scene, pilot)
        assert "4 of 29 providers fit · 4 online · 12 GPUs free now" in said(scene)
        assert "3 by the indexer's own screening" in said(scene)
        assert "europlots.example" in said(scene)
        assert "usually 0.91–0.97   answers in 18 s" in said(scene)
        assert "never answered you (4 orders)" in said(scene)
        await pilot.press("f")
        await until(pilot, lambda: "4 providers could bid" in said(scene))
        await pilot.press("f")
        await until(pilot, lambda: "14 providers: no accepted GPU model" in said(scene))
        for _ in range(3):
            await pilot.press("f")
        await until(pilot, lambda: "its software (0.8.3) is too old" in said(scene))
        await pilot.press("f")
        await until(pilot, lambda: "29 providers fit" in said(scene))
        draft = scene.app.draft
        assert draft is not None
        before = draft.text
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: not isinstance(scene.app.screen, WhoDialog))
        await until(pilot, lambda: draft.text != before)
        assert "model: rtx5090" in draft.text
        assert scene.app.status.line()[0].startswith("✓ Also accept rtx5090: +3 providers")
        assert len(given) == 1


async def test_what_must_be_done_by_hand_and_what_cannot_be_read_is_said(
    scene: Stage_, given: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 40)) as pilot:
        await opened(scene, pilot)
        await pilot.press("enter")  # the SDL here requires no region
        await until(pilot, lambda: "must be done by hand" in scene.app.status.line()[0])

        async def silent(*_: object, **more: object) -> WhoPage:
            raise Unreachable("No source has listed the providers.", "Try again in a moment.")

        monkeypatch.setattr(deploy_who, "who_page", silent)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, WhoDialog) and "Try again" in said(scene))
        await pilot.press("f", "escape")
        await until(pilot, lambda: not isinstance(scene.app.screen, WhoDialog))


async def test_on_a_small_screen_f_lists_all_of_them_the_known_causes_first(
    scene: Stage_, given: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = who_page(silent=True)
    names = [verdict.provider.name.short for verdict in shown.answer.screening.verdicts if verdict.reason is not None]

    async def page(*_: object, **more: object) -> WhoPage:
        return shown

    monkeypatch.setattr(deploy_who, "who_page", page)
    async with scene.app.run_test(size=(80, 20)) as pilot:
        await opened(scene, pilot)
        assert "f lists them" in said(scene)
        texts = [said(scene)]
        for _ in range(30):
            await pilot.press("f")
            texts.append(said(scene))
            if "29 providers fit" in texts[-1]:
                break
        assert "29 providers fit" in texts[-1], "at the end the overview is back"
        assert any("part 2 of" in text for text in texts)
        listed = "\n".join(texts[1:-1])
        assert [name for name in names if name not in listed] == []
        assert "lists them" not in listed
        assert "has never answered you" in listed


def test_every_line_of_the_silent_fits() -> None:
    lines = [str(line) for line in silence_lines(who_page(silent=True).silences, 60)]
    assert all(cell_len(line) <= 60 for line in lines)


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_picture_of_who_could_bid(
    snap_compare: Callable[..., bool], scene: Stage_, given: list[object], size: tuple[int, int]
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await opened(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
