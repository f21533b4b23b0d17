"""`preset rename`, `copy`, `restore`, `describe`, `import`: your own presets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, local_options
from akash_tui.cli.output import print_answer, print_rows
from akash_tui.cli.parameters import GivenValues, value_options
from akash_tui.cli.preset import preset_json, read_sdl_text, save_text
from akash_tui.cli.sdl_changes import change_options, with_gpus, with_price
from akash_tui.cli.suggestions import files, presets
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.bids.budget import Budget


@click.command()
@click.argument("name", shell_complete=presets)
@click.argument("new")
@local_options
def rename(g: GlobalOptions, name: str, new: str) -> None:
    """Give one of your presets another name."""
    found = g.entry.presets.rename(name, new)
    print_answer(g, preset_json(found), f"{name} is {found.name} now.")


@click.command()
@click.argument("name", shell_complete=presets)
@click.argument("new")
@value_options()
@change_options()
@local_options
def copy(g: GlobalOptions, name: str, new: str, values: GivenValues, gpu: str | None, max_price: Budget | None) -> None:
    """Copy a preset to the name NEW, unchanged or with other GPU models, values and price.

    --max-price is counted with blocks of the usual length; deploy --max-price measures them.
    """
    from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME

    text = values.applied(g.entry.sdl, g.entry.presets.find(name).text(), name)
    if values.secrets:
        raise BadInput(
            f"--set {next(iter(values.secrets))}: the value of a secret is never saved in a preset.",
            "Give it with deploy, or name one that the keyring has: NAME=keyring:LABEL.",
        )
    if gpu is not None:
        text = with_gpus(g.entry.sdl, text, gpu, g.entry.settings.gpu_classes)
    if max_price is not None:
        text = with_price(g.entry.sdl, text, max_price, ASSUMED_BLOCK_TIME)
    found = save_text(g, new, text, new, replace=False)
    print_answer(g, preset_json(found), f"saved as {found.name}")


@click.command()
@click.argument("name")
@local_options
def restore(g: GlobalOptions, name: str) -> None:
    """Bring back the preset of this name that was removed last."""
    found = g.entry.presets.restore(name)
    print_answer(g, preset_json(found), f"{found.name} is back.")


@click.command()
@click.argument("name", shell_complete=presets)
@click.option("--title", metavar="TEXT", help="Its title in the list.")
@click.option("--note", metavar="TEXT", help="Your own words about it.")
@click.option("--tags", metavar="A,B", help="Words to find it by.")
@local_options
def describe(g: GlobalOptions, name: str, title: str | None, note: str | None, tags: str | None) -> None:
    """Set the title, note and tags of one of your presets; an empty text removes it."""
    given = {"title": title, "note": note, "tags": tags}
    words = {key: value for key, value in given.items() if value is not None}
    if not words:
        raise BadInput("Nothing to change was given.", "Give --title, --note or --tags.")
    found = g.entry.presets.describe(name, words)
    print_answer(g, preset_json(found), f"{found.name}: {', '.join(words)} saved")


@click.command()
@click.argument("name")
@local_options
def forget(g: GlobalOptions, name: str) -> None:
    """Remove a secret parameter from the keyring, by its name there."""
    store = g.entry.secret_store()
    if store is None or not store.load_secret(name):
        raise BadInput(f"No secret named {name} is in a keyring here.", "akash-tui preset params NAME shows the names.")
    store.remove_secret(name)
    print_answer(g, {"v": 1, "name": name}, f"{name} was removed from the keyring.")


@click.command("import")
@click.argument("sources", metavar="FILE…", nargs=-1, required=True, shell_complete=files)
@click.option("--name", metavar="NAME", help="The preset's name (default: that of its file).")
@click.option("--replace", is_flag=True, help="Overwrite your presets of these names.")
@local_options
def import_(g: GlobalOptions, sources: tuple[str, ...], name: str | None, replace: bool) -> None:
    """Save SDL files (or - for standard input) as presets, each under the name of its file."""
    from akash_tui.domain.sdl.edit.header import header
    from akash_tui.services.storage.presets import name_for

    if name is not None and len(sources) > 1:
        raise BadInput("--name fits one file only.", "Leave it out: each file gives its own name.")
    read: list[tuple[str, str, str]] = []
    for file in sources:  # all are read before one is saved
        text = read_sdl_text(file)
        chosen = name or name_for(header(text).get("title", "") if file == "-" else Path(file).stem)
        if not chosen:
            raise BadInput(f"{file} gives no name for the preset.", "Name it: --name NAME.")
        read.append((chosen, text, file))
    taken = {p.name for p in g.entry.presets.list() if p.own} if not replace else set()
    for chosen, _, file in read:
        if chosen in taken:
            raise BadInput(
                f"There is a preset {chosen} already; nothing was saved.",
                f"Name it differently: akash-tui preset import {file} --name NAME; or give --replace.",
            )
        taken.add(chosen)
    saved = [save_text(g, chosen, text, file, replace=replace) for chosen, text, file in read]
    if g.json:
        print_rows(g, [preset_json(one) for one in saved])
    else:
        click.echo("\n".join(f"saved as {one.name}" for one in saved))
