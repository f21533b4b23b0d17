"""Updating a deployment by keys: what changes and what cannot, the quote, the delivery, the way back if refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import LeaseState
from akash_tui.services.core.run_state import Stage
from akash_tui.services.deployment import resume
from akash_tui.services.deployment.groups import GroupAction
from akash_tui.services.ports import AkashError, ManifestRefused, PriceNotQuoted, ProviderFault
from akash_tui.ui.deploy.path_dialog import PathDialog
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.sdl_screen import UpdateScreen
from akash_tui.ui.session import open_session as opening
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import SDL, FakeLeases, Stage_, bid_id, until, view
from tests.ui.lease_actions.test_top_up import at_the_lease
from tests.ui.leases.fakes import NEWER, FakeUpdater, Groups
from tests.ui.leases.test_detail_screen import facts, known, said, sheet


@pytest.fixture(autouse=True)
def _one_run(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeUpdater, "run", scene.deployer.run)


async def opened(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> UpdateScreen:
    await at_the_lease(scene, pilot, monkeypatch)
    await pilot.press("u")
    await until(pilot, lambda: isinstance(scene.app.screen, UpdateScreen) and scene.app.screen.known is not None)
    screen = scene.app.screen
    assert isinstance(screen, UpdateScreen)
    return screen


async def edited(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch, text: str = NEWER) -> str:
    """Type another text over it; what is then shown of it."""
    screen = await opened(scene, pilot, monkeypatch)
    await pilot.press("e")
    await until(pilot, lambda: isinstance(scene.app.screen, EditorScreen))
    editor = scene.app.screen
    assert isinstance(editor, EditorScreen)
    editor.area.replace_all(text)
    while scene.app.screen is not screen:  # the first closes the suggestions, if there are any
        await pilot.press("escape")
    return screen.query_one("#differences", LabelledLines).text


async def sent(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    await edited(scene, pilot, monkeypatch)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
    await pilot.press("y")
    await until(pilot, lambda: bool(FakeUpdater.signed))


async def test_the_text_that_runs_is_shown_and_changes_nothing(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, monkeypatch)
        assert screen.text == SDL
        assert "none: this is what runs" in screen.query_one("#differences", LabelledLines).text
        await pilot.press("y")
        assert scene.app.clipboard == SDL
        await pilot.press("escape")
        assert isinstance(scene.app.screen, LeaseScreen)


async def test_a_comment_alone_changes_nothing_that_runs(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        differences = await edited(scene, pilot, monkeypatch, SDL + "# a note\n")
        assert "none: the text differs only in what does not run, such as comments" in differences
        assert "this is what runs" not in differences


async def test_an_edit_is_compared_quoted_signed_and_delivered(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        differences = await edited(scene, pilot, monkeypatch)
        assert "vllm: image vllm/vllm-openai:v0.6.3 → vllm/vllm-openai:v0.7.0" in differences
        await pilot.press("enter")
        shown = await sheet(scene, pilot)
        for words in ("v0.6.3 → ", "goes to", "gas", "restart"):
            assert words in shown
        assert FakeUpdater.signed == []
        await pilot.press("y")
        await until(pilot, lambda: scene.deployer.run.stage is Stage.RUNNING)
        assert [plan.version.sdl for plan in FakeUpdater.signed] == [NEWER]
        assert scene.deployer.run.manifest == FakeUpdater.signed[0].version.manifest
        assert scene.deployer.done[-2:] == ["deliver", "wait_running"]
        assert isinstance(scene.app.screen, LeaseScreen)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cpu: {units: 8}", "cpu: {units: 9}", "CPU of dcloud: 8 on chain, 9 in the file: an update cannot change it"),
        ("image: vllm/vllm-openai:v0.6.3", "imag: x", "✗ line"),
    ],
)
async def test_what_cannot_be_is_said_in_words_and_not_quoted(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str
) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        assert words in await edited(scene, pilot, monkeypatch, SDL.replace(old, new))
        await pilot.press("enter")
        assert "cannot change" in said(scene) or "First fix line" in said(scene)
        assert isinstance(scene.app.screen, UpdateScreen)


async def test_a_price_stays_and_a_file_is_loaded(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "newer.yaml"
    file.write_text(NEWER.replace("amount: 10000", "amount: 9000"))
    async with scene.app.run_test(size=(120, 40)) as pilot:
        screen = await opened(scene, pilot, monkeypatch)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(scene.app.screen, PathDialog))
        scene.app.screen.query_one("#text", Input).value = str(file)
        await pilot.press("enter")
        await until(pilot, lambda: screen.file == "newer.yaml")
        differences = screen.query_one("#differences", LabelledLines)
        await until(pilot, lambda: "9000 uact a block in the file; an update does not change it" in differences.text)


async def test_refused_the_person_is_asked_and_goes_back(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.deployer.faults["deliver"] = [ManifestRefused("The provider refuses the manifest: no", "Correct the SDL.")]
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await sent(scene, pilot, monkeypatch)
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        assert "refuses the manifest: no" in scene.app.screen.query_one("#message", LabelledLines).text
        await pilot.press("u")
        shown = await sheet(scene, pilot)
        assert "v0.7.0 → vllm/vllm-openai:v0.6.3" in shown
        await pilot.press("y")
        await until(pilot, lambda: scene.deployer.run.stage is Stage.RUNNING)
        assert [plan.version.sdl for plan in FakeUpdater.signed] == [NEWER, SDL]
        run_manager = scene.app.run_manager
        assert run_manager is not None
        assert run_manager.tracked_runs[scene.deployer.run.id].undo is None


async def asked(
    scene: Stage_,
    pilot: Pilot[int],
    monkeypatch: pytest.MonkeyPatch,
    fault: AkashError = ProviderFault("The provider does not answer.", "Try again."),  # noqa: B008
) -> None:
    """A lease without manifest: the dialog that asks what now."""
    scene.deployer.faults["deliver"] = [fault]
    scene.deployer.run.leases = (known(scene).lease,)
    bare = replace(known(scene), status=None, delivered=False)
    await at_the_lease(scene, pilot, monkeypatch, leases=(bare,))
    await pilot.press("m")
    await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))


async def test_without_manifest_the_person_is_asked(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await asked(scene, pilot, monkeypatch)
        differences = scene.app.screen.query_one("#message", LabelledLines).text
        for words in ("does not answer", "≈ $0.92 an hour", "after five minutes"):
            assert words in differences
        await pilot.press("escape")
        assert scene.deployer.done.count("deliver") == 1
        assert "manifest" in facts(scene)


async def test_a_lease_more_expensive_than_quoted_is_delivered_only_if_the_person_accepts_it(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = PriceNotQuoted("The lease costs 0.002 ACT a block, and the bid that was signed was 0.000002.", "Close it.")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await asked(scene, pilot, monkeypatch, fault)
        assert "0.002 ACT a block" in scene.app.screen.query_one("#message", LabelledLines).text
        assert not scene.deployer.run.price_accepted
        await pilot.press("m")
        await until(pilot, lambda: scene.deployer.run.stage is Stage.RUNNING)
        assert scene.deployer.run.price_accepted


@pytest.mark.parametrize("key", ["m", "p", "x"])
async def test_each_answer_does_what_it_says(scene: Stage_, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    scene.deployer.leases_running = 1
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await asked(scene, pilot, monkeypatch)
        await pilot.press(key)
        if key == "m":
            await until(pilot, lambda: scene.deployer.run.stage is Stage.RUNNING)
            return
        shown = await sheet(scene, pilot)
        if key == "x":
            assert "running lease" in shown
            assert scene.deployer.done[-1] == "close_quote"
            return
        assert "it never accepted the manifest" in shown
        await pilot.press("y")
        await until(
            pilot,
            lambda: Groups.done == [(GroupAction.REQUOTE, {bid_id(2).provider: "it never accepted the manifest"})],
        )


async def test_it_is_not_asked_about_what_has_ended(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.deployer.faults["deliver"] = [ProviderFault("The provider does not answer.", "Try again.")]
    over = replace(known(scene).lease, state=LeaseState.CLOSED, closed_on=812_400, reason="lease_closed_owner")
    scene.deployer.run.leases = (known(scene).lease,)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, leases=(replace(known(scene), status=None, delivered=False),))
        gone = replace(view(scene.program.clock), leases=(replace(known(scene), lease=over, status=None),))
        monkeypatch.setattr(FakeLeases, "views", (gone,))
        await pilot.press("m")
        await until(pilot, lambda: "keeps costing" in said(scene))
        await until(pilot, lambda: not [w for w in scene.app.workers if w.group == "trouble" and not w.is_finished])
        assert isinstance(scene.app.screen, LeaseScreen)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"source": "provider", "exact": True}, "it is what runs"),
        ({"source": "provider", "exact": False, "manifest": None}, "not exactly what was deployed"),
        ({"source": "earlier", "missing": ("The provider is silent",), "manifest": None}, "updated elsewhere"),
        ({"source": "none", "sdl": "", "missing": ("Nothing runs any more: you closed it.",)}, "you closed it"),
    ],
)
async def test_where_the_text_is_from_is_said(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object], words: str
) -> None:
    monkeypatch.setattr(FakeUpdater, "changed", changed)
    async with scene.app.run_test(size=(160, 48)) as pilot:
        screen = await opened(scene, pilot, monkeypatch)
        differences = screen.query_one("#differences", LabelledLines)
        await until(pilot, lambda: words in differences.text)


async def test_a_closed_one_is_only_kept(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeUpdater, "changed", {"closed": True})
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await opened(scene, pilot, monkeypatch)
        for key in ("e", "f", "enter"):
            await pilot.press(key)
            assert "closed" in said(scene)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        scene.app.screen.query_one("#text", Input).value = "kept"
        await pilot.press("enter")
        await until(pilot, lambda: "Saved as kept" in said(scene))
        assert any(p.name == "kept" and p.own for p in scene.program.presets.list())
        assert view(scene.program.clock).id.dseq == scene.app.screen.id_shown.dseq  # type: ignore[attr-defined]


async def test_after_a_kill_the_next_start_hands_the_manifest_over(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = resume.Pending(scene.deployer.run.id, "vllm-qwen", resume.NextStep.DELIVER, "It has no manifest.", "")

    async def one(session: object) -> resume.ResumeReport:
        return resume.ResumeReport((), (due,))

    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        scene.deployer.run.leases = (known(scene).lease,)
        monkeypatch.setattr(resume, "resume", one)
        assert scene.app.session is not None
        scene.app.readonly = True
        await opening._resume(scene.app, scene.app.session)
        assert "It has no manifest" in said(scene)
        assert "deliver" not in scene.deployer.done
        scene.app.readonly = False
        await opening._resume(scene.app, scene.app.session)
        assert "is being sent now" in said(scene)
        await until(pilot, lambda: scene.deployer.run.stage is Stage.RUNNING)
