"""A preset in the list of the deploy screen is renamed, duplicated, described, removed and brought back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from akash_tui.services.leases.preset_uses import PresetUse, preset_uses
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.presets import name_fault
from akash_tui.ui.deploy.sources import OPEN_ID, SdlSource
from akash_tui.ui.dialogs.form_dialog import FormDialog, FormField
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.storage.presets import Preset
    from akash_tui.ui.session.session_app import SessionApp

ACTIONS = ("deploy.rename", "deploy.duplicate", "deploy.describe", "deploy.delete", "deploy.undelete")
OWN_ONLY = ("deploy.rename", "deploy.describe", "deploy.delete")


def why_not_preset(action_id: str, source: SdlSource | None, removed: str | None) -> str | None:
    """Why an action on the list cannot be used with the line under its cursor; None if it can."""
    if action_id == "deploy.undelete":
        return None if removed is not None else "No preset was removed since the start: akash-tui preset restore NAME."
    if source is not None and source.id == OPEN_ID:
        return "This SDL is not saved yet: s saves it as a preset."
    if source is not None and source.preset is None and action_id == "deploy.delete":
        return None
    if source is None or source.preset is None:
        return "First move to a preset in the list."
    if action_id in OWN_ONLY and not source.preset.own:
        return "This one comes with the program. d makes a copy of your own."
    return None


async def ask_name(app: SessionApp, title: str, value: str) -> str | None:
    """A preset's name that fits and is not taken by another own one; what was typed stays until it is."""
    taken = {preset.name for preset in app.program.presets.list() if preset.own} - {value}

    def fault(text: str) -> str | None:
        name = text.strip()
        return f"There is a preset {name} already: choose another name." if name in taken else name_fault(name)

    body = [LabelledLine("", "Name of the preset:")]
    answer = await ask_text(app, title, body, value=value, check=fault)
    return None if answer is None else answer.strip()


async def rename(app: SessionApp, preset: Preset) -> str | None:
    """Ask for the new name; returns it, None if nothing was changed."""
    name = await ask_name(app, f"Rename {preset.name}", preset.name)
    if name is None or name == preset.name:
        return None
    return (await asyncio.to_thread(app.program.presets.rename, preset.name, name)).name


async def duplicate(app: SessionApp, preset: Preset) -> str | None:
    """Ask for the copy's name; returns it, None if nothing was made."""
    name = await ask_name(app, f"Duplicate {preset.name}", f"{preset.name}-2")
    if name is None:
        return None
    return (await asyncio.to_thread(app.program.presets.copy, preset.name, name)).name


async def describe(app: SessionApp, preset: Preset) -> str | None:
    """Ask for its title, note and tags; returns its name, None if nothing was changed."""
    fields = [
        FormField("title", "title", preset.title, "", str, width=44),
        FormField("note", "note", preset.note, "", str, width=44),
        FormField("tags", "tags", ", ".join(preset.tags), "with commas", str, width=44),
    ]
    answer = await app.push_screen_wait(FormDialog(f"About {preset.name}", [], fields))
    if answer is None:
        return None
    words = dict(zip(("title", "note", "tags"), answer, strict=True))
    await asyncio.to_thread(app.program.presets.describe, preset.name, words)
    return preset.name


def last_uses(app: SessionApp) -> dict[str, PresetUse]:
    """When each preset was last deployed; without the journal nothing is known, which is reported once."""
    try:
        return preset_uses(app.program.home)
    except AkashError as error:
        app.report_error("reading when presets were used", error, loud=False)
        return {}
