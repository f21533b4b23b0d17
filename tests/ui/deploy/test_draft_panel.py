"""The right side of the deploy screen: every shipped preset in words, and pictures at three sizes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import Stage_, until
from tests.ui.network import TEMPLATES, with_network, with_shipped
from tests.ui.pictures import afresh, own_start

WORDS = Path(__file__).with_name("shipped_presets.txt")
"""What the panel says of each shipped preset; `--snapshot-update` writes it again."""
SIZES = ((80, 24), (100, 30), (160, 48))


async def listed(scene: Stage_, pilot: Pilot[Any]) -> DeployScreen:
    """On the deploy screen with all shipped presets and a network, each preview read."""
    with_shipped(scene)
    await scene.ready(pilot)
    with_network(scene)
    screen = scene.app.screen
    assert isinstance(screen, DeployScreen)
    screen.list_sources()
    await until(pilot, lambda: all(screen.previews.get(one) for one in screen.all_sources))
    return screen


def panel_words(screen: DeployScreen) -> str:
    """All of the panel, with the models that the SDL lists."""
    lines = [f"=== {screen.query_one('#draft-panel').border_title}"]
    for id in ("#about", "#gpus", "#values", "#estimate"):
        widget = screen.query_one(id)
        if isinstance(widget, LabelledLines):
            lines += widget.text.splitlines() if widget.display else []
        elif isinstance(widget, LiveTable) and widget.display:
            rows = [row for row in widget.rows if row.listed]
            lines += [" | ".join((r.name, r.vram, r.interface, r.stock, r.median)) for r in rows]
    return "\n".join(line.rstrip() for line in lines)


async def test_each_shipped_preset_shows_its_gpus_its_price_and_its_parameters(
    scene: Stage_, request: pytest.FixtureRequest
) -> None:
    async with scene.app.run_test(size=(160, 48)) as pilot:
        screen = await listed(scene, pilot)
        found: list[str] = []
        for name in sorted(path.stem for path in TEMPLATES.glob("*.yaml")):
            screen.query_one("#sources", LiveTable).move_to_id(f"preset {name}")
            screen._tick()
            await until(pilot, lambda: screen.settled)
            screen.repaint()
            screen._tick()
            assert screen.shown is not None
            assert screen.shown.name == name
            assert not screen.shown.errors
            found.append(panel_words(screen))
    words = "\n\n".join(found) + "\n"
    if request.config.getoption("--snapshot-update"):
        WORDS.write_text(words, encoding="utf-8")
    assert words == WORDS.read_text(encoding="utf-8")
    assert words.count("=== ") == len(list(TEMPLATES.glob("*.yaml")))


async def preview(scene: Stage_, pilot: Pilot[Any]) -> None:
    screen = await listed(scene, pilot)
    table = screen.query_one("#sources", LiveTable)
    table.move_to_id("preset vllm-chat")
    await until(pilot, lambda: all(row.size for row in table.rows if not row.heading))
    await until(pilot, lambda: "Reading" not in screen.query_one("#source-description", LabelledLines).text)


async def opened(scene: Stage_, pilot: Pilot[Any]) -> None:
    await preview(scene, pilot)
    await pilot.press("enter")
    await until(pilot, lambda: scene.app.screen.query_one("#gpus").has_focus)
    await pilot.press("down", "space")
    screen = scene.app.screen
    assert isinstance(screen, DeployScreen)
    await until(pilot, lambda: screen.settled)
    scene.app.status.clear_messages()


async def classes(scene: Stage_, pilot: Pilot[Any]) -> None:
    await opened(scene, pilot)
    await pilot.press("c")
    await until(pilot, lambda: scene.app.screen.query("#options"))


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("steps", [own_start(preview), own_start(opened), classes], ids=lambda s: s.__name__)
def test_picture(snap_compare: Callable[..., bool], scene: Stage_, steps: Any, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
