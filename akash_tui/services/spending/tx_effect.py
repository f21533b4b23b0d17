"""What a transaction does to the chain's state, so that the state itself can show that it happened.

A record of a transaction is one node's word; balances, leases and the mint's ledger are what the money is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TypeVar

from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState, GroupState
from akash_tui.domain.akash.messages import BurnAct, DepositDeployment, GrantDeposits, GrantFees, Message, MintAct
from akash_tui.domain.akash.money import Coin, plain
from akash_tui.services.core.session import Session
from akash_tui.services.ports import MintRecord, SecondReads
from akash_tui.services.ports.grants import Grants
from akash_tui.services.spending.bounds import at_second
from akash_tui.services.spending.mint_ledger import EXCHANGES, RecordId, record_id, taken_by_others
from akash_tui.services.storage.journal_entries import Intent, IntentKind, about_leases

T = TypeVar("T")

_GROUP_STATES = {
    IntentKind.PAUSE_GROUP: GroupState.PAUSED,
    IntentKind.START_GROUP: GroupState.OPEN,
    IntentKind.CLOSE_GROUP: GroupState.CLOSED,
}


async def state_before(session: Session, kind: IntentKind, messages: Sequence[Message]) -> dict[str, object]:
    """What an intent must remember, read before anything is signed, to know the effect of a deposit or mint later.

    For a deposit the least total ever deposited that shows it; for a mint or burn the newest record of the ledger.
    A second endpoint is asked as well, and the larger counts: one that lags behind an earlier deposit, mint or grant,
    or hides it, must not make it look like this one. Other kinds need nothing. Raises what reading at the first raises.
    """
    found: dict[str, object] = {}
    for message in messages:
        if kind is IntentKind.DEPOSIT and isinstance(message, DepositDeployment):
            coin = message.deposit
            seen = await _at_both(session, partial(_deployment, id=message.deployment))
            totals = [deployment.escrow.deposited(coin.denom) for deployment in seen if deployment is not None]
            if totals:
                added = sum(deposit.amount for deposit in _deposits(messages, message.deployment, coin.denom))
                found["shown_by"] = {"denom": coin.denom, "deposited": plain(max(totals) + added)}
        if kind in EXCHANGES and isinstance(message, MintAct | BurnAct):
            ledgers = await _at_both(session, partial(_records, owner=message.owner))
            last = max(((r.height, r.sequence) for records in ledgers for r in records), default=(0, 0))
            found["shown_by"] = {"denom": message.burn.denom, "after": list(last)}
        if kind is IntentKind.GRANT and isinstance(message, GrantFees | GrantDeposits):
            given = await _at_both(session, partial(_grants_by, address=message.granter))
            found["shown_by"] = {pays: [_left(each, message.grantee, pays) for each in given] for pays in _PAYS}
    return found


def _deposits(messages: Sequence[Message], id: DeploymentId, denom: str) -> list[Coin]:
    """What one transaction adds to a deployment, in however many messages."""
    added = (m.deposit for m in messages if isinstance(m, DepositDeployment) and m.deployment == id)
    return [coin for coin in added if coin.denom == denom]


async def _at_both(session: Session, read: Callable[[SecondReads], Awaitable[T]]) -> list[T]:
    """What the first endpoint answers, and a second one if there is one that does. Raises what the first raises."""
    first = await read(session.chain)
    second = await at_second(session, read)
    return [first] if second is None else [first, second]


async def _deployment(reads: SecondReads, id: DeploymentId) -> Deployment | None:
    return await reads.deployment(id)


async def _grants_by(reads: SecondReads, address: str) -> Grants:
    return await reads.grants_by(address)


async def _records(reads: SecondReads, owner: str) -> list[MintRecord]:
    return await reads.mint_records(owner)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a transaction does, as the chain's state shows it."""

    height: int
    """The block from which on it shows; 0 where that is not known."""
    records: tuple[RecordId, ...] = ()
    """Its record in the mint's ledger, of a mint or burn."""


async def effect_of(session: Session, intent: Intent) -> Effect | None:
    """What of this transaction the state shows, where only it can explain the state.

    None: neither the first endpoint nor a second one, if there is one, shows it: one that hides it must not make it
    be done again. Raises what reading at the first raises.
    """
    taken: frozenset[RecordId] = frozenset()
    if intent.kind in EXCHANGES:
        taken = taken_by_others(session.journal, intent.chain_id, intent.owner, intent.tx_hash)
    effect = await _shown(session.chain, intent, taken)
    return await at_second(session, lambda reads: _shown(reads, intent, taken)) if effect is None else effect


