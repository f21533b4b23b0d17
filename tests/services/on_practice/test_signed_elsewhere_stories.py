"""Transactions signed elsewhere: written, signed as the official tools sign, taken into the journal, settled."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from akash_tui.adapters.wallet.keys import KeySigner, new_words
from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import lease_quote
from akash_tui.services.deployment.create import attach, keep
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.deployment.resume import resume
from akash_tui.services.ports import BadInput, KeyElsewhere, NotSignedIn, WalletRef
from akash_tui.services.spending import signed_elsewhere
from akash_tui.services.spending.quotes import Quote
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome, SavedStage
from tests.fakes.session import compiled
from tests.helpers.official_cli import AMINO, DIRECT, many_address, multisigned, signed
from tests.helpers.worlds import Practice, fund
from tests.services.on_practice.test_flow import SDL, collected
from tests.services.on_practice.test_grant_stories import held, less, other_wallet

Worlds = Callable[[str], Practice]


def watching(session: Session, address: str) -> None:
    """Make it a watch-only wallet whose transactions are signed elsewhere."""
    session.wallet = WalletRef("shared", address, watch_only=True)
    session.signer = session.unlock = None
    session.elsewhere = True


async def signature(session: Session, quote: Quote, keys: Sequence[KeySigner], mode: str = DIRECT) -> str:
    """The quote's file, signed elsewhere by one key, or by the first and last of several."""
    account = await session.chain.account(session.owner)
    assert account is not None
    text = session.chain.unsigned(quote.draft)
    chain_id, number, sequence = session.network.chain_id, account.number, account.sequence
    if len(keys) == 1:
        return signed(text, keys[0], chain_id=chain_id, number=number, sequence=sequence, mode=mode)
    signers = [0, len(keys) - 1]
    return multisigned(text, 2, keys, signers, chain_id=chain_id, number=number, sequence=sequence)


async def sent(session: Session, text: str) -> list[Intent]:
    return await signed_elsewhere.broadcast(session, await signed_elsewhere.read(session, text))


async def test_two_of_three_keys_deploy_lease_and_close_from_a_watch_only_wallet(worlds: Worlds) -> None:
    practice = worlds("calm")
    keys = [KeySigner.from_words(new_words()) for _ in range(3)]
    owner = many_address(2, keys)
    fund(practice.ready, owner)
    async with other_wallet(practice, "shared", funded=False) as session:
        watching(session, owner)
        before = await held(session)
        quote = await create_quote(session, compiled(SDL), SDL, "web", file="web.yaml", deposit=5_000_000)
        keep(session, quote)
        text = await signature(session, quote, keys)
        ready = await signed_elsewhere.read(session, text)
        assert ready.lines[0].startswith(f"create deployment {quote.id.dseq} with a deposit of 5")
        assert not ready.known
        (intent,) = await signed_elsewhere.broadcast(session, ready)
        assert (intent.kind, intent.dseq, intent.outcome) == (IntentKind.CREATE, quote.id.dseq, Outcome.DONE)
        gas = quote.fee.amount
        assert await held(session) == less(before, act=5_000_000, akt=gas)
        saved = session.journal.deployment(session.network.chain_id, quote.id)
        assert saved is not None
        assert (saved.stage, saved.sdl, saved.name) == (SavedStage.OPEN, SDL, "web")

        # the same file once more: found, not sent again, nothing more is taken
        again = await signed_elsewhere.read(session, text)
        assert again.known
        assert [i.key for i in await signed_elsewhere.broadcast(session, again)] == [intent.key]
        assert await held(session) == less(before, act=5_000_000, akt=gas)

        # the flow goes on: bids come, one is taken by another file
        run = await attach(session, quote.id)
        await collected(session, run)
        leasing = await lease_quote(session, run, {1: run.book.rows(gone=False)[0].id})
        (leased,) = await sent(session, await signature(session, leasing, keys))
        assert (leased.kind, leased.outcome) == (IntentKind.LEASE, Outcome.DONE)
        gas += leasing.fee.amount
        assert [x.id for x in session.journal.leases(session.network.chain_id, quote.id)] == [leasing.bids[0].id]
        with pytest.raises(NotSignedIn):  # no key here: a provider's token cannot be signed
            await deliver(session, await attach(session, quote.id), 5)

        closing = await close_quote(session, quote.id)
        (closed,) = await sent(session, await signature(session, closing, keys))
        assert closed.outcome is Outcome.DONE
        gas += closing.fee.amount
        spent = before[UACT] - (await held(session))[UACT]
        assert 0 < spent < 100_000  # what the lease cost; the rest came back
        assert (await held(session))[UAKT] == before[UAKT] - gas
        assert session.journal.open_intents(session.network.chain_id) == []
        with pytest.raises(NotSignedIn):  # and nothing is signed here by mistake
            await session.chain.sign(closing.draft, KeyElsewhere(owner))


