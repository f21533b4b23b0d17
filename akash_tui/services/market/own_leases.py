"""Our own past on the market: what each lease cost per GPU-hour, and which providers we leased from."""

from __future__ import annotations

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, BlockTime, per_hour
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.gpu_rows import OwnLease
from akash_tui.services.core.session import Session
from akash_tui.services.storage.journal_entries import IntentKind, Outcome, about_leases

MOST = 1000
"""Newest entries of the journal that are read."""


def own_leases(session: Session, block_time: BlockTime, gpus: dict[str, tuple[GpuModel, ...]]) -> list[OwnLease]:
    """Newest first; `gpus` are the models that each provider says it has. Without a wallet there are none."""
    if session.wallet is None:
        return []
    owner, chain_id = session.wallet.address, session.network.chain_id
    done = [
        intent
        for intent in session.journal.intents(chain_id, owner, MOST)
        if intent.kind is IntentKind.LEASE and intent.outcome is Outcome.DONE
    ]
    wanted = {intent.dseq for intent in done}
    groups: dict[int, tuple[GroupSpec, ...]] = {}
    for saved in session.journal.deployments(chain_id, owner) if done else ():
        if saved.id.dseq in wanted:
            groups[saved.id.dseq] = session.sdl.read(saved.sdl, saved.file).groups
    found = []
    for intent in done:
        for id, price in about_leases(intent):
            mine = groups.get(id.dseq, ())
            group = mine[id.gseq - 1] if 0 < id.gseq <= len(mine) else None
            found.append(
                OwnLease(
                    provider=id.provider,
                    dseq=id.dseq,
                    at=intent.created_at,
                    price_h=per_hour(price.amount, block_time) if price.denom == UACT else None,
                    gpu=_gpu(group, gpus.get(id.provider, ())) if group is not None else None,
                    gpu_count=group.gpu_count if group is not None else 0,
                )
            )
    return sorted(found, key=lambda lease: lease.at, reverse=True)


def _gpu(group: GroupSpec, has: tuple[GpuModel, ...]) -> GpuModel | None:
    """Never a guess: one model asked for, or one of those asked for at that provider."""
    asked = group.gpu_models
    if len(asked) == 1 and not asked[0].wildcard:
        return asked[0]
    fitting = {gpu for gpu in has for wanted in asked if wanted.matches(gpu)}
    return fitting.pop() if len(fitting) == 1 else None
