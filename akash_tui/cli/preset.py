"""`preset`: the SDL files shipped with the program, and your own."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, local_options
from akash_tui.cli.output import pick, print_answer, print_json, print_rows, print_table
from akash_tui.cli.suggestions import files, presets
from akash_tui.domain.akash.money import rate
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.sdl.edit.parameters import Parameter
    from akash_tui.services.leases.preset_uses import PresetUse
    from akash_tui.services.storage.presets import Preset


def preset_json(found: Preset) -> dict[str, object]:
    """A preset as the JSON answers have it."""
    return {"v": 1, **pick(found, "name", "title", "summary", "note", "tags", "own", "meta")}


def _use_json(use: PresetUse | None, price_h: Decimal | None) -> dict[str, object]:
    return {
        "last_used": None if use is None else use.at,
        "last_chain_id": None if use is None else use.chain_id,
        "last_price_h": None if price_h is None else str(round(price_h, 6)),
    }


@click.command("list")
@click.option("--tag", metavar="TAG", help="Only those with this tag.")
@local_options
def list_(g: GlobalOptions, tag: str | None) -> None:
    """All presets: your own first, when each was last deployed, and what its leases cost."""
    from akash_tui.services.leases.preset_uses import preset_uses

    found = [preset for preset in g.entry.presets.list() if tag is None or tag in preset.tags]
    uses = preset_uses(g.entry.home)
    times = {chain_id: g.entry.networks.block_time(chain_id) for chain_id in {use.chain_id for use in uses.values()}}
    prices = {name: use.price_h(times[use.chain_id]) for name, use in uses.items()}
    if g.json:
        print_rows(g, [preset_json(p) | _use_json(uses.get(p.name), prices.get(p.name)) for p in found])
        return
    rows = []
    for p in found:
        use = uses.get(p.name)
        price_h = prices.get(p.name)
        price = "" if price_h is None else f"≈ {rate(price_h)}/h"
        rows.append(
            [
                *(p.name, "own" if p.own else ""),
                "" if use is None else use.at.astimezone().strftime("%Y-%m-%d"),
                *(price, p.title, p.note or p.summary),
            ]
        )
    print_table(["name", "", "last used", "price", "title", "what it is"], rows)


@click.command()
@click.argument("name", shell_complete=presets)
@local_options
def show(g: GlobalOptions, name: str) -> None:
    """Print a preset's SDL."""
    found = g.entry.presets.find(name)
    if g.json:
        print_json(preset_json(found) | {"sdl": found.text()})
    else:
        click.echo(found.text(), nl=False)


@click.command()
@click.argument("name")
@click.argument("file", shell_complete=files)
@click.option("--replace", is_flag=True, help="Overwrite your preset of that name.")
@local_options
def save(g: GlobalOptions, name: str, file: str, replace: bool) -> None:
    """Save FILE (or - for standard input) as the preset NAME."""
    saved = save_text(g, name, read_sdl_text(file), file, replace=replace)
    print_answer(g, preset_json(saved), f"saved as {saved.name}")


def save_text(g: GlobalOptions, name: str, text: str, file: str, *, replace: bool) -> Preset:
    """Save a text that came from `file`; what does not compile yet is saved with a note on stderr."""
    saved = g.entry.presets.save(name, text, replace=replace)
    if not g.entry.sdl.read(text, file).ok:
        click.echo(f"note: {saved.name} does not compile yet; see akash-tui sdl check {file}", err=True)
    return saved


@click.command()
@click.argument("name", shell_complete=presets)
@local_options
def remove(g: GlobalOptions, name: str) -> None:
    """Remove one of your presets; `preset restore NAME` brings it back."""
    found = g.entry.presets.find(name)
    g.entry.presets.remove(name)
    print_answer(g, preset_json(found), f"{name} was removed. akash-tui preset restore {name} brings it back.")


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
    print_answer(g, preset_json(found) | {"file": str(file)}, str(file))


def _now(parameter: Parameter, value: str | None) -> str:
    if not parameter.secret:
        return value or ""
    if parameter.keyring:
        return f"keyring: {parameter.keyring}"
    return "" if parameter.optional else "asked"


@click.command()
@click.argument("source", metavar="FILE|PRESET|-", shell_complete=presets)
@local_options
def params(g: GlobalOptions, source: str) -> None:
    """The parameters of a preset: what `--set` may set, what each takes, and its value now."""
    from akash_tui.services.core.secret_values import SEEN_BY_PROVIDER, declared

    known = {preset.name: preset for preset in g.entry.presets.list()}
    text = known[source].text() if source in known and not Path(source).exists() else read_sdl_text(source)
    found = declared(text, source)
    values = [None if one.secret else g.entry.sdl.value(text, one.key) for one in found]
    if g.json:
        print_rows(
            g,
            [
                {"v": 1, **pick(one, "name", "kind", "about", "low", "high", "choices", "optional", "keyring")}
                | {"at": one.key, "value": value, "secret": one.secret}
                for one, value in zip(found, values, strict=True)
            ],
        )
        return
    if not found:
        click.echo(f"{source} declares no parameters; --set takes any of its values: akash-tui preset show {source}")
        return
    print_table(
        ["name", "takes", "now", "what it is"],
        [
            [
                one.name,
                one.words,
                _now(one, value),
                one.about,
            ]
            for one, value in zip(found, values, strict=True)
        ],
    )
    if any(one.secret for one in found):
        click.echo(f"A secret is asked for at each deployment. {SEEN_BY_PROVIDER}", err=True)


MAX_SDL_BYTES = 10_000_000
"""A longer file is not read as an SDL; the compiler's own limit is lower and has its own message."""


def read_sdl_text(file: str) -> str:
    """The text of an SDL file, or of standard input for `-`. Raises `BadInput` if it cannot be read."""
    from akash_tui.services.storage.files import decode_user_text, read_user_text

    if file == "-":
        raw = sys.stdin.buffer.read(MAX_SDL_BYTES + 1)
        return decode_user_text(raw, "Standard input", "an SDL", MAX_SDL_BYTES, utf16=True)
    return read_user_text(Path(file), "an SDL file", MAX_SDL_BYTES, utf16=True)
