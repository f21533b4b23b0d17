"""What moved a wallet's money, by the journal: every transaction signed here, with what it took and gave.

The journal of this machine is not the whole history of an address: what others sent to it, and what was signed
elsewhere, is not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.ports import MintRecord
from akash_tui.services.spending.intent_money import coin_of, received, taken
from akash_tui.services.spending.mint import CANCELED, PENDING, canceled_words, paid_out
from akash_tui.services.spending.mint_ledger import EXCHANGES, RecordId, own_record
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome, about_leases, ledger_records

_STATES = {
    Outcome.OPEN: "not known yet",
    Outcome.FAILED: "failed, the fee is gone",
    Outcome.NEVER: "did not happen",
    Outcome.UNKNOWN: "cannot be known",
}


@dataclass(frozen=True, slots=True)
class Movement:
    """One transaction, and what it changed outside escrow."""

    at: datetime
    kind: IntentKind
    title: str
    name: str
    """Our name of the deployment; empty where the journal has none."""
    provider: str
    """The address of the provider of its (first) lease; empty for other kinds."""
    changes: tuple[Coin, ...]
    """What the wallet has more, or less where negative: ACT first; fees are in AKT."""
    known: bool
    """Whether `changes` is all of it; False while it is not decided, and where no node reported what came back."""
    dseq: int | None
    note: str
    """What became of it where that is not simply done: `waiting`, `cancelled, …`, `did not happen`."""
    tx: str


def movements(intents: Iterable[Intent], records: Sequence[MintRecord] | None) -> list[Movement]:
    """One for each transaction, in the order of the intents. `records`: the mint's ledger; None where it was not read.

    Several intents of one transaction (closing many at once) are one movement.
    """
    listed = list(intents)
    owned = {i.tx_hash: set(ledger_records(i)) for i in listed if i.kind in EXCHANGES}
    found: dict[str, Movement] = {}
    for intent in listed:
        others = {id for tx, ids in owned.items() if tx != intent.tx_hash for id in ids}
        made = _movement(intent, records, others)
        known = found.get(intent.tx_hash)
        found[intent.tx_hash] = made if known is None else _joined(known, made)
    return list(found.values())


def _movement(intent: Intent, records: Sequence[MintRecord] | None, of_others: set[RecordId]) -> Movement:
    changes: list[Coin] = []
    known, note = True, _STATES.get(intent.outcome, "")
    if intent.outcome in (Outcome.OPEN, Outcome.UNKNOWN):
        known = False
    if intent.outcome in (Outcome.DONE, Outcome.FAILED):
        changes += (Coin(coin.denom, -coin.amount) for coin in taken(intent))
    if intent.outcome is Outcome.DONE:
        if intent.kind is IntentKind.CLOSE and "fee" in intent.about:
            known = isinstance(intent.about.get("received"), list)
        changes += received(intent)
        if intent.kind in EXCHANGES:
            more, known, note = _exchanged(intent, records, of_others)
            changes += more
    leases = about_leases(intent) if intent.kind is IntentKind.LEASE else []
    return Movement(
        at=intent.created_at,
        kind=intent.kind,
        title=intent.kind.words,
        name=str(intent.about.get("name") or ""),
        provider=leases[0][0].provider if leases else "",
        changes=_summed(changes),
        known=known,
        dseq=intent.dseq,
        note=note,
        tx=intent.tx_hash,
    )


def _exchanged(
    intent: Intent, records: Sequence[MintRecord] | None, of_others: set[RecordId]
) -> tuple[list[Coin], bool, str]:
    """What a mint or burn whose transaction is in a block gave, whether that is all, and what became of it."""
    burn = coin_of(intent.about.get("burn"))
    if burn is None:
        return [], False, "amount not known"
    if (noted := coin_of(intent.about.get("gave"))) is not None:
        return [noted], True, intent.note
    if records is None:
        return [], False, "outcome not read"
    record = own_record(records, burn, intent.height or 0, ledger_records(intent), of_others)
    if record is None:
        return [], False, "outcome not known"
    if record.status == PENDING:
        return [], False, "waiting"
    if record.status == CANCELED:
        return [burn], True, canceled_words(record, burn)
    gave = paid_out(record)
    return ([gave], True, "") if gave is not None else ([], False, "outcome not known")


def _joined(first: Movement, second: Movement) -> Movement:
    """Two intents of one transaction: a new deployment and what it closes, or several that were closed together."""
    ends = first if first.kind is not IntentKind.CLOSE else second
    dseq = first.dseq if first.dseq == second.dseq else None
    return Movement(
        at=first.at,
        kind=ends.kind,
        title=ends.title,
        name=ends.name if ends.kind is not IntentKind.CLOSE else "several",
        provider=ends.provider,
        changes=_summed([*first.changes, *second.changes]),
        known=first.known and second.known,
        dseq=ends.dseq if ends.kind is not IntentKind.CLOSE else dseq,
        note=first.note or second.note,
        tx=first.tx,
    )


def _summed(changes: Iterable[Coin]) -> tuple[Coin, ...]:
    """By denomination, ACT first, without what sums up to nothing."""
    sums: dict[str, int] = {}
    for coin in changes:
        sums[coin.denom] = sums.get(coin.denom, 0) + coin.amount
    order = sorted(sums, key=lambda denom: (denom != UACT, denom))
    return tuple(Coin(denom, sums[denom]) for denom in order if sums[denom])
