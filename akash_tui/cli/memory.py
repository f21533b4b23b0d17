"""`memory`: what is remembered of bids, written out or forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import json_stream, pick, print_answer
from akash_tui.cli.session import chosen_network, confirm
from akash_tui.cli.values import ADDRESS
from akash_tui.domain.text import plural
from akash_tui.services.errors import BadInput, Busy

if TYPE_CHECKING:
    from akash_tui.services.memory.bid_memory import BidMemory
    from akash_tui.services.memory.provider_notes import ProviderNotes


@click.command()
@global_options
def show(g: GlobalOptions) -> None:
    """How much is remembered of the bids on this network, where, and how large the file is."""
    from akash_tui.services.memory import export
    from akash_tui.services.memory.thinning import RULE

    with _opened(g) as (memory, notes):
        found, decided = export.size(memory), len(notes.all())
    facts = {
        "v": 1,
        "path": str(found.path),
        **pick(found, "bytes", "bids", "orders", "days", "providers", "oldest", "newest"),
        "notes": decided,
        "rule": RULE,
    }
    if found.oldest is None or found.newest is None:
        text = f"No bids are remembered on this network yet. File: {found.path}"
    else:
        text = (
            f"{plural(found.bids, 'bid')} of {plural(found.providers, 'provider')} on {plural(found.orders, 'order')}, "
            f"from {found.oldest:%Y-%m-%d} to {found.newest:%Y-%m-%d}.\n"
            f"{found.path}, {found.bytes / 1_000_000:,.1f} MB"
        )
    print_answer(g, facts, f"{text}\nNotes on providers: {decided}, in the journal's file.\n{RULE}")


@click.command("export")
@click.option("--provider", type=ADDRESS, metavar="ADDRESS", help="Only the bids of this one.")
@global_options
def export_(g: GlobalOptions, provider: str | None) -> None:
    """Write every bid that is remembered to standard output: CSV, or JSON with -o."""
    from akash_tui.domain.market.csv_tables import csv_parts
    from akash_tui.services.memory import export

    with _opened(g) as (memory, _):
        if g.json:
            with json_stream(g) as write:
                for bid in export.bids(memory, provider):
                    write(export.bid_json(bid))
            return
        for part in csv_parts(export.MemoryTable(memory, provider).pages()):
            click.echo(part, nl=False)


@click.command()
@click.argument("provider", type=ADDRESS, metavar="[ADDRESS]", required=False)
@click.option("--all", "everything", is_flag=True, help="All providers of this network.")
@click.option("--other-networks", is_flag=True, help="Delete what is remembered of every other network, too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@global_options
def forget(g: GlobalOptions, provider: str | None, everything: bool, other_networks: bool, yes: bool) -> None:
    """Forget the bids of a provider, and your favourite, block and note on it; or those of all."""
    from akash_tui.services.memory import export
    from akash_tui.services.memory.memory_file import MemoryBusy, MemoryOff

    if (provider is None) == (not everything):
        raise BadInput("Give either the ADDRESS of a provider or --all.", "See what is there: akash-tui memory show.")
    with _opened(g) as (memory, notes):
        decided = notes.all() if provider is None else {provider: notes.of(provider)}
        blocked = sum(note.blocked is not None for note in decided.values())
        whom = "all providers" if provider is None else provider
        also = f" {blocked} blocked: rules may accept them again." if blocked else ""
        if not confirm(f"Forget what is remembered of {whom}, notes included?{also}", yes=yes):
            raise BadInput("Nothing was forgotten.", "Answer yes to continue.")
        try:
            bids = export.forget(memory, provider)
        except MemoryBusy:
            raise Busy("Another akash-tui is writing the bid memory.", "Nothing was forgotten. Try again.") from None
        except MemoryOff:
            raise BadInput(f"The bid memory {memory.file.path} cannot be used.", "Move it away.") from None
        gone = notes.forget(provider)
        others = export.forget_other_chains(memory) if other_networks else []
    more = f" Deleted: {', '.join(others)}." if others else ""
    answer = {"v": 1, "bids": bids, "notes": gone, "files": others}
    print_answer(g, answer, f"Forgotten: {plural(bids, 'bid')}, {plural(gone, 'note')}.{more}")


@contextmanager
def _opened(g: GlobalOptions) -> Iterator[tuple[BidMemory, ProviderNotes]]:
    """The memory and the notes of the chosen network; nothing is connected."""
    from datetime import UTC, datetime

    from akash_tui.services.memory.bid_memory import BidMemory
    from akash_tui.services.memory.memory_file import memory_path
    from akash_tui.services.memory.provider_notes import ProviderNotes
    from akash_tui.services.storage.home import JOURNAL_FILE
    from akash_tui.services.storage.journal import Journal

    network, home = chosen_network(g), g.entry.home
    memory = BidMemory(memory_path(home, network.chain_id), lambda: datetime.now(UTC))
    journal = Journal(home / JOURNAL_FILE)
    try:
        yield memory, ProviderNotes(journal, network.chain_id)
    finally:
        memory.close()
        journal.close()
