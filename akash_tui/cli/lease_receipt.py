"""`lease receipt`: the receipt that was written when a bid was accepted here."""

from __future__ import annotations

import sys

import click

from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.session import chosen_network
from akash_tui.cli.values import DSEQ


@click.command()
@click.argument("dseq", type=DSEQ)
@global_options
def receipt(g: GlobalOptions, dseq: int) -> None:
    """What was chosen among which bids, and what was signed: the receipt of the last accept.

    On a terminal it is plain text, else Markdown; with `-o json` for programs. Both files lie in the folder `receipts`
    of the home. Two wallets may have deployments of one number: without --wallet it is your default wallet's, or that
    of the only one that has one.
    """
    from akash_tui.services.receipts.files import as_shown, owner_of, read

    network = chosen_network(g)
    known = [*g.entry.wallets().wallets(), g.entry.saved_practice_wallet()]
    names = {ref.address: ref.name for ref in known if ref is not None}
    wallet = g.entry.wallet_for(network, g.wallet)
    address = None if wallet is None else wallet.address
    owner = owner_of(g.entry.home, network.chain_id, dseq, address, names, only=g.wallet is not None)
    text = read(g.entry.home, network.chain_id, dseq, owner, as_json=g.json)
    if sys.stdout.isatty() and not g.json:
        text = "\n".join(as_shown(text)) + "\n"
    click.echo(text, nl=False)