async def _shown(reads: SecondReads, intent: Intent, taken: Collection[RecordId]) -> Effect | None:
    if intent.kind in EXCHANGES:
        return _in_ledger(intent, await reads.mint_records(intent.owner), taken)
    height = await _height(reads, intent)
    return None if height is None else Effect(height)


async def _height(reads: SecondReads, intent: Intent) -> int | None:
    if intent.kind in (IntentKind.GRANT, IntentKind.REVOKE):
        return 0 if _in_grants(intent, await reads.grants_by(intent.owner)) else None
    id = intent.deployment
    if id is None:
        return None
    if intent.kind is IntentKind.LEASE:
        made = [await reads.lease(lease) for lease, _ in about_leases(intent)]
        return max(x.created_at for x in made if x is not None) if made and None not in made else None
    if intent.kind is IntentKind.CLOSE_LEASE:
        ended = [await reads.lease(lease) for lease, _ in about_leases(intent)]
        return 0 if ended and all(x is not None and not x.state.is_running for x in ended) else None
    deployment = await reads.deployment(id)
    if deployment is None or not _in_deployment(intent, deployment):
        return None
    return deployment.created_at if intent.kind is IntentKind.CREATE else 0


def _in_deployment(intent: Intent, deployment: Deployment) -> bool:
    if intent.kind in (IntentKind.CREATE, IntentKind.UPDATE):
        return deployment.hash.hex() == intent.about.get("version")
    if intent.kind in _GROUP_STATES:
        group = next((g for g in deployment.groups if g.id.gseq == intent.about.get("gseq")), None)
        return group is not None and group.state is _GROUP_STATES[intent.kind]
    if intent.kind is IntentKind.CLOSE:
        return deployment.state is DeploymentState.CLOSED
    if intent.kind is IntentKind.DEPOSIT:
        shown = intent.about.get("shown_by")
        if not isinstance(shown, dict):
            return False  # of an earlier version
        try:
            least = Decimal(str(shown.get("deposited")))
        except InvalidOperation:
            return False
        return least.is_finite() and deployment.escrow.deposited(str(shown.get("denom"))) >= least
    return False


_PAYS = ("fees", "deposits")
"""What a grant pays."""


def _left(grants: Grants, grantee: str, pays: str) -> str | None:
    """What a grant to this account has left, as text; None without one, "" for one without a limit."""
    found = grants.fees if pays == "fees" else grants.deposits
    return next(("".join(map(str, grant.limits or ())) for grant in found if grant.grantee == grantee), None)


def _in_grants(intent: Intent, grants: Grants) -> bool:
    """Whether the grants are those after this transaction: each that it gives is there and no endpoint showed it so
    before, each that it ends is gone."""
    grantee, ends, before = (intent.about.get(name) for name in ("grantee", "ends", "shown_by"))
    now = {pays: _left(grants, str(grantee), pays) for pays in _PAYS}
    if intent.kind is IntentKind.REVOKE:
        return isinstance(ends, list) and bool(ends) and all(now.get(str(pays)) is None for pays in ends)
    given = [pays for pays in _PAYS if pays in intent.about]
    if not isinstance(before, dict):
        return False
    earlier = {pays: each if isinstance(each := before.get(pays), list) else [each] for pays in _PAYS}
    return all(now[pays] is not None and now[pays] not in earlier[pays] for pays in given)


def _in_ledger(intent: Intent, records: Sequence[MintRecord], taken: Collection[RecordId]) -> Effect | None:
    """The first record of what was burned that is newer than those before signing and made by no other transaction
    that is known here.

    Another mint or burn of the same account may come from anywhere; where the books name no amount, none is compared.
    """
    shown = intent.about.get("shown_by")
    if not isinstance(shown, dict):
        return None
    after = shown.get("after")
    if not (isinstance(after, list) and len(after) == 2 and all(isinstance(x, int) for x in after)):
        return None
    burn = intent.about.get("burn")
    newer = [
        record_id(r)
        for r in records
        if [r.height, r.sequence] > after
        and r.denom == shown.get("denom")
        and (r.burned is None or str(r.burned) == burn)
        and record_id(r) not in taken
    ]
    return Effect(min(newer)[0], (min(newer),)) if newer else None
