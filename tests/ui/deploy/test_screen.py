"""The deploy screen: sources, ticking GPUs, estimate, refusing a wrong SDL, saving."""

from __future__ import annotations

import re
import shlex
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from textual.widgets import Input, TextArea

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.bids.budget import Budget
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.secret import Secret
from akash_tui.services.ports import NothingNew
from akash_tui.ui.deploy.path_dialog import PathDialog
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.deploy.sdl_files import path_fault, typed_path
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.form_dialog import FormDialog
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.session.draft import Draft, displayed_text, editable
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import SDL, Stage_, stage, until


def draft() -> Draft:
    return Draft("vllm", "vllm.yaml", SDL, SdlFiles())


def test_ticking_changes_only_the_models() -> None:
    made = draft()
    assert [m.model for m in made.models] == ["rtx4090", "a100", "h100", "l40s"]
    assert made.tick(made.models[0]) is None
    assert "rtx4090" not in made.text
    assert made.text.replace("- model: a100", "") != made.text
    assert [m.model for g in made.groups for m in g.gpu_models] == ["a100", "h100", "l40s"]
    assert made.tick(made.models[0]) is None
    assert made.text == SDL, "ticked again, every byte is back"


def test_the_last_model_cannot_be_taken_out() -> None:
    made = draft()
    for model in made.models[:3]:
        assert made.tick(model) is None
    assert made.tick(made.models[3]) == "At least one GPU model must stay."
    assert made.accepted == {made.models[3]}
    made.tick_all()
    assert made.text == SDL


async def _load(scene: Stage_, pilot) -> DeployScreen:  # type: ignore[no-untyped-def]
    await scene.ready(pilot)
    screen = scene.app.screen
    assert isinstance(screen, DeployScreen)
    await pilot.press("enter")
    await until(pilot, lambda: screen.draft is not None)
    await until(pilot, lambda: screen.query_one("#gpus").has_focus)
    return screen


async def test_an_sdl_that_is_opened_stays_open_though_another_one_is_still_painted(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        await until(pilot, lambda: screen.shown is not None)
        mine = Draft("mine", "mine.yaml", SDL, scene.program.sdl)
        monkeypatch.setattr(screen, "_tick", lambda: None)  # a dialog that is closing keeps the screen from painting
        screen.take(mine)
        await until(pilot, lambda: screen.query_one("#gpus").has_focus)
        await pilot.pause()
        monkeypatch.undo()
        screen.redraw()
        assert screen.draft is mine
        assert screen.shown is mine


async def test_space_ticks_and_the_quote_gets_the_ticked_text(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _load(scene, pilot)
        await pilot.press("space")
        assert screen.draft is not None
        assert "rtx4090" not in screen.draft.text
        assert "rtx4090" not in screen.query_one("#sdl", TextArea).text
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.quote is not None)
        dialog = scene.app.screen
        assert isinstance(dialog, ConfirmSpend)
        assert dialog.quote is not None
        assert "rtx4090" not in dialog.quote.sdl
        said = dialog.query_one("#sheet", LabelledLines).text
        for part in ("0.50 ACT", "comes back", "41.20 ACT → 40.70 ACT", "0.0045 AKT"):
            assert part in said


async def test_parameters_are_filled_in_and_a_secret_only_reaches_the_manifest(scene: Stage_) -> None:
    head = "# parameter MODEL: choice small large | How large\n# parameter TOKEN: secret | Token of nobody\n"
    image = next(line for line in SDL.splitlines() if "image:" in line)
    with_env = SDL.replace(image, f"{image}\n    env: [MODEL=, TOKEN=]")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        draft = Draft("mine", "mine.yaml", head + with_env, SdlFiles())
        screen.take(draft)
        await until(pilot, lambda: "MODEL" in (screen.why_not("deploy.submit") or ""))

        async def form() -> list[Input]:
            await until(pilot, lambda: isinstance(scene.app.screen, FormDialog))
            return list(scene.app.screen.query(Input))

        await pilot.press("m")
        fields = await form()
        fields[0].value = "huge"
        await pilot.press("enter")
        await until(pilot, lambda: "one of small, large" in scene.app.screen.query_one("#wrong", LabelledLines).text)
        fields[0].value = "large"
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.screen is screen and "MODEL=large" in draft.text)
        # the secret was left out: it is asked for with the bids
        await pilot.press("enter")
        fields = await form()
        assert fields[0].password
        fields[0].value = "hunter2"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.quote is not None)
        dialog = scene.app.screen
        assert isinstance(dialog, ConfirmSpend)
        assert dialog.quote is not None
        assert b"TOKEN=hunter2" in dialog.quote.compiled.manifest_json
        assert "hunter2" not in dialog.quote.sdl
        assert "hunter2" not in scene.app.export_screenshot()
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.screen is screen)
        # typed into the form it stays in memory, and is not asked for again
        await pilot.press("m")
        (await form())[1].value = "hunter3"
        await pilot.press("enter")
        await until(pilot, lambda: draft.secrets == {"TOKEN": Secret("hunter3")} and scene.app.screen is screen)
        assert "hunter" not in draft.text


