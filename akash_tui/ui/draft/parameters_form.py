"""The parameters of the draft, filled in by a form: each with its type and bounds; secrets stay in memory."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from akash_tui.domain.sdl.edit.parameters import Parameter, ParameterKind, checked_value
from akash_tui.domain.secret import Secret
from akash_tui.services.core.secret_values import SEEN_BY_PROVIDER
from akash_tui.ui.dialogs.form_dialog import FormDialog, FormField
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.draft import Draft
    from akash_tui.ui.session.session_app import SessionApp

WIDTH = 34
NO_PARAMETERS = "This SDL declares no parameters. Declare them at its top: # parameter MODEL: text | What it is"


async def fill_in(app: SessionApp, draft: Draft) -> str | None:
    """Ask for all values of a draft; returns what was done, None for nothing. Raises `ValueError` where one cannot be
    written."""
    found = draft.parameters
    fields = [_field(draft, one, number) for number, one in enumerate(found)]
    body = [LabelledLine("", f"{one.name}: {_about(one)}", "muted") for one in found if _about(one)]
    if any(one.secret for one in found):
        body.append(LabelledLine("", f"A secret: {SEEN_BY_PROVIDER[:1].lower()}{SEEN_BY_PROVIDER[1:]}", "warn"))
    texts = await app.push_screen_wait(FormDialog("Parameters", body, fields))
    if texts is None:
        return None
    values: dict[str, str] = {}
    for one, text in zip(found, texts, strict=True):
        if not one.secret:
            values[one.key] = checked_value(one, text)
        elif text:
            draft.secrets[one.name] = Secret(text)
    why = draft.fill_in(values)
    if why is not None:
        raise ValueError(why)
    return "✓ The values are set; secrets stay in memory." if draft.secrets else "✓ The values are set."


def _field(draft: Draft, parameter: Parameter, number: int) -> FormField:
    value = "" if parameter.secret else draft.reader.value(draft.original, parameter.key) or ""
    return FormField(
        f"parameter-{number}",
        parameter.name,
        value,
        _note(draft, parameter),
        partial(_read, parameter),
        width=WIDTH,
        secret=parameter.secret,
    )


def _read(parameter: Parameter, text: str) -> object:
    """Refuse what does not fit; a secret may be left out here: it is asked for with the bids."""
    return text if parameter.secret and not text else checked_value(parameter, text)


def _about(parameter: Parameter) -> str:
    """What it is; of a choice also from what."""
    if parameter.kind is not ParameterKind.CHOICE:
        return parameter.about
    return f"{parameter.about} ({parameter.words})" if parameter.about else parameter.words


def _note(draft: Draft, parameter: Parameter) -> str:
    if parameter.secret:
        return "given; empty keeps it" if parameter.name in draft.secrets else "hidden"
    if parameter.kind is ParameterKind.TEXT:
        return "optional" if parameter.optional else ""
    return f"{parameter.low} to {parameter.high}" if parameter.low else ""
