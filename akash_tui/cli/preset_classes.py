"""`preset gpu-class`: your own classes of GPU models, which `--gpu @NAME` and the Deploy screen accept."""

from __future__ import annotations

import click

from akash_tui.cli.options import GlobalOptions, local_options
from akash_tui.cli.output import print_answer, print_rows, print_table
from akash_tui.services.errors import BadInput


@click.command("gpu-class")
@click.argument("name", required=False)
@click.argument("models", required=False)
@click.option("--remove", is_flag=True, help="Remove the class NAME.")
@local_options
def gpu_class(g: GlobalOptions, name: str | None, models: str | None, remove: bool) -> None:
    """Save, show, list or remove your own classes of GPU models, for `--gpu @NAME`.

    MODELS are written as for --gpu: h100,a100/80gb, or a rule such as '>=48gb'. Without MODELS the class NAME is shown,
    without NAME all are listed.
    """
    from akash_tui.domain.sdl.edit.gpu_words import CLASS_NAME, check_words

    own = dict(g.entry.settings.gpu_classes)
    name = None if name is None else name.lower().removeprefix("@")
    if name is None and remove:
        raise BadInput("--remove needs the name of a class.", "akash-tui preset gpu-class lists them.")
    if remove and models is not None:
        raise BadInput("--remove takes a name alone.", f"akash-tui preset gpu-class {name} --remove")
    if name is not None and models is not None:
        if not CLASS_NAME.fullmatch(name):
            raise BadInput(
                "A class is named with small letters, digits, dots, dashes and underscores.",
                "akash-tui preset gpu-class big '>=48gb'",
            )
        words = models.strip().lower()
        try:
            check_words(words)
        except ValueError as error:
            raise BadInput(f"{error}", "Write it like h100,a100/80gb or '>=48gb'.") from None
        _save(g, own | {name: words})
        print_answer(g, _json(name, words), f"@{name} is {words} now: --gpu @{name}, and c on the Deploy screen.")
    elif name is not None and name not in own:
        known = ", ".join(f"@{one}" for one in own) or "none yet"
        raise BadInput(f"There is no class of your own called {name}; there are: {known}.", "Save it with its models.")
    elif name is not None and remove:
        words = own.pop(name)
        _save(g, own)
        print_answer(g, _json(name, words), f"The class @{name} was removed.")
    elif name is not None:
        print_answer(g, _json(name, own[name]), own[name])
    elif g.json:
        print_rows(g, [_json(*one) for one in own.items()])
    elif own:
        print_table(["class", "accepts"], [[f"@{one}", words] for one, words in own.items()])
    else:
        click.echo("No class of your own is saved. akash-tui preset gpu-class big '>=48gb' saves one.")


def _json(name: str, words: str) -> dict[str, object]:
    return {"v": 1, "name": name, "models": words}


def _save(g: GlobalOptions, classes: dict[str, str]) -> None:
    g.entry.save_settings(g.entry.settings.model_copy(update={"gpu_classes": classes}))
