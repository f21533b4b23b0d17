"""A transaction that was signed elsewhere (several keys, a hardware wallet): into the journal, sent, settled.

It does not matter who wrote it: what it is for is read from its messages, so that its effect is settled as that of any
other. Sent twice it counts once: its hash is its name, here and on the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.messages import (
    BALANCE_ONLY,
    BurnAct,
    CloseDeployment,
    CloseGroup,
    CloseLease,
    CreateDeployment,
    CreateLease,
    DepositDeployment,
    GrantDeposits,
    GrantFees,
    Message,
    MintAct,
    PauseGroup,
    RevokeDeposits,
    RevokeFees,
    StartGroup,
    UpdateDeployment,
    spent_in_all,
)
from akash_tui.domain.akash.money import UACT, DecCoin, named
from akash_tui.domain.text import clean
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, BadInput, SignedTx, Stale, TxDraft
from akash_tui.services.ports.grants import Grants
from akash_tui.services.spending.bounds import Excess, fee_beyond, refuse_beyond
from akash_tui.services.spending.limits import beyond_limits, spend_beyond
from akash_tui.services.spending.mint_ledger import EXCHANGES
from akash_tui.services.spending.payers import Payment, payment
from akash_tui.services.spending.spend import JournalPurpose, paid_by_others, send
from akash_tui.services.spending.tx_effect import state_before
from akash_tui.services.spending.tx_settlement import conclude, refuse_while_open, settle
from akash_tui.services.storage.journal_entries import (
    Intent,
    IntentKind,
    IntentPart,
    Outcome,
    SavedDeployment,
    SavedStage,
    Sent,
    lease_about,
)
from akash_tui.services.storage.sdl_versions import SdlVersions

_GROUP_KINDS = {
    PauseGroup: IntentKind.PAUSE_GROUP,
    StartGroup: IntentKind.START_GROUP,
    CloseGroup: IntentKind.CLOSE_GROUP,
}


@dataclass(frozen=True, slots=True)
class ReadyToSend:
    """A signed transaction that was checked, and what it does."""

    tx: SignedTx
    purposes: tuple[JournalPurpose, ...]
    lines: tuple[str, ...]
    """What its messages do, one sentence each."""
    beyond: tuple[Excess, ...]
    """What of it is beyond a bound or a limit; nothing of one that was sent before and may count."""
    known: bool
    """Whether the journal has it already: it was sent before."""
    read_at: datetime
    """To which moment a figure belongs that a person types to allow it."""
    payment: Payment
    """Who pays, as far as it can be read."""


async def read(session: Session, text: str) -> ReadyToSend:
    """Check a signed file. Raises `BadInput` that says what is wrong with it, `Unreachable`, `WrongChain`."""
    if session.readonly:
        raise BadInput("This session is read-only.", "Start again without --readonly to send.")
    tx = await session.chain.read_signed(text, session.owner)
    messages, now = tx.draft.messages, session.clock.now()
    known = session.journal.of_tx(session.network.chain_id, tx.hash)
    beyond: tuple[Excess, ...] = ()
    if all(each.outcome is Outcome.NEVER for each in known):  # else it is among what was sent, and only looked up
        fee = tx.draft.fee
        spends = spend_beyond(session, messages, fee, now, besides=tx.hash)
        beyond = (*fee_beyond(session, tx.draft, now), *spends)
    return ReadyToSend(
        tx=tx,
        purposes=await purposes_of(session, messages),
        lines=tuple(sentence(message) for message in messages),
        beyond=beyond,
        known=bool(known),
        read_at=now,
        payment=await _payment(session, tx.draft, now),
    )


async def _payment(session: Session, draft: TxDraft, now: datetime) -> Payment:
    """Who pays; what grants hold is read only where the deposit may come from them."""
    owner, messages = session.owner, draft.messages
    deposits = [m for m in messages if isinstance(m, CreateDeployment | DepositDeployment)]
    if all(m.sources == BALANCE_ONLY for m in deposits):
        return payment(owner, messages, draft.fee_granter, Grants(), 0, now)
    try:
        grants, held = await together(session.chain.grants_to(owner), session.chain.balances(owner))
    except AkashError:
        return payment(owner, messages, draft.fee_granter, None, 0, now)
    balance = next((coin.amount for coin in held if coin.denom == UACT), 0)
    return payment(owner, messages, draft.fee_granter, grants, balance, now)


async def broadcast(session: Session, ready: ReadyToSend) -> list[Intent]:
    """Write it to the journal, send it, wait for its block; the intents as they are then settled.

    One that was sent before, or is being sent by another program, is looked up again, and only sent once more while
    nobody has it. Raises `Stale` where what it does was done by another transaction, `TxUnknown` (the intents stay
    open), `Refused`, `Insufficient`.
    """
    journal, chain_id = session.journal, session.network.chain_id
    intents = await _settled(session, journal.of_tx(chain_id, ready.tx.hash))
    with ExitStack() as alone:
        if not intents:
            ids = {p.dseq: DeploymentId(session.owner, p.dseq) for p in ready.purposes if p.dseq is not None}
            for id in ids.values():
                alone.enter_context(session.alone(id))
            for each in ready.purposes:
                await refuse_while_open(session, None if each.dseq is None else ids[each.dseq])
            intents, written = await _intend(session, ready)
            if not written:
                intents = await _settled(session, intents)
        waiting = [each for each in intents if each.outcome is Outcome.OPEN]
        if not waiting:
            return intents
        result = await send(session, waiting, ready.tx, lambda step, tx: None)
    if result.code != 0:
        outcomes = {(await conclude(session, each, result)).outcome for each in waiting}
        error = session.chain.error_of(result)
        if Outcome.OPEN in outcomes:
            raise error.reported_by_one(ready.tx.expires)
        if outcomes != {Outcome.DONE}:
            raise error
    return [each for each in journal.of_tx(chain_id, ready.tx.hash) if each.outcome is not Outcome.NEVER]


async def _settled(session: Session, intents: Sequence[Intent]) -> list[Intent]:
    """What became of these intents; what never happened is left out, for it may still happen."""
    settled = [await settle(session, each) for each in intents]
    return [each for each in settled if each.outcome is not Outcome.NEVER]


async def _intend(session: Session, ready: ReadyToSend) -> tuple[list[Intent], bool]:
    """An intent for each purpose, and whether they were written now; `Stale` where a deployment of this number was
    made already."""
    tx, chain_id = ready.tx, session.network.chain_id
    amounts, at = spent_in_all(tx.draft.messages), ready.read_at
    refuse_beyond(session, fee_beyond(session, tx.draft, at))

    def check(sent: Sent) -> None:
        for part in parts:
            if part.saved is not None:
                saved = session.journal.deployment(chain_id, part.saved.id)
                if saved is not None and saved.stage is not SavedStage.NEVER:
                    raise Stale(
                        f"Deployment {part.dseq} was sent already; nothing was sent again.", "See akash-tui lease list."
                    )
        if amounts:
            refuse_beyond(session, beyond_limits(session.bounds, session.max_spend, sent, amounts, tx.draft.fee, at))

    parts: list[IntentPart] = []
    for purpose in ready.purposes:
        about = dict(purpose.about) | {"signed": "elsewhere"}
        about["spends"] = []
        if not parts:  # one fee, and one sum, however many things it is for
            about["fee"] = str(tx.draft.fee)
            about["spends"] = [f"{n}{denom}" for denom, n in amounts.items()]
            about |= paid_by_others(ready.payment, session.owner)
        if tx.sequence is not None:
            about |= {"sequence": tx.sequence, "last_height": tx.last_height}
        about |= await state_before(session, purpose.kind, [m for m in tx.draft.messages if _concerns(m, purpose)])
        parts.append(IntentPart(purpose.kind, purpose.dseq, about, purpose.saved))
    intents, written = session.journal.intend_once(
        parts, chain_id, session.owner, tx, session.clock.now(), session=session.signed, check=check
    )
    if written:
        session.signed.update(intent.key for intent in intents)
    return intents, written


def _concerns(message: Message, purpose: JournalPurpose) -> bool:
    """False for a deposit into another deployment, whose sum would be taken for this one's."""
    return not isinstance(message, DepositDeployment) or message.deployment.dseq == purpose.dseq


