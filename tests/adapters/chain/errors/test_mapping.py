"""Every refusal that the real chain gave becomes a sentence, an advice and the right error."""

from __future__ import annotations

import json
import unicodedata

import pytest

from akash_tui.adapters.chain.errors import mapping as errors
from akash_tui.adapters.chain.errors.table import BY_CODE, ROWS
from akash_tui.adapters.chain.rest_json import chain as chain_json
from akash_tui.adapters.chain.rest_json import tx as tx_json
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import AkashError, BidGone, Insufficient, NothingNew, OrderGone, OutOfGas, Refused
from tests.adapters.chain.recordings import answer, load, names, needs_recordings

pytestmark = needs_recordings

EXPECTED: dict[str, tuple[type[AkashError], str]] = {
    "err-batch-one-bad-included": (Refused, "There is no such deployment."),
    "err-broadcast-block": (Refused, "The chain refused: unsupported return type"),
    "err-deposit-low-included": (Refused, "The deposit is below the chain's minimum of 0.5 ACT."),
    "err-deposit-more-than-balance-included": (Insufficient, "Not enough balance for the deposit."),
    "err-deposit-no-source-broadcast": (Refused, "The deposit has no valid source"),
    "err-deposit-uakt-broadcast": (Refused, "The chain does not accept the deposit or the price's denomination."),
    "err-duplicate-after-inclusion": (Refused, "The node already has this transaction."),
    "err-duplicate-in-mempool": (Refused, "The node already has this transaction."),
    "err-duplicate-ordered-after-inclusion": (Refused, "The node already has this transaction."),
    "err-fee-grant-none-broadcast": (Refused, "There is no fee grant for this account."),
    "err-fee-grant-too-small-broadcast": (Refused, "The fee is above what the fee grant still allows."),
    "err-fee-uact-broadcast": (Refused, "The fee is too low for this node: 50000uact offered, 5000uakt required."),
    "err-garbage": (Refused, "The node could not read the transaction."),
    "err-grant-too-small-included": (Insufficient, "Not enough balance for the deposit."),
    "err-hash-short-broadcast": (Refused, "The manifest's hash is not valid"),
    "err-insufficient-fee-broadcast": (Refused, "The fee is too low for this node: 10uakt offered"),
    "err-memo-broadcast": (Refused, "The memo is too long."),
    "err-no-groups-broadcast": (Refused, "The chain considers the deployment's groups invalid."),
    "err-out-of-gas-checktx-broadcast": (OutOfGas, "The transaction ran out of gas"),
    "err-out-of-gas-deliver-included": (OutOfGas, "The transaction ran out of gas"),
    "err-price-uakt-included": (Refused, "The chain does not accept the deposit or the price's denomination."),
    "err-sequence-high-broadcast": (Refused, "Another transaction of this account came first."),
    "err-sequence-low-broadcast": (Refused, "Another transaction of this account came first."),
    "err-simulate-deposit": (Refused, "The deposit is below the chain's minimum of 0.5 ACT."),
    "err-simulate-future-sequence": (Refused, "Another transaction of this account came first."),
    "err-simulate-sequence": (Refused, "Another transaction of this account came first."),
    "err-timeout-height-broadcast": (Refused, "The transaction missed its last possible block"),
    "err-unordered-ttl-long-broadcast": (Refused, "The chain considers the transaction invalid."),
    "err-unordered-ttl-past-broadcast": (Refused, "The transaction's time-out has passed"),
    "err-unordered-with-sequence-broadcast": (Refused, "The chain considers the transaction invalid."),
    "err-wrong-account-number-broadcast": (Refused, "The chain does not accept the signature."),
    "err-wrong-chain-id-broadcast": (Refused, "The chain does not accept the signature."),
    # not named err-*, but refused all the same
    "close-deployment-twice-included": (Refused, "The deployment is already closed."),
    "create-deployment-same-dseq-included": (Refused, "A deployment with this number already exists."),
    "create-lease-lost-bid-included": (OrderGone, "The order is no longer open"),
    "update-deployment-same-hash-included": (Refused, "The manifest's hash is not valid"),
    "deployment-unknown": (Refused, "There is no such deployment."),
    "bid-unknown": (BidGone, "The bid no longer exists."),
    "account-bad-address": (Refused, "The address is not valid."),
    "bids-bad-state": (Refused, "The chain refused: invalid state value"),
}
ACCEPTED_FIRST = "-not-yet"


