"""`lease receipt`: the receipt that was written when a bid was accepted here."""

from __future__ import annotations

import click

from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.session import chosen_network
from akash_tui.cli.values import DSEQ


@click.command()
@click.argument("dseq", type=DSEQ)
@global_options
def receipt(g: GlobalOptions, dseq: int) -> None:
    """What was chosen among which bids, and what was signed: the receipt of the last accept.

    It is in Markdown; with `-o json` for programs. Both lie in the folder `receipts` of the home.
    """
    from akash_tui.services.receipts.files import read

    click.echo(read(g.entry.home, chosen_network(g).chain_id, dseq, as_json=g.json), nl=False)