async def purposes_of(session: Session, messages: tuple[Message, ...]) -> tuple[JournalPurpose, ...]:
    """What the messages are for, each deployment's leases and groups together. Raises `BadInput` for messages that do
    not belong into one transaction of ours."""
    found: list[JournalPurpose] = []
    leases = [m.bid for m in messages if isinstance(m, CreateLease)]
    ends = [m.lease for m in messages if isinstance(m, CloseLease)]
    for message in messages:
        match message:
            case CreateDeployment():
                found.append(_created(session, message))
            case UpdateDeployment():
                found.append(_for(IntentKind.UPDATE, message.id.dseq, {"version": message.hash.hex()}))
            case CloseDeployment():
                found.append(_for(IntentKind.CLOSE, message.id.dseq, _name(session, message.id)))
            case CreateLease() if message.bid == leases[0]:
                prices = [(bid, await _price(session, bid)) for bid in leases]
                extra = next((m.deposit for m in messages if isinstance(m, DepositDeployment)), None)
                about: dict[str, object] = {
                    "leases": lease_about(prices),
                    "extra_deposit": "" if extra is None else str(extra),
                }
                found.append(_for(IntentKind.LEASE, message.bid.dseq, about))
            case CloseLease() if message.lease == ends[0]:
                prices = [(lease, await _price(session, lease)) for lease in ends]
                found.append(_for(IntentKind.CLOSE_LEASE, message.lease.dseq, {"leases": lease_about(prices)}))
            case PauseGroup() | StartGroup() | CloseGroup():
                found.append(_for(_GROUP_KINDS[type(message)], message.group.dseq, {"gseq": message.group.gseq}))
            case DepositDeployment() if not leases and message.deployment.owner == session.owner:
                found.append(_for(IntentKind.DEPOSIT, message.deployment.dseq, {"deposit": str(message.deposit)}))
            case MintAct():
                found.append(_for(IntentKind.MINT, None, {"burn": str(message.burn)}))
            case BurnAct():
                found.append(_for(IntentKind.BURN, None, {"burn": str(message.burn)}))
    if given := [m for m in messages if isinstance(m, GrantFees | GrantDeposits | RevokeFees | RevokeDeposits)]:
        found.append(_grants(given))
    dseqs = {bid.dseq for bid in leases} | {lease.dseq for lease in ends}
    exchanges = sum(each.kind in EXCHANGES for each in found)  # the ledger does not say which record is whose
    if not found or len(dseqs) > 1 or exchanges > 1:
        raise BadInput(
            "The file does several things that this program cannot follow in one transaction.",
            "Send it with the official command line: akash tx broadcast FILE.",
        )
    return tuple(found)


