"""Secret parameters of an SDL typed on screen: hidden, given on at once, kept in the keyring only under a name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

from akash_tui.domain.sdl.edit.parameters import Parameter, checked_value
from akash_tui.domain.secret import Secret
from akash_tui.services.core.secret_values import SEEN_BY_PROVIDER, SecretAnswer
from akash_tui.ui.dialogs.form_dialog import FormDialog, FormField
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.core.secret_values import SecretValues

WIDTH = 30


async def ask_secrets(
    app: App[Any], source: SecretValues, missing: Sequence[Parameter]
) -> Mapping[str, SecretAnswer] | None:
    """Ask for these; None if the person gave up. Works outside of Textual's workers too."""
    fields = [field for number, one in enumerate(missing) for field in secret_fields(one, number, source)]
    answered: asyncio.Future[tuple[str, ...] | None] = asyncio.get_running_loop().create_future()

    def done(answer: tuple[str, ...] | None) -> None:
        if not answered.done():
            answered.set_result(answer)

    body = [LabelledLine("", SEEN_BY_PROVIDER, "muted")]
    await app.push_screen(FormDialog("Secret values", body, fields), done)
    texts = await answered
    return None if texts is None else secret_answers(missing, texts, kept=source.store() is not None)


def secret_fields(parameter: Parameter, number: int, source: SecretValues) -> list[FormField]:
    """The hidden field of a secret and, where there is a keyring, that of its name there."""

    def read(text: str) -> None:
        checked_value(parameter, text)

    note = parameter.about or ("optional" if parameter.optional else "")
    fields = [FormField(f"secret-{number}", parameter.name, "", note, read, width=WIDTH, secret=True)]
    if source.store() is not None:
        note = "name in the keyring; empty: it is not saved"
        fields.append(FormField(f"keep-{number}", "", parameter.keyring, note, str, width=WIDTH))
    return fields


def secret_answers(parameters: Sequence[Parameter], texts: Sequence[str], *, kept: bool) -> dict[str, SecretAnswer]:
    """What was typed into the fields of these parameters, in their order."""
    step = 2 if kept else 1
    return {
        one.name: SecretAnswer(Secret(texts[number * step]), texts[number * step + 1].strip() if kept else "")
        for number, one in enumerate(parameters)
    }