def error_in(name: str) -> AkashError | None:
    """The error of a recorded answer as the adapter would raise it; None if it holds none."""
    status, said = load(name)["response"]["status"], answer(name)
    if status != 200:
        return errors.refusal_of_text(chain_json.GatewayErrorJson.model_validate(said).message)
    response = tx_json.BroadcastAnswer.model_validate(said).tx_response
    assert response is not None
    if response.code == 0:
        return None
    if response.height:
        return errors.refusal(response.codespace, response.code, response.value().log)
    return errors.refusal(response.codespace, response.code, response.raw_log)


@pytest.mark.parametrize("name", [n for n in names("err-*") if not n.endswith(ACCEPTED_FIRST)])
def test_every_recorded_error_is_known(name: str) -> None:
    error = error_in(name)
    if error is None:
        # it passed CheckTx (its refusal, if any, is in the -included recording of the same name)
        assert answer(name)["tx_response"]["code"] == 0
        assert name not in EXPECTED
        return
    kind, title = EXPECTED[name]
    assert type(error) is kind
    assert error.title.startswith(title)
    assert error.advice
    for text in (error.title, error.advice, error.detail):
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in text)


@pytest.mark.parametrize("name", [n for n in EXPECTED if not n.startswith("err-")])
def test_other_recorded_refusals(name: str) -> None:
    error = error_in(name)
    kind, title = EXPECTED[name]
    assert type(error) is kind
    assert error.title.startswith(title)
    assert error.advice


def test_raw_bytes_in_a_log_are_cleaned_even_when_they_come_unread() -> None:
    raw = answer("err-fee-grant-none-broadcast")["tx_response"]["raw_log"]
    assert any(unicodedata.category(c) == "Cc" for c in raw)
    error = errors.refusal("sdk", 38, raw)
    assert not any(unicodedata.category(c) == "Cc" for c in error.detail)
    hostile = errors.refusal("sdk", 999, "\x1b]52;c;aGk=\x07\x1b[2Jpay [bold]me\u202e")
    assert hostile.title == "The chain refused: pay [bold]me."


def test_codes_survive() -> None:
    error = error_in("err-deposit-low-included")
    assert isinstance(error, Refused)
    assert (error.codespace, error.number) == ("deployment", 20)
    simulated = error_in("err-simulate-deposit")
    assert isinstance(simulated, Refused)
    assert (simulated.codespace, simulated.number) == ("deployment", 20)


@pytest.mark.parametrize(
    ("log", "need", "have"),
    [
        ("spendable balance 100uakt is smaller than 5000uakt: insufficient funds", 5000, 100),
        ("spendable balance  is smaller than 5000uakt: insufficient funds", 5000, 0),
        ("100uakt is smaller than 5000uakt: insufficient funds", 5000, 100),
        ("7uact is smaller than 5000uakt: insufficient funds", 5000, 0),
    ],
)
def test_what_is_needed_and_what_is_there(log: str, need: int, have: int) -> None:
    error = errors.refusal("sdk", 5, log)
    assert isinstance(error, Insufficient)
    assert (error.need, error.have) == (Coin("uakt", need), Coin("uakt", have))
    assert "AKT" in error.title


