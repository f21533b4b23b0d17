"""A newcomer by keys alone: a shipped preset made one's own, saved, found again, deployed, and deployed once more."""

from __future__ import annotations

from textual.widgets import Input

from akash_tui.domain.akash.money import per_hour
from akash_tui.domain.secret import Secret
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.form_dialog import FormDialog
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.draft.price_helper import PriceDialog
from tests.ui.on_practice.player import Player, playing
from tests.ui.on_practice.program import FastProgram

CAPS = ("0.50", "0.49")
CLASS = ["rtx4090", "rtx3090", "a5000"]


async def made_ones_own(player: Player) -> None:
    """vLLM on 24 GB GPUs, for at most 0.50 an hour, with another model and a token, saved as `small`."""
    app, press = player.app, player.pilot.press
    screen = app.screen
    assert isinstance(screen, DeployScreen)
    await press("slash", *"vllm", "space", *"chat", "enter")
    await player.until(lambda: screen.source is not None and screen.source.title == "vLLM chat server")
    await press("enter")
    await player.until(lambda: screen.query_one("#gpus").has_focus and screen.draft is not None)
    draft = screen.draft
    assert draft is not None
    await press("c")
    await player.until(lambda: isinstance(app.screen, ChoiceDialog))
    await press("2")
    await player.until(lambda: [model.model for model in draft.accepts] == CLASS)
    await player.until(lambda: screen.why_not("deploy.price") is None)
    await press("dollar_sign")
    await player.until(lambda: isinstance(app.screen, PriceDialog))
    await press(*"0.50", "enter")
    # whole uact a block: with the quick blocks of these tests that is a cent less
    await player.until(lambda: any(f"at most ${cap}/h by this SDL" in player.text("#estimate") for cap in CAPS))
    await press("m")
    await player.until(lambda: isinstance(app.screen, FormDialog))
    fields = list(app.screen.query(Input))
    fields[0].value, fields[2].value = "Qwen/Qwen2.5-3B-Instruct", "hf_secret"
    await press("enter")
    await player.until(lambda: app.screen is screen and draft.secrets == {"HF_TOKEN": Secret("hf_secret")})
    await press("s")
    await player.until(lambda: isinstance(app.screen, TextInputDialog))
    app.screen.query_one(Input).value = "small"
    await press("enter")
    await player.until(lambda: screen.source is not None and screen.source.id == "preset small")


async def test_a_preset_is_made_ones_own_and_deployed_twice(program: FastProgram) -> None:
    async with playing(program) as player:
        await made_ones_own(player)
    text = program.presets.find("small").text()
    assert "MODEL=Qwen/Qwen2.5-3B-Instruct # Apache-2.0" in text, "comments stay"
    assert "hf_secret" not in text
    async with playing(program) as player:
        app, press = player.app, player.pilot.press
        screen = app.screen
        assert isinstance(screen, DeployScreen)
        player.table("#sources").move_to_id("preset small")
        await press("enter")
        await player.until(lambda: screen.draft is not None and screen.draft.name == "small")
        assert screen.draft is not None
        assert [model.model for model in screen.draft.models] == CLASS
        assert screen.draft.price is not None
        assert screen.block_time is not None
        assert per_hour(screen.draft.price, screen.block_time) <= 1
        for again in (False, True):
            await player.until(lambda: app.screen is screen and app.screen.query_one("#gpus").has_focus)
            await press("enter")
            await player.until(lambda: isinstance(app.screen, FormDialog | ConfirmSpend))
            if isinstance(app.screen, FormDialog):  # the token, which is optional, is asked for
                await press("enter")
            await player.agree()
            await player.bids()
            if not again:
                await player.take()
                await player.runs()
                await press("d")
        assert {line.row.gpus[0].model.model for _, line in player.takeable()} <= set(CLASS)
