"""What a transaction moved, by the journal and the mint's ledger; a record of another transaction is never counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.ports import MintRecord
from akash_tui.services.spending.intent_money import coin_of
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome
from akash_tui.services.wallet.movements import movements

NOW = datetime(2026, 11, 29, tzinfo=UTC)
FEE = Coin(UAKT, -5000)


def intent(kind: IntentKind, outcome: Outcome = Outcome.DONE, tx: str = "AA", **about: object) -> Intent:
    listed = {"fee": "5000uakt"} | about
    return Intent(1, kind, "practice-1", "o", None, tx, None, listed, NOW, outcome, 77, 0, "")


def mint(tx: str, burn: int, **about: object) -> Intent:
    return intent(IntentKind.MINT, Outcome.DONE, tx, burn=f"{burn}uakt", **about)


def record(sequence: int, burned: int, status: str = "executed", reason: str = "") -> MintRecord:
    minted = Coin(UACT, burned * 85 // 100) if status == "executed" else None
    return MintRecord("o", 77, sequence, UAKT, status, minted, Coin(UACT, 7), reason, Coin(UAKT, burned))


def test_two_mints_of_one_block_each_show_what_they_gave() -> None:
    made = [mint("AA", 1400, records=[[77, 1]]), mint("BB", 1200, records=[[77, 2]])]
    first, second = movements(made, [record(1, 1400), record(2, 1200)])
    assert first.changes == (Coin(UACT, 1190 - 7), Coin(UAKT, -6400))
    assert second.changes == (Coin(UACT, 1020 - 7), Coin(UAKT, -6200))
    assert first.known
    assert second.known


def test_a_mint_whose_record_cannot_be_told_from_another_is_not_known() -> None:
    made = [mint("AA", 1400), mint("BB", 1400)]
    for each in movements(made, [record(1, 1400), record(2, 1400)]):
        assert (each.known, each.note, each.changes) == (False, "outcome not known", (Coin(UAKT, -6400),))


@pytest.mark.parametrize(
    ("records", "known", "note", "change"),
    [
        ([record(1, 1400, "pending")], False, "waiting", -6400),
        (
            [record(1, 1400, "canceled", "minimum_mint")],
            True,
            "cancelled: it would have given less than the chain's minimum; AKT paid back",
            -5000,
        ),
        ([], False, "outcome not known", -6400),
        (None, False, "outcome not read", -6400),
    ],
)
def test_a_mint_that_gave_nothing_says_why(
    records: list[MintRecord] | None, known: bool, note: str, change: int
) -> None:
    (made,) = movements([mint("AA", 1400, records=[[77, 1]])], records)
    assert (made.known, made.note, made.changes) == (known, note, (Coin(UAKT, change),))


@pytest.mark.parametrize(
    ("outcome", "known", "changes", "note"),
    [
        (Outcome.DONE, True, (Coin(UACT, -500_000), FEE), ""),
        (Outcome.FAILED, True, (FEE,), "failed, the fee is gone"),
        (Outcome.NEVER, True, (), "did not happen"),
        (Outcome.OPEN, False, (), "not known yet"),
        (Outcome.UNKNOWN, False, (), "cannot be known"),
    ],
)
def test_what_is_not_decided_is_not_counted(
    outcome: Outcome, known: bool, changes: tuple[Coin, ...], note: str
) -> None:
    (made,) = movements([intent(IntentKind.DEPOSIT, outcome, deposit="500000uact")], [])
    assert (made.known, made.changes, made.note) == (known, changes, note)


def test_several_closed_in_one_transaction_are_one_movement() -> None:
    first = replace(intent(IntentKind.CLOSE, received=["4400000uact"]), dseq=7)
    second = replace(first, dseq=8, about={"name": "b"})
    (made,) = movements([second, first], [])
    assert (made.title, made.name, made.dseq, made.known) == ("close", "several", None, True)
    assert made.changes == (Coin(UACT, 4_400_000), FEE)
    (unread,) = movements([replace(first, about={"fee": "5000uakt"})], [])
    assert not unread.known, "no node told what came back"


@pytest.mark.parametrize("text", ["", "uakt", "5", None, 5, "5.5uakt", "-5uakt", "5 uakt\n" * 99, "9" * 60 + "uakt"])
def test_what_is_no_coin_in_the_journal_is_left_out(text: object) -> None:
    found = coin_of(text)
    assert found is None or found.denom != UAKT


def test_a_coin_of_the_journal() -> None:
    assert coin_of("5000uakt") == Coin(UAKT, 5000)
