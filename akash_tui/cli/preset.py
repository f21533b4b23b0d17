"""`preset`: the SDL files shipped with the program, and your own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, local_options
from akash_tui.cli.output import pick, print_answer, print_json, print_rows, print_table
from akash_tui.cli.suggestions import files, presets
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.services.storage.presets import Preset


def _json(found: Preset) -> dict[str, object]:
    return {"v": 1, **pick(found, "name", "title", "summary", "tags", "own", "meta")}


@click.command("list")
@local_options
def list_(g: GlobalOptions) -> None:
    """All presets."""
    found = g.entry.presets.list()
    if g.json:
        print_rows(g, [_json(p) for p in found])
    else:
        print_table(
            ["name", "", "title", "what it is"], [[p.name, "own" if p.own else "", p.title, p.summary] for p in found]
        )


@click.command()
@click.argument("name", shell_complete=presets)
@local_options
def show(g: GlobalOptions, name: str) -> None:
    """Print a preset's SDL."""
    found = g.entry.presets.find(name)
    if g.json:
        print_json(_json(found) | {"sdl": found.text()})
    else:
        click.echo(found.text(), nl=False)


@click.command()
@click.argument("name")
@click.argument("file", shell_complete=files)
@click.option("--replace", is_flag=True, help="Overwrite your preset of that name.")
@local_options
def save(g: GlobalOptions, name: str, file: str, replace: bool) -> None:
    """Save FILE (or - for standard input) as the preset NAME."""
    text = read_sdl_text(file)
    compiled = g.entry.sdl.read(text, file)
    saved = g.entry.presets.save(name, text, replace=replace)
    print_answer(g, _json(saved), f"saved as {saved.name}")
    if not compiled.ok:
        click.echo(f"note: it does not compile yet; see akash-tui sdl check {file}", err=True)


@click.command()
@click.argument("name", shell_complete=presets)
@local_options
def remove(g: GlobalOptions, name: str) -> None:
    """Delete one of your presets."""
    found = g.entry.presets.find(name)
    g.entry.presets.remove(name)
    print_answer(g, _json(found), f"{name} was removed.")


@click.command()
@click.argument("name", shell_complete=presets)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite FILE.")
@local_options
def export(g: GlobalOptions, name: str, file: Path, replace: bool) -> None:
    """Write a preset's SDL to FILE."""
    from akash_tui.services.storage.files import write_user_file

    found = g.entry.presets.find(name)
    text = found.text()
    try:
        write_user_file(file, text, replace=replace)
    except FileExistsError:
        raise BadInput(f"{file} already exists.", "Choose another file, or give --replace.") from None
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.", "Choose another file or folder.") from None
    print_answer(g, _json(found) | {"file": str(file)}, str(file))


MAX_SDL_BYTES = 10_000_000
"""A longer file is not read as an SDL; the compiler's own limit is lower and has its own message."""


def read_sdl_text(file: str) -> str:
    """The text of an SDL file, or of standard input for `-`. Raises `BadInput` if it cannot be read."""
    from akash_tui.services.storage.files import decode_user_text, read_user_text

    if file == "-":
        raw = sys.stdin.buffer.read(MAX_SDL_BYTES + 1)
        return decode_user_text(raw, "Standard input", "an SDL", MAX_SDL_BYTES, utf16=True)
    return read_user_text(Path(file), "an SDL file", MAX_SDL_BYTES, utf16=True)
