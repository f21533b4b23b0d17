"""From the market to the Deploy screen: a preset that accepts what was marked, or is meant for one provider."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.market.provider_rows import name_of
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.domain.text import clean
from akash_tui.services.market.sdl_for_offer import ProviderSdl, accepting, askable, only_here
from akash_tui.services.ports import BadInput
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.questions import says_yes
from akash_tui.ui.session.draft import Draft
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.storage.presets import Preset
    from akash_tui.ui.session.session_app import SessionApp

OPEN_SDL = " the SDL on the Deploy screen"
"""Not a name that a preset can have."""


async def deploy_accepting(app: SessionApp, models: Sequence[GpuModel]) -> None:
    """Choose a preset; it opens on the Deploy screen, accepting exactly these models."""
    async with app.guard("making a deployment"):
        wanted = askable(models)
        if not wanted:
            accepting(app.program.sdl, "", models)  # raises the reason
        smallest = min((m.vram_gib for m in wanted if m.vram_gib is not None), default=None)
        chosen = await _choose(app, f"Choose a preset to deploy on {names(wanted)}", smallest)
        if chosen is None:
            return
        name, file, text = chosen
        await show(app, Draft(name, file, accepting(app.program.sdl, text, wanted), app.program.sdl))
        dropped = len(set(models)) - sum(1 for m in set(models) if m.vendor == "nvidia")
        more = f" {dropped} of other vendors left out: Akash accepts orders for nvidia only." if dropped else ""
        app.status.say(f"This SDL now accepts {names(wanted)}; the preset itself is unchanged.{more}", "good", 20)


async def deploy_only_at(app: SessionApp, here: ProviderSheet) -> None:
    """Choose a preset; what it will ask for is shown, then it opens on the Deploy screen."""
    async with app.guard("making a deployment"):
        who = name_of(here).full
        chosen = await _choose(app, f"Choose a preset to deploy only at {who}", None)
        if chosen is None:
            return
        name, file, text = chosen
        answer = await app.market.providers.last()
        everyone = answer.value if answer is not None else []
        pinned = await asyncio.to_thread(only_here, app.program.sdl, text, here, everyone)
        if not await says_yes(app, f"Only at {who}", explained(here, pinned), "Open it on Deploy"):
            return
        await show(app, Draft(name, file, pinned.text, app.program.sdl, only_at=here.owner))
        app.status.say(f"This SDL now asks for {asked(pinned)}; the bids screen will show only {who}.", "good", 20)


def explained(here: ProviderSheet, pinned: ProviderSdl) -> list[LabelledLine | Content]:
    """What is asked for, who has that, and why that is no guarantee."""
    out: list[LabelledLine | Content] = [LabelledLine("asks", asked(pinned), "strong"), BLANK]
    if not pinned.compared:
        out.append(LabelledLine("fits", "the other providers are unknown now, so others may fit too", "warn"))
    elif not pinned.others:
        out.append(LabelledLine("fits", f"of {pinned.compared + 1} providers known, only this one", "good"))
    else:
        some = ", ".join(name_of(sheet).full for sheet in pinned.others[:3])
        more = f" and {len(pinned.others) - 3} more" if len(pinned.others) > 3 else ""
        out.append(LabelledLine("fits", f"also {some}{more}: none of its attributes sets it apart", "warn"))
    if not pinned.has_gpu:
        out.append(LabelledLine("but", "it does not list a GPU that this SDL accepts, so it may not bid", "warn"))
    out += [
        BLANK,
        LabelledLine(
            "note", "A provider sets these attributes itself and can change them; an order cannot name an address."
        ),
        LabelledLine(
            "", f"So the bids screen will show only bids of {name_of(here).full}; press / then esc to show all."
        ),
    ]
    return out


def asked(pinned: ProviderSdl) -> str:
    """`organization = Fjord`."""
    return ", ".join(f"{key} = {value}" for key, value in pinned.asked.items())


def names(models: Sequence[GpuModel]) -> str:
    """`h100 80 GB, a100 and 3 more`."""
    parts = [m.model + (f" {m.vram_gib} GB" if m.vram_gib is not None else "") for m in models]
    parts = list(dict.fromkeys(parts))
    return ", ".join(parts[:3]) + (f" and {len(parts) - 3} more" if len(parts) > 3 else "")


async def show(app: SessionApp, draft: Draft) -> None:
    """Put a draft on the Deploy screen and go there."""
    from akash_tui.ui.deploy.screen import DeployScreen

    while len(app.screen_stack) > 1:
        app.pop_screen()
    await app.switch_mode("deploy")
    screen = app.screen
    assert isinstance(screen, DeployScreen)
    screen.take(draft)


async def _choose(app: SessionApp, title: str, least_vram: int | None) -> tuple[str, str, str] | None:
    """Name, file and text of an SDL that asks for GPUs: the draft under way first, then the presets."""
    reader = app.program.sdl
    options: list[ChoiceOption] = []
    presets = await asyncio.to_thread(app.program.presets.list)
    by_name = {preset.name: preset for preset in presets}
    texts = await asyncio.to_thread(lambda: {p.name: p.text() for p in presets})
    draft = app.draft
    if draft is not None and reader.gpu_choices(draft.text):
        options.append(ChoiceOption(OPEN_SDL, draft.name, "the SDL on the Deploy screen now"))
    options += [
        ChoiceOption(name, preset.title, _fits(preset, least_vram))
        for name, preset in by_name.items()
        if reader.gpu_choices(texts[name])
    ]
    if not options:
        raise BadInput("No preset asks for a GPU.", "Load an SDL on the Deploy screen (1), then come back.")
    picked = await app.push_screen_wait(ChoiceDialog(title, options))
    if picked is None:
        return None
    if picked == OPEN_SDL and draft is not None:
        return draft.name, draft.file, draft.text
    return picked, by_name[picked].path.name, texts[picked]


def _fits(preset: Preset, least_vram: int | None) -> str:
    """The VRAM that its header asks for, compared with the smallest GPU that was marked."""
    needs = preset.meta.get("vram", "")
    if needs.isdigit() and least_vram is not None and least_vram < int(needs):
        return f"needs {needs} GB: the smallest marked GPU has {least_vram}"
    return clean(preset.summary) or ("own" if preset.own else "")
