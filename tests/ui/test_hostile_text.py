"""Strangers' text on every screen: shown as it is, never obeyed, never fatal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.resources import Attribute
from akash_tui.services.ports import ProviderFault
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.session.draft import displayed_text, editable
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import BIDS, PROVIDERS, FakeLeases, Stage_, until, view

pytestmark = pytest.mark.drawn

NAMES = (
    "[/foo]",
    "[@click=app.quit]cheap[/]",
    "[link=http://evil.example]x",
    "[bold",
    "a\\",
    "[$error]x",
    "日本語プロバイダ" * 6,
    "${price}",
    "[[b]]",
)


def _text(scene: Stage_) -> str:
    strips = scene.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@pytest.mark.parametrize("name", NAMES)
async def test_a_provider_may_call_itself_anything(scene: Stage_, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = scene.deployer.run
    run.name = name
    hostile = replace(
        PROVIDERS[0],
        host_uri=f"https://{name}:8443",
        attributes=(Attribute("organization", name), Attribute("location-region", name), *PROVIDERS[0].attributes),
    )
    run.book.learn(providers=[hostile])
    scene.program.settings.notes[BIDS[0].id.provider] = name
    scene.deployer.unverified = (name,)
    scene.deployer.faults["deliver"] = [ProviderFault(name, name, detail=name)]
    hostile_view = view(scene.program.clock, name=name)
    monkeypatch.setattr(FakeLeases, "views", (hostile_view,))
    async with scene.app.run_test(size=(140, 40), notifications=True) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("home")
        await until(pilot, lambda: name[:6] in _text(scene))
        scene.app.status.say(name, "bad")
        await _accept(scene, pilot)
        await until(pilot, lambda: any(p.title.startswith(name) for p in scene.app.problems.entries))
        await pilot.press("!", "enter")
        await pilot.pause()
        await pilot.press("escape", "escape", "3", "y")
        await pilot.pause()
        assert scene.app.is_running
    assert not (scene.program.home / "crashes").exists()


async def _accept(scene: Stage_, pilot: Pilot[int]) -> None:
    await pilot.press("a")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
    assert scene.deployer.unverified[0] in scene.app.screen.query_one("#sheet", LabelledLines).text
    await pilot.press("y")
    await until(pilot, lambda: "deliver" in scene.deployer.done)


async def test_an_sdl_with_escapes_is_shown_and_edited_without_them(scene: Stage_) -> None:
    path = scene.program.home / "bad.yaml"
    raw = 'version: "2.0"\n  # \x1b]52;c;ZXZpbA==\x07 caf\u00e9 \u202e\n[/foo]: 1\n'
    path.write_text(raw, encoding="utf-8")
    shown = displayed_text(raw)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.splitlines()[1].startswith("  # ")
    assert editable(raw)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press("f")
        await pilot.pause()
        scene.app.screen.query_one("#text", Input).value = str(path)
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.screen.draft is not None)  # type: ignore[attr-defined]
        await pilot.press("e")
        await until(pilot, lambda: isinstance(scene.app.screen, EditorScreen))
        assert isinstance(scene.app.screen, EditorScreen)
        assert scene.app.screen.text == raw
        assert "\x1b" not in scene.app.export_screenshot()
        assert "\u202e" not in scene.app.export_screenshot()
        await pilot.press("escape", "down")
        assert "\x1b" not in scene.app.export_screenshot()