async def test_one_key_in_both_modes_and_what_goes_wrong(worlds: Worlds) -> None:
    practice = worlds("calm")
    key = KeySigner.from_words(new_words())
    fund(practice.ready, key.address)
    async with other_wallet(practice, "ledger", funded=False) as session:
        watching(session, key.address)
        quote = await create_quote(session, compiled(SDL), SDL, "web", file="web.yaml")
        text = await signature(session, quote, [key], AMINO)
        file = json.loads(text)
        file["auth_info"]["fee"]["amount"][0]["amount"] = "1"
        with pytest.raises(BadInput, match="changed after signing"):
            await signed_elsewhere.read(session, json.dumps(file))
        with pytest.raises(BadInput, match="belongs to"):
            async with other_wallet(practice, "stranger", funded=False) as stranger:
                await signed_elsewhere.read(stranger, text)
        assert session.journal.intents() == []  # nothing was sent, nothing written
        ready = await signed_elsewhere.read(session, text)
        (intent,) = await signed_elsewhere.broadcast(session, ready)
        assert intent.outcome is Outcome.DONE

        # a second transaction with the sequence that is used now
        closing = await close_quote(session, quote.id)
        account = await session.chain.account(session.owner)
        assert account is not None
        how: dict[str, Any] = {"chain_id": session.network.chain_id, "number": account.number}
        late = signed(session.chain.unsigned(closing.draft), key, sequence=account.sequence - 1, **how)
        with pytest.raises(BadInput, match="is used already, by another transaction"):
            await signed_elsewhere.read(session, late)
        early = signed(session.chain.unsigned(closing.draft), key, sequence=account.sequence + 1, **how)
        with pytest.raises(BadInput, match="other transactions come first"):
            await signed_elsewhere.read(session, early)

        # sent by another program first: the journal learns of it, and nothing is sent twice
        text = await signature(session, closing, [key])
        ready = await signed_elsewhere.read(session, text)
        await session.chain.broadcast(ready.tx)
        await session.chain.confirm(ready.tx)
        (closed,) = await sent(session, text)
        assert (closed.kind, closed.outcome) == (IntentKind.CLOSE, Outcome.DONE)


async def test_one_that_is_overtaken_is_settled_as_never(worlds: Worlds) -> None:
    """Two files with one sequence: the chain takes one of them, and what became of the other is known all the same."""
    practice = worlds("calm")
    key = KeySigner.from_words(new_words())
    fund(practice.ready, key.address)
    async with other_wallet(practice, "twice", funded=False) as session:
        watching(session, key.address)
        first = await create_quote(session, compiled(SDL), SDL, "web", file="web.yaml")
        second = await create_quote(session, compiled(SDL), SDL, "web", file="web.yaml")
        one, two = await signature(session, first, [key]), await signature(session, second, [key])
        waiting = await signed_elsewhere.read(session, two)
        intents, _ = await signed_elsewhere._intend(session, waiting)  # written, then killed before it was sent
        assert [i.outcome for i in intents] == [Outcome.OPEN]
        (done,) = await sent(session, one)
        assert done.outcome is Outcome.DONE
        report = await resume(session, wait=30)
        assert [(s.intent.dseq, s.outcome) for s in report.settled] == [(second.id.dseq, Outcome.NEVER)]
        saved = session.journal.deployment(session.network.chain_id, second.id)
        assert saved is not None
        assert saved.stage is SavedStage.NEVER
        assert await session.chain.deployment(second.id) is None
