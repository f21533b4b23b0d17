"""What would go on without its key if a wallet were removed: its open deployments, on every network it is used on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentState
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.home import JOURNAL_FILE
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import SavedStage

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.services.core.accounts import Opener
    from akash_tui.services.core.program import Home

_OVER = (SavedStage.CLOSED, SavedStage.NEVER)
MOST_NAMED = 5
"""Deployments that a sentence names."""


@dataclass(frozen=True, slots=True)
class WalletUse:
    """A wallet on one network."""

    network: str
    open: tuple[int, ...]
    """Numbers of its open deployments: by the chain; where `unknown`, as the journal last knew them."""
    unknown: str = ""
    """Why the chain could not be asked."""

    @property
    def text(self) -> str:
        """In words."""
        named = ", ".join(map(str, self.open[:MOST_NAMED])) + (" …" if len(self.open) > MOST_NAMED else "")
        many = f"{len(self.open)} open deployment{'' if len(self.open) == 1 else 's'} ({named})"
        if self.unknown:
            known = f"; the journal last knew {many}" if self.open else ""
            return f"On {self.network}: not known, because the chain could not be asked ({self.unknown}){known}."
        return f"On {self.network}: {many}, paid from escrow until closed."


async def wallet_uses(program: Home, opener: Opener, address: str, named: Network | None) -> list[WalletUse]:
    """Networks on which an account has open deployments, or on which that is not known.

    Asked are the `named` network and those on which the journal has a deployment of the account that is not closed.
    """
    networks = {line.network.chain_id: line.network for line in program.networks.list() if line.network is not None}
    if named is not None:
        networks[named.chain_id] = named
    uses = []
    for network in networks.values():
        saved = _saved(program, network.chain_id, address)
        if saved or (named is not None and network.chain_id == named.chain_id):
            uses.append(await _use(opener, network, address, saved))
    return [use for use in uses if use.open or use.unknown]


async def _use(opener: Opener, network: Network, address: str, saved: tuple[int, ...]) -> WalletUse:
    try:
        session = await opener.open(network, None, True)
    except AkashError as error:
        return WalletUse(network.name, saved, error.title.rstrip("."))
    try:
        found = await session.chain.deployments(address, DeploymentState.ACTIVE)
    except AkashError as error:
        return WalletUse(network.name, saved, error.title.rstrip("."))
    finally:
        await session.aclose()
    return WalletUse(network.name, tuple(sorted(deployment.id.dseq for deployment in found)))


def _saved(program: Home, chain_id: str, address: str) -> tuple[int, ...]:
    journal = Journal(program.home / JOURNAL_FILE)
    try:
        known = journal.deployments(chain_id, address)
    finally:
        journal.close()
    return tuple(sorted(entry.id.dseq for entry in known if entry.stage not in _OVER))