def _grants(messages: Sequence[GrantFees | GrantDeposits | RevokeFees | RevokeDeposits]) -> JournalPurpose:
    """Grants that are given, or only ended. One that is replaced is ended before, in the same transaction."""
    about: dict[str, object] = {"grantee": messages[0].grantee}
    limits = {_pays(m): str(m.limit) for m in messages if isinstance(m, GrantFees | GrantDeposits)}
    if limits:
        return JournalPurpose(IntentKind.GRANT, None, about | limits)
    return JournalPurpose(IntentKind.REVOKE, None, about | {"ends": [_pays(m) for m in messages]})


def _for(kind: IntentKind, dseq: int | None, about: dict[str, object]) -> JournalPurpose:
    return JournalPurpose(kind, dseq, about)


def _created(session: Session, message: CreateDeployment) -> JournalPurpose:
    """A creation: with the SDL that was saved when the file was written, if that was here."""
    chain_id = session.network.chain_id
    version = SdlVersions(session.journal).find(chain_id, message.id, message.hash)
    file = "" if version is None else version.file
    saved = SavedDeployment(
        chain_id=chain_id,
        id=message.id,
        name=PurePath(file).stem or next((clean(group.name, 40) for group in message.groups), str(message.id.dseq)),
        file=file or "deploy.yaml",
        sdl="" if version is None else version.sdl,
        manifest=b"" if version is None else version.manifest,
        version=message.hash,
        hours=None,
        stage=SavedStage.CREATING,
        created_at=session.clock.now(),
    )
    about: dict[str, object] = {
        "name": saved.name,
        "deposit": str(message.deposit),
        "version": message.hash.hex(),
    }
    return JournalPurpose(IntentKind.CREATE, message.id.dseq, about, saved)