async def test_own_presets_are_duplicated_renamed_described_removed_and_brought_back(scene: Stage_) -> None:
    presets = scene.program.presets

    def own() -> list[str]:
        return [preset.name for preset in presets.list() if preset.own]

    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        assert "comes with the program" in (screen.why_not("deploy.delete") or "")

        async def typed(key: str, text: str) -> None:
            await pilot.press(key)
            await until(pilot, lambda: scene.app.screen is not screen and bool(scene.app.screen.query(Input)))
            scene.app.screen.query(Input).first().value = text
            await pilot.press("enter")
            await until(pilot, lambda: scene.app.screen is screen)

        await typed("d", "mine")
        await until(pilot, lambda: own() == ["mine"] and screen.why_not("deploy.delete") is None)
        await typed("n", "chat")
        await until(pilot, lambda: own() == ["chat"])
        await typed("i", "A chat")
        await until(pilot, lambda: presets.find("chat").title == "A chat")
        await pilot.press("x")
        await until(pilot, lambda: own() == [])
        await pilot.press("u")
        await until(pilot, lambda: own() == ["chat"])


async def test_deposit_and_budget_are_taken_from_the_form(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _load(scene, pilot)
        screen.query_one("#deposit", Input).value = "7.5"
        screen.query_one("#budget", Input).value = "1.2/h 24h $20"
        screen.query_one("#deposit").focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        assert "7.50 ACT" in scene.app.screen.query_one("#sheet", LabelledLines).text
        await pilot.press("y")
        await until(pilot, lambda: "collect" in scene.deployer.done)
        assert scene.app.run_manager is not None
        assert scene.app.run_manager.tracked is not None
        assert scene.app.run_manager.tracked.budget == Budget(Decimal("1.2"), Decimal(20), Decimal(24))
        await pilot.press("1")
        await until(pilot, lambda: scene.app.screen is screen)
        screen.take(Draft("other", "other.yaml", SDL, SdlFiles()))
        await until(pilot, lambda: screen.query_one("#deposit", Input).value == "")  # another SDL has its own form
        assert screen.query_one("#budget", Input).value == ""
        scene.program.save_settings(scene.program.settings.model_copy(update={"budgets": {"mine": "0.9/h"}}))
        screen.take(Draft("mine", "mine.yaml", SDL, SdlFiles()))
        await until(pilot, lambda: screen.query_one("#budget", Input).value == "0.9/h")  # the preset's own
        screen.query_one("#budget", Input).value = "cheap"
        await until(pilot, lambda: "'cheap' is not an amount" in screen.query_one("#estimate", LabelledLines).text)


async def test_a_wrong_sdl_is_refused_with_its_line(scene: Stage_) -> None:
    path = scene.program.home / "wrong.yaml"
    path.write_text(SDL.replace("count: 1", "count: none"), encoding="utf-8")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        await pilot.press("f")
        await pilot.pause()
        scene.app.screen.query_one("#text", Input).value = str(path)
        await pilot.press("enter")
        await until(pilot, lambda: screen.draft is not None)
        await until(pilot, lambda: screen.query_one("#findings").display)
        await pilot.press("enter")
        assert "First fix line 33" in scene.app.status.line()[0]
        assert scene.deployer.done == []
        assert str(path) in scene.program.settings.recent


async def test_what_was_edited_is_checked_when_the_editor_is_left(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _load(scene, pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(scene.app.screen, EditorScreen))
        await pilot.press("q", "1", "x")
        while scene.app.screen is not screen:  # the first closes the suggestions, if there are any
            await pilot.press("escape")
        assert screen.draft is not None
        assert screen.draft.text.startswith("q1x# title")
        assert screen.draft.changed


async def test_saving_under_a_name_makes_a_preset(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await _load(scene, pilot)
        await pilot.press("space", "s")
        await pilot.pause()
        scene.app.screen.query_one("#text", Input).value = "mine"
        await pilot.press("enter")
        await until(pilot, lambda: any(p.name == "mine" and p.own for p in scene.program.presets.list()))
        assert "rtx4090" not in scene.program.presets.find("mine").text()


async def test_it_is_closed_to_read_only(tmp_path) -> None:  # type: ignore[no-untyped-def]
    scene = stage(tmp_path / "home", readonly=True)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press("1")
        assert "read-only" in scene.app.status.line()[0]
        assert not isinstance(scene.app.screen, DeployScreen)


OLD_WAY = SDL.replace("denom: uact", "denom: uakt").replace("count: 1", "count: none")


async def _named(scene: Stage_, pilot, text: str) -> DeployScreen:  # type: ignore[no-untyped-def]
    path = scene.program.home / "own.yaml"
    path.write_text(text, encoding="utf-8")
    await scene.ready(pilot)
    screen = scene.app.screen
    assert isinstance(screen, DeployScreen)
    await pilot.press("f")
    await until(pilot, lambda: isinstance(scene.app.screen, PathDialog))
    scene.app.screen.query_one("#text", Input).value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: screen.draft is not None and scene.app.screen is screen)
    return screen


async def test_every_problem_can_be_read_in_full_at_80_columns(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await _named(scene, pilot, OLD_WAY)
        assert screen.draft is not None
        assert "p shows all" in scene.app.status.line()[0]
        await pilot.press("p")
        await until(pilot, lambda: isinstance(scene.app.screen, TextDialog))
        message = scene.app.screen.query_one("#message", LabelledLines)
        for problem in screen.draft.problems:
            assert f"line {problem.line}" in message.text
            assert problem.message in message.text
            assert problem.advice in message.text
        assert message.content_size.width < 80
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.screen is screen)


async def test_mending_changes_only_the_text_shown(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _named(scene, pilot, OLD_WAY)
        assert screen.draft is not None
        await pilot.press("space")  # rtx4090 out
        before = len(screen.draft.errors)
        await pilot.press("F")
        assert "denom: uact" in screen.draft.text
        assert "denom: uact" in screen.query_one("#sdl", TextArea).text
        assert "rtx4090" not in screen.draft.text, "what was unticked stays out"
        assert len(screen.draft.errors) < before
        assert (scene.program.home / "own.yaml").read_text(encoding="utf-8") == OLD_WAY
        said = scene.app.status.line()[0]
        assert said.startswith("✓ Fixed here: line ")
        assert "The file is unchanged." in said
        await pilot.press("F")
        assert "None of these can be fixed" in scene.app.status.line()[0]


async def test_prices_of_the_market_are_held_against_the_sdl_when_they_come(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _load(scene, pilot)
        assert screen.draft is not None
        assert [p.code for p in screen.draft.problems] == ["sdl.gpu-unknown"]
        assert scene.app.session is not None
        now = scene.program.clock.now()
        scene.app.session.provider_cache.prices = [
            MarketPrice(GpuModel("nvidia", "a100", 80, None), Decimal(80), Decimal(90), Decimal(99), 1, 2, now)
        ]
        await until(pilot, lambda: screen.draft is not None and len(screen.draft.problems) > 1)
        assert any("90" in p.message for p in screen.draft.problems)
        await until(pilot, lambda: len(screen.query_one("#findings", LiveTable).rows) > 1)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("{home}", "folder"),
        ("{home}/none.yaml", "no such file"),
        ("{home}/no/such.yaml", "no folder"),
        ("", "Type the path"),
    ],
)
def test_a_path_that_cannot_be_loaded_says_why(tmp_path, typed: str, fault: str) -> None:  # type: ignore[no-untyped-def]
    said = path_fault(typed.format(home=tmp_path))
    assert said is not None
    assert fault in said


@pytest.mark.parametrize(
    "name", ["a b/x.yaml", "it's/[x] (1) & ü.yaml", "plain/x.yaml", "a%20b/100%.yaml", 'q"q/x\\y.yaml']
)
def test_a_dropped_file_opens_however_the_terminal_writes_it(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir()
    file.write_text("x")
    address = "file://" + quote(str(file))
    escaped = re.sub(r"([^\w/.])", r"\\\1", str(file), flags=re.ASCII)
    forms = [str(file), f" {file} ", shlex.quote(str(file)), escaped, address, address + " ", f"'{address}'"]
    forms += [address.replace("file://", "file://localhost"), address.replace("file://", "file:")]
    if "'" not in name:
        forms.append(f"'{file}'")
    if '"' not in name:
        forms.append(f'"{file}"')
    for typed in forms:
        assert path_fault(typed) is None, typed
        assert typed_path(typed) == file, typed


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("https://raw.githubusercontent.com/x/y/deploy.yaml", "An address is not read: download the file"),
        ("HTTP://x/y.yaml", "An address is not read"),
        ("s3://x/y.yaml", "An address is not read"),
        ("'https://x/y.yaml'", "An address is not read"),
        ("file://elsewhere.example/x.yaml", "That file is on elsewhere.example"),
        ("{home}/one.yaml '{home}/two.yaml'", "several files"),
        ("'{home}/one", "no folder"),
        ("{home}/one.yaml\\", "no such file"),
        ("~nobody-at-all/x.yaml", "not a path"),
        ("file:///{home}", "folder"),
    ],
)
def test_what_is_no_path_of_one_file_says_what_to_do(tmp_path: Path, typed: str, fault: str) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("x")
    said = path_fault(typed.format(home=tmp_path))
    assert said is not None
    assert fault in said


def test_a_tab_is_seen() -> None:
    assert displayed_text("a:\n\tb: 1") == "a:\n⇥b: 1"
    assert editable("a:\r\n\tb: 1")
    assert not editable("a: 1\u2028b: 2")
    assert not editable("a" * 30_000)


class CountingReader(SdlFiles):
    """Counts what it compiles."""

    def __init__(self) -> None:
        self.compiled: list[str | bytes] = []

    def read(self, text: str | bytes, file: str = "-") -> Compiled:
        self.compiled.append(text)
        return super().read(text, file)


async def test_a_text_is_compiled_once_from_the_list_to_the_order(scene: Stage_) -> None:
    reader = scene.program.sdl = CountingReader()
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _load(scene, pilot)
        draft = screen.draft
        assert draft is not None
        first = draft.text
        await until(pilot, lambda: screen.query_one("#gpus").has_focus)
        await pilot.press("space")
        await until(pilot, lambda: len(draft.accepted) < len(draft.models))
        assert draft.compare_with_market(None, BlockTime(Decimal(7), measured=True)), (
            "the market's figures need no compiling"
        )
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: "collect" in scene.deployer.done)
        assert reader.compiled == [first, draft.text]


async def test_nothing_is_submitted_to_a_chain_that_takes_nothing_new(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _load(scene, pilot)
        assert screen.reason("deploy.submit") is None
        assert scene.app.session is not None
        scene.app.session.calendar.note(NothingNew("The chain refuses this as disabled."))
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.status.line()[0].startswith("This chain takes no new deployments"))
        assert scene.app.screen is screen
