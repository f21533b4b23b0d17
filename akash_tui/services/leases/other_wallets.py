"""Deployments of this home's other wallets, so that a list of one wallet does not look like all there is.

Known from the journal alone: to ask a node about several accounts at once would show it that they belong together.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from akash_tui.domain.text import clean, short_address
from akash_tui.services.core.session import Session
from akash_tui.services.ports import WalletRef


def other_wallets(session: Session, wallets: Iterable[WalletRef], *, options: bool = False) -> str:
    """`2 more belong to wallet main`, with further wallets after it; "" without any. `options`: with the option of the
    command line that lists them, where the wallet is here.

    They count as this home last knew of them, on this chain: one may have been closed elsewhere since.
    """
    if session.wallet is None:
        return ""
    counts = session.journal.open_elsewhere(session.network.chain_id, session.wallet.address)
    names = {
        ref.address: f"wallet {clean(ref.name, 40)}" + (f" ({shlex.join(['--wallet', ref.name])})" if options else "")
        for ref in wallets
    }
    parts = [
        f"{count}{'' if at else ' more'} {'belongs' if count == 1 else 'belong'} to "
        + names.get(address, f"{short_address(address)}, whose wallet is not here any more")
        for at, (address, count) in enumerate(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    ]
    return ", ".join(parts)