def _name(session: Session, id: DeploymentId) -> dict[str, object]:
    saved = session.journal.deployment(session.network.chain_id, id)
    return {} if saved is None else {"name": saved.name}


async def _price(session: Session, id: BidId) -> DecCoin:
    """A bid's price, as the chain has it. Raises `BadInput` where there is no such bid."""
    bid = await session.chain.bid(id)
    if bid is None:
        raise BadInput("The file leases a bid that the chain does not know.", "Check the network: akash-tui networks.")
    return bid.price


def sentence(message: Message) -> str:
    """What a message does, as a question about it says it."""
    match message:
        case CreateDeployment():
            return f"create deployment {message.id.dseq} with a deposit of {named(message.deposit)}"
        case UpdateDeployment():
            return f"update deployment {message.id.dseq} to version {message.hash.hex()[:12]}…"
        case CloseDeployment():
            return f"close deployment {message.id.dseq}"
        case CreateLease():
            return f"lease the bid of {message.bid.provider} for deployment {message.bid.dseq}"
        case CloseLease():
            return f"end the lease with {message.lease.provider} of deployment {message.lease.dseq}"
        case PauseGroup():
            return f"pause group {message.group.gseq} of deployment {message.group.dseq}"
        case StartGroup():
            return f"start group {message.group.gseq} of deployment {message.group.dseq}"
        case CloseGroup():
            return f"close group {message.group.gseq} of deployment {message.group.dseq}"
        case DepositDeployment():
            return f"add {named(message.deposit)} to deployment {message.deployment.dseq}"
        case MintAct():
            return f"give {named(message.burn)} for ACT"
        case BurnAct():
            return f"give {named(message.burn)} for AKT"
        case GrantFees() | GrantDeposits():
            until = "" if message.expires is None else f" until {message.expires:%Y-%m-%d}"
            return f"pay {_pays(message)} of {message.grantee} up to {named(message.limit)}{until}"
        case RevokeFees() | RevokeDeposits():
            return f"stop paying {_pays(message)} of {message.grantee}"


def _pays(message: GrantFees | GrantDeposits | RevokeFees | RevokeDeposits) -> str:
    return "fees" if isinstance(message, GrantFees | RevokeFees) else "deposits"


def next_step(purpose: JournalPurpose) -> str:
    """What goes on from it, as a sentence with its command; "" where nothing is left to do."""
    dseq = purpose.dseq
    if purpose.kind is IntentKind.CREATE:
        return f"akash-tui bids {dseq} --watch; then akash-tui lease accept {dseq} --cheapest"
    if purpose.kind in (IntentKind.LEASE, IntentKind.UPDATE):
        return "akash-tui resume --yes sends the manifest, with a wallet that has the key"
    if purpose.kind in (IntentKind.MINT, IntentKind.BURN):
        return "akash-tui wallet show, some blocks later"
    if purpose.kind in (IntentKind.CLOSE_LEASE, IntentKind.START_GROUP):
        return f"akash-tui bids {dseq} --watch"
    if purpose.kind in (IntentKind.GRANT, IntentKind.REVOKE):
        return "akash-tui wallet grants"
    return ""
