"""What a session did, read from the practice chain's own books and the client's journal.

*Lost*: a transaction of the wallet succeeded on chain, and the journal does not have it as done (missing, still open,
or recorded as not having happened), or the journal has one as done that did not succeed. *Paid twice*: more successes
of a kind than were asked for. *Unexplained*: a balance that is not, to the unit, the start less fees, deposits and
burns, plus refunds and mints; likewise what a granter has left, and what is left of its grants. *Bound broken*: signed
beyond what a figure can honestly be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from akash_tui.practice.chain.blocks import TxRecord
from akash_tui.practice.chain.tx import Tx, decode_tx
from akash_tui.practice.chain.world import World
from akash_tui.practice.state.amounts import ONE
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome, about_leases
from tests.soak.network import DEPOSIT_GRANT, FEE_GRANT, GRANTER

MAX_FEE: Final = 500_000
"""uakt: the bound of the settings (`max_fee`), more than forty times what any of these transactions takes."""
MAX_MIN_DEPOSIT: Final = 5_000_000
"""uact that a creation may lock where no deposit was asked for; the chain's minimum is 0.5 ACT."""
RATE_FACTOR: Final = 2
"""How many times more AKT than the chain's own price a mint may burn."""
HOUR_FACTOR: Final = 3
"""How many times more than its price a deposit for an hour may be."""

KINDS: Final = {
    "MsgCreateDeployment": "create",
    "MsgCreateLease": "lease",
    "MsgAccountDeposit": "deposit",
    "MsgUpdateDeployment": "update",
    "MsgCloseDeployment": "close",
    "MsgCloseLease": "close_lease",
    "MsgPauseGroup": "pause_group",
    "MsgStartGroup": "start_group",
    "MsgCloseGroup": "close_group",
    "MsgMintACT": "mint",
    "MsgBurnACT": "burn",
}


@dataclass
class Verdict:
    """What is wrong with a session; all lists empty if nothing is."""

    lost: list[str] = field(default_factory=list)
    paid_twice: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    bound_broken: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.paid_twice or self.unexplained or self.bound_broken)


@dataclass(frozen=True)
class Asked:
    """What the person asked for: how often each kind, and with which amounts."""

    times: Mapping[str, int]
    deposits: frozenset[int]
    """uact of the creations and deposits that named an amount."""
    hours: Decimal
    """The longest time that a deposit was asked for."""
    mints: tuple[Decimal, ...]
    """ACT that each mint was to give."""


@dataclass(frozen=True)
class _Done:
    """One committed transaction of the wallet."""

    record: TxRecord
    tx: Tx

    @property
    def fee(self) -> int:
        taken = any(e.type == "tx" and any(k == "fee" for k, _ in e.attributes) for e in self.record.outcome.events)
        return sum(int(c.amount) for c in self.tx.auth.fee.amount if c.denom == "uakt") if taken else 0

    def paid_by(self, payer: str | None) -> int:
        """uact that somebody else paid in this transaction, by the bank's events."""
        spent = [dict(e.attributes) for e in self.record.outcome.events if e.type == "coin_spent"]
        amounts = [each["amount"] for each in spent if each["spender"] == payer]
        return sum(int(amount.removesuffix("uact")) for amount in amounts if amount.endswith("uact"))

    def messages(self) -> list[tuple[str, Any]]:
        """Kind and message of each; none if it failed."""
        if self.record.outcome.code:
            return []
        return [(KINDS[kind.message.DESCRIPTOR.name], message) for kind, message in self.tx.messages]


def judge(
    world: World, home: Path, address: str, start: Mapping[str, int], asked: Asked, granter: str | None = None
) -> Verdict:
    """Compare the chain's books, the journal and what was asked for; `granter`: who pays deposits from a grant."""
    verdict = Verdict()
    done = [one for one in (_Done(r, decode_tx(r.raw)) for r in world.records()) if address in one.tx.signers]
    journal = Journal(home / "journal.db")
    try:
        intents = journal.intents(world.chain_id)
        delivered = {
            (lease.id.dseq, lease.id.provider)
            for saved in journal.deployments(world.chain_id, address)
            for lease in journal.leases(world.chain_id, saved.id)
            if lease.delivered
        }
    finally:
        journal.close()
    _compare(done, intents, verdict)
    _count(done, asked, verdict)
    _explain(world, address, start, done, granter, verdict)
    _bounds(world, address, done, intents, delivered, asked, verdict)
    return verdict


def _compare(done: list[_Done], intents: list[Intent], verdict: Verdict) -> None:
    by_hash: dict[str, list[Intent]] = {}
    for intent in intents:
        by_hash.setdefault(intent.tx_hash, []).append(intent)
        if intent.outcome is Outcome.OPEN:
            verdict.lost.append(f"{intent.kind}: still open at the end")
    good = {one.record.hash for one in done if one.record.outcome.code == 0}
    for one in done:
        mine = by_hash.get(one.record.hash, [])
        kinds = "+".join(kind for kind, _ in one.messages()) or "failed"
        if not mine:
            verdict.lost.append(f"{kinds}: on chain, not in the journal")
        elif one.record.outcome.code == 0 and any(
            i.outcome in (Outcome.NEVER, Outcome.FAILED, Outcome.UNKNOWN) for i in mine
        ):
            verdict.lost.append(f"{kinds}: done on chain, {mine[0].outcome} in the journal")
    for intent in intents:
        if intent.outcome is Outcome.DONE and intent.tx_hash not in good:
            verdict.lost.append(f"{intent.kind}: done in the journal, not on chain")


