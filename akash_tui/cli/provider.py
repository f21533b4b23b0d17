"""`provider`: favourites, blocks and notes on providers, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click

from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import print_answer, print_rows, print_table
from akash_tui.cli.session import chosen_network
from akash_tui.cli.values import ADDRESS
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.provider_note import ProviderNote
    from akash_tui.services.memory.provider_notes import ProviderNotes

T = TypeVar("T")


@click.command("list")
@global_options
def list_(g: GlobalOptions) -> None:
    """Your favourites, blocks and notes on this network."""
    notes = _with_notes(g, lambda notes: notes.all())
    if g.json:
        print_rows(g, [_json(provider, note) for provider, note in notes.items()])
    elif not notes:
        click.echo("No provider is a favourite, is blocked or has a note.")
    else:
        rows = [[note.sign, provider, note.blocked or "", note.note] for provider, note in notes.items()]
        print_table(["", "address", "blocked", "note"], rows)


@click.command()
@click.argument("provider", type=ADDRESS, metavar="ADDRESS")
@click.option("--off", is_flag=True, help="No longer.")
@global_options
def favourite(g: GlobalOptions, provider: str, off: bool) -> None:
    """Make a provider a favourite, marked ★ in the lists of bids."""
    _change(
        g,
        provider,
        lambda notes: notes.set_favourite(provider, not off, datetime.now(UTC)),
        "no favourite" if off else "★",
    )


@click.command()
@click.argument("provider", type=ADDRESS, metavar="ADDRESS")
@click.option("--why", required=True, metavar="TEXT", help="The reason; its next bid shows it.")
@global_options
def block(g: GlobalOptions, provider: str, why: str) -> None:
    """Block a provider: no rule, proposal or command accepts its bids; in the app you can, after a question."""
    from akash_tui.domain.provider_note import reason_text

    reason = _read(reason_text, why)
    _change(g, provider, lambda notes: notes.block(provider, reason, datetime.now(UTC)), f"blocked: {reason}")


@click.command()
@click.argument("provider", type=ADDRESS, metavar="ADDRESS")
@global_options
def unblock(g: GlobalOptions, provider: str) -> None:
    """Let rules accept the bids of a provider again."""
    _change(g, provider, lambda notes: notes.block(provider, None, datetime.now(UTC)), "not blocked")


@click.command()
@click.argument("provider", type=ADDRESS, metavar="ADDRESS")
@click.argument("text")
@global_options
def note(g: GlobalOptions, provider: str, text: str) -> None:
    """Write a note on a provider, which its next bid shows; an empty text removes it."""
    from akash_tui.domain.provider_note import note_text

    kept = _read(note_text, text)
    _change(
        g,
        provider,
        lambda notes: notes.set_note(provider, kept, datetime.now(UTC)),
        f"note: {kept}" if kept else "no note",
    )


def _with_notes(g: GlobalOptions, work: Callable[[ProviderNotes], T]) -> T:
    """Run `work` on the notes of the chosen network; nothing is connected."""
    from akash_tui.services.memory.provider_notes import ProviderNotes
    from akash_tui.services.storage.home import JOURNAL_FILE
    from akash_tui.services.storage.journal import Journal

    network = chosen_network(g)
    journal = Journal(g.entry.home / JOURNAL_FILE)
    try:
        return work(ProviderNotes(journal, network.chain_id))
    finally:
        journal.close()


def _change(g: GlobalOptions, provider: str, change: Callable[[ProviderNotes], None], words: str) -> None:
    def work(notes: ProviderNotes) -> ProviderNote:
        change(notes)
        return notes.of(provider)

    found = _with_notes(g, work)
    print_answer(g, {"v": 1} | _json(provider, found), f"{provider}: {words}")


def _json(provider: str, note: ProviderNote) -> dict[str, object]:
    return {
        "provider": provider,
        "favourite": note.favourite,
        "blocked": note.blocked is not None,
        "why": note.blocked,
        "note": note.note,
    }


def _read(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except ValueError as error:
        raise BadInput(f"This text is not saved: {error}.", "Write less, on one line.") from error