def test_a_simulation_without_funds() -> None:
    error = errors.refusal_of_text(
        "spendable balance 9uakt is smaller than 10000uakt: insufficient funds "
        "[cosmos-sdk/x/bank/keeper/send.go:278] with gas used: '14455'"
    )
    assert isinstance(error, Insufficient)
    assert error.need == Coin("uakt", 10000)


def test_market_28_with_that_text_is_about_money_too() -> None:
    assert type(errors.refusal("market", 28, "insufficient balance: deposit invalid")) is Insufficient
    assert type(errors.refusal("market", 28, "deposit invalid")) is Refused


@pytest.mark.parametrize(
    ("codespace", "code", "kind"),
    [("market", 12, BidGone), ("market", 18, BidGone), ("market", 15, OrderGone), ("market", 24, OrderGone)],
)
def test_gone_things(codespace: str, code: int, kind: type[AkashError]) -> None:
    assert type(errors.refusal(codespace, code, "")) is kind


def test_every_row_is_complete_and_found_by_its_text() -> None:
    assert len(BY_CODE) == len(ROWS)
    for row in ROWS:
        assert row.title.endswith(".")
        assert row.advice.endswith(".")
        error = errors.refusal_of_text(f"failed to execute message; message index: 0: {row.root}")
        assert error.title
        if row.kind is not Refused:
            assert type(error) is row.kind


def test_an_unknown_error_keeps_its_words() -> None:
    error = errors.refusal("wasm", 7, "failed to execute message; message index: 0: cannot do that")
    assert isinstance(error, Refused)
    assert error.title == "The chain refused: cannot do that."
    assert "wasm 7" in error.detail
    assert errors.refusal("x", 1, "").title == "The chain refused without giving a reason."


def test_absurd_logs_do_no_harm() -> None:
    for log in ("x" * 1_000_000, "is smaller than " * 5000, json.dumps(["["] * 10000), "\ud800"):
        error = errors.refusal("sdk", 5, log)
        assert len(error.title) < 300
        assert len(error.detail) < 1200


@pytest.mark.parametrize(
    "text",
    [
        "/akash.deployment.v1beta4.MsgCreateDeployment is disabled: unauthorized",
        "message type /akash.market.v1beta5.MsgCreateLease not allowed after sunset: unauthorized",
        "failed to execute message; message index: 0: new orders are disabled",
        "minting is disabled during wind-down",
        "Sunset: MsgMintACT is rejected",
    ],
)
def test_a_chain_that_takes_nothing_new_is_understood_in_a_simulation_and_in_a_block(text: str) -> None:
    for error in (
        errors.refusal_of_text(f"{text} [akash/ante.go:12] with gas used: '0'"),
        errors.refusal("x", 9, text),
    ):
        assert isinstance(error, NothingNew)
        assert "lease close" in error.advice
    assert errors.in_words_of_chain(text)


def test_a_mint_refused_in_words_of_the_sunset_reads_like_everything_new() -> None:
    """Whatever code its module gives it."""
    for error in (
        errors.refusal("bme", 4, "module is disabled: no mints since upgrade v3.0.0-sunset"),
        errors.refusal_of_text("codespace bme code 4: minting is disabled in the wind-down: module is disabled"),
    ):
        assert isinstance(error, NothingNew)
        assert error.title == errors.refusal("sdk", 4, "message MsgCreateLease is disabled: unauthorized").title


def test_a_mint_that_is_switched_off_ends_nothing_else() -> None:
    for error in (errors.refusal("bme", 4, "module is disabled"), errors.refusal_of_text("module is disabled")):
        assert isinstance(error, Refused)
        assert not isinstance(error, NothingNew)
        assert error.title == "The mint is switched off."


@pytest.mark.parametrize("text", ["transaction indexing is disabled", "rpc is disabled on this node", "sunset"])
def test_a_nodes_own_switches_are_not(text: str) -> None:
    assert not isinstance(errors.refusal_of_text(text), NothingNew)
    assert not errors.in_words_of_chain(text)