def _count(done: list[_Done], asked: Asked, verdict: Verdict) -> None:
    times = Counter(kind for one in done for kind, _ in one.messages())
    for kind, wanted in asked.times.items():
        if times[kind] > wanted:
            verdict.paid_twice.append(f"{kind}: asked for {wanted}, done {times[kind]} times")


def _explain(
    world: World, address: str, start: Mapping[str, int], done: list[_Done], granter: str | None, verdict: Verdict
) -> None:
    """Every balance to the unit: from the transactions, what escrow paid out, and the mint's ledger."""
    held = dict(start)
    granted = 0
    """What the granter has paid and got back, in uact."""
    deposits: dict[str, list[tuple[bool, int]]] = {}
    """By deployment: what came from the grant or from the wallet, in the order in which escrow spends it."""
    for one in done:
        held["uakt"] -= one.fee
        for kind, message in one.messages():
            if kind in ("create", "deposit"):
                amount = int(message.deposit.amount.amount)
                by_grant = one.paid_by(granter)
                xid = message.id.xid if kind == "deposit" else f"{message.id.owner}/{message.id.dseq}"
                deposits.setdefault(xid, []).extend([(True, by_grant), (False, amount - by_grant)])
                granted -= by_grant
                held["uact"] -= amount - by_grant
            elif kind in ("mint", "burn"):
                held[message.coins_to_burn.denom] -= int(message.coins_to_burn.amount)
    books = world.books
    for account in books.escrow_accounts.scan("deployment"):
        if account.owner == address and account.state == "closed":
            spent = sum(coin.atto // ONE for coin in account.transferred if coin.denom == "uact")
            for of_grant, amount in deposits.get(account.xid, []):
                back = amount - min(amount, spent)
                spent -= amount - back
                granted += back if of_grant else 0
                held["uact"] += 0 if of_grant else back
    for row in books.ledger.scan():
        if row.source != address or row.result is None:
            continue
        if row.status == "canceled":
            held[row.denom] += row.amount
        else:
            spread = row.result["spread"]["amount"] if row.to_denom == "uact" else 0
            minted = row.amount * _price(world, row.denom) // _price(world, row.to_denom)
            held[row.to_denom] += minted - int(spread)
    compared = [(denom, books.balances.get((address, denom)) or 0, expected) for denom, expected in held.items()]
    if granter is not None:
        deposit_grant, fee_grant = (
            books.deposit_grants.get((address, granter)),
            books.fee_grants.get((address, granter)),
        )
        compared += [
            ("the granter's uact", books.balances.get((granter, "uact")) or 0, GRANTER["uact"] + granted),
            ("the granter's uakt", books.balances.get((granter, "uakt")) or 0, GRANTER["uakt"]),
            ("the deposit grant", 0 if deposit_grant is None else deposit_grant.limit, DEPOSIT_GRANT + granted),
            ("the fee grant", 0 if fee_grant is None else fee_grant.limit, FEE_GRANT),
        ]
    for what, real, expected in compared:
        if real != expected:
            verdict.unexplained.append(f"{what}: {real}, explained {expected} (difference {real - expected})")


def _price(world: World, denom: str) -> int:
    """USD per 1000 units of AKT or ACT."""
    return 1000 if denom == "uact" else world.params.akt_price_milli


def _bounds(
    world: World,
    address: str,
    done: list[_Done],
    intents: list[Intent],
    delivered: set[tuple[int, str]],
    asked: Asked,
    verdict: Verdict,
) -> None:
    broken = verdict.bound_broken
    leases = {row.key: row for row in world.books.leases.scan(address)}
    highest = max((row.price.atto for row in leases.values()), default=0)
    for one in done:
        if one.fee > MAX_FEE:
            broken.append(f"a fee of {one.fee} uakt")
        for kind, message in one.messages():
            if kind in ("create", "deposit"):
                amount = int(message.deposit.amount.amount)
                blocks = Decimal(3600) / Decimal(str(world.block_time))
                by_hours = int(asked.hours * blocks * highest / ONE * HOUR_FACTOR)
                most = MAX_MIN_DEPOSIT if kind == "create" else by_hours
                if amount not in asked.deposits and amount > most:
                    broken.append(f"{kind}: {amount} uact locked, at most {most} would be right")
            elif kind == "mint":
                gives = int(message.coins_to_burn.amount) * _price(world, "uakt") // 1000
                if all(gives > wanted * 1_000_000 * RATE_FACTOR for wanted in asked.mints):
                    broken.append(f"mint: {message.coins_to_burn.amount} uakt for {asked.mints} ACT")
    for intent in intents:
        if intent.kind is not IntentKind.LEASE or intent.outcome is not Outcome.DONE:
            continue
        for id, quoted in about_leases(intent):
            row = leases.get((id.owner, id.dseq, id.gseq, id.oseq, id.provider))
            real = None if row is None else Decimal(row.price.atto) / ONE
            if real is not None and real > quoted.amount and (id.dseq, id.provider) in delivered:
                broken.append(f"lease: quoted {quoted.amount:.4f}, costs {real:.4f}, and the manifest was delivered")
