"""Receipts: what they say of a decision, and that text of others stays text."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.money import UACT, UAKT, Coin, DecCoin
from akash_tui.domain.bids.receipt import BY_HAND, DecisionReceipt, ReceiptBid, ReceiptChoice
from akash_tui.services.ports import BadInput
from akash_tui.services.receipts.files import FOLDER, as_shown, find, owner_of, read, save

PRICE = DecCoin(UACT, Decimal("833.250000000000000001"))
TAKEN = ReceiptBid(
    BidId("akash1me", 7, 1, 1, "akash1p0"), "p0.example", "1 × a100 80 GB", PRICE, Decimal("0.5"), Decimal("0.5"),
    "open", True, "",
)  # fmt: skip
OTHER = replace(
    TAKEN,
    id=replace(TAKEN.id, provider="akash1p1"),
    provider="[click](http://evil) | **a** <b>",
    chosen=False,
    reason="costs 0.6 ACT an hour",
)
RECEIPT = DecisionReceipt(
    at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    network="mainnet",
    practice=False,
    chain_id="akashnet-2",
    owner="akash1me",
    dseq=7,
    name="train",
    tx="9B04",
    height=812_345,
    choices=(ReceiptChoice(TAKEN, "the cheapest · wait 45 s", PRICE, Decimal("0.4")),),
    bids=(TAKEN, OTHER),
    more=0,
    price=PRICE,
    price_h=Decimal("0.5"),
    deposit=Coin(UACT, 5_000_000),
    fee=Coin(UAKT, 6_000),
    fee_ceiling=Coin(UAKT, 24_000),
    gas_limit=240_000,
    lasts_hours=Decimal(10),
    ends_at=datetime(2026, 11, 20, 22, tzinfo=UTC),
    unverified=("p0.example is not audited.",),
)


def test_both_files_are_private_and_the_newest_counts(tmp_path: Path) -> None:
    save(tmp_path, RECEIPT)
    newer = replace(RECEIPT, at=RECEIPT.at + timedelta(minutes=5), name="again")
    path = save(tmp_path, newer)
    assert path.parent == tmp_path / FOLDER
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert len(find(tmp_path, "akashnet-2", 7)) == 2
    assert "again" in read(tmp_path, "akashnet-2", 7)
    assert json.loads(read(tmp_path, "akashnet-2", 7, as_json=True))["name"] == "again"
    for other in (("akashnet-2", 70), ("practice-1", 7)):
        with pytest.raises(BadInput, match="no receipt"):
            read(tmp_path, *other)


def test_a_receipt_of_another_chain_or_wallet_is_never_shown(tmp_path: Path) -> None:
    save(tmp_path, RECEIPT)
    save(tmp_path, replace(RECEIPT, owner="akash1other", at=RECEIPT.at + timedelta(minutes=5)))
    assert find(tmp_path, "akashnet", 2) == [], "its number ends the name of the chain akashnet-2"
    assert json.loads(read(tmp_path, "akashnet-2", 7, "akash1me", as_json=True))["owner"] == "akash1me"
    assert len(find(tmp_path, "akashnet-2", 7)) == 2
    (tmp_path / FOLDER / find(tmp_path, "akashnet-2", 7, "akash1me")[0].name).with_suffix(".json").write_text("[")
    with pytest.raises(BadInput, match="no receipt"):
        read(tmp_path, "akashnet-2", 7, "akash1me")


def test_two_accepts_of_one_second_are_two_files(tmp_path: Path) -> None:
    save(tmp_path, RECEIPT)
    save(tmp_path, replace(RECEIPT, owner="akash1other", tx="0B17"))
    save(tmp_path, replace(RECEIPT, tx="7C00"))
    assert len(find(tmp_path, "akashnet-2", 7)) == 3
    assert len(find(tmp_path, "akashnet-2", 7, "akash1me")) == 2
    for owner in ("akash1me", "akash1other"):
        assert json.loads(read(tmp_path, "akashnet-2", 7, owner, as_json=True))["owner"] == owner


def test_a_receipt_of_an_earlier_program_is_found(tmp_path: Path) -> None:
    path = save(tmp_path, RECEIPT)
    for end in (".md", ".json"):
        path.with_suffix(end).rename(path.with_name(f"{path.stem.removesuffix('-9B04')}{end}"))
    assert json.loads(read(tmp_path, "akashnet-2", 7, "akash1me", as_json=True))["tx"] == "9B04"


def test_whose_receipt_is_meant(tmp_path: Path) -> None:
    def of(wallet: str | None, *, only: bool = False) -> str | None:
        return owner_of(tmp_path, "akashnet-2", 7, wallet, {"akash1me": "main", "akash1other": "work"}, only=only)

    assert of("akash1me") is None, "there is none at all"
    save(tmp_path, RECEIPT)
    assert (of("akash1me"), of("akash1third"), of(None)) == ("akash1me",) * 3
    with pytest.raises(BadInput, match="of work in this home, but of main"):
        of("akash1other", only=True)
    save(tmp_path, replace(RECEIPT, owner="akash1other", at=RECEIPT.at + timedelta(minutes=5)))
    assert (of("akash1me"), of("akash1other", only=True)) == ("akash1me", "akash1other")
    for wallet in ("akash1third", None):
        with pytest.raises(BadInput, match="but of work, main") as error:
            of(wallet)
    assert "--wallet" in error.value.advice


def test_the_json_has_exact_prices_and_all_bids(tmp_path: Path) -> None:
    save(tmp_path, RECEIPT)
    found = json.loads(read(tmp_path, "akashnet-2", 7, as_json=True))
    assert (found["v"], found["dseq"], found["tx"], found["practice"]) == (1, "7", "9B04", False)
    assert found["price"] == {"denom": "uact", "amount": "833.250000000000000001"}
    assert found["choices"][0]["rule"] == "the cheapest · wait 45 s"
    assert [(bid["address"], bid["chosen"], bid["reason"]) for bid in found["bids"]] == [
        ("akash1p0", True, ""),
        ("akash1p1", False, "costs 0.6 ACT an hour"),
    ]
    assert found["bids"][1]["provider"] == OTHER.provider
    assert (found["deposit"]["amount"], found["fee"]["amount"]) == ("5000000", "6000")


def test_the_text_names_choice_rule_prices_and_what_was_signed() -> None:
    text = RECEIPT.markdown()
    for part in (
        "by the rule: the cheapest · wait 45 s",
        "833.250000000000000001 uact a block",
        "median 0.40 per GPU-hour, this is 25 % above it",
        "5.00 ACT more",
        "0.006000 AKT (at most 0.024000), limit 240,000",
        "p0\\.example is not audited\\.",
        "## Bids that were there: 2",
    ):
        assert part in text
    by_hand = replace(RECEIPT, choices=(replace(RECEIPT.choices[0], rule=BY_HAND),), deposit=None, more=3)
    assert ", chosen by hand" in by_hand.markdown()
    assert "And 3 more" in by_hand.markdown()
    assert "240,000, paid by akash1ann" in replace(RECEIPT, fee_payer="akash1ann").markdown()
    moved = replace(RECEIPT.choices[0], lease_price=DecCoin(UACT, Decimal(900)))
    assert "not the price of the bid" in replace(RECEIPT, choices=(moved,)).markdown()


def test_a_bid_without_a_gpu_has_no_price_per_gpu() -> None:
    choice = RECEIPT.choices[0]
    text = replace(RECEIPT, choices=(replace(choice, bid=replace(choice.bid, gpu_h=None)),)).markdown()
    line = next(line for line in text.splitlines() if line.startswith("- **bid**"))
    assert line.endswith("ACT an hour")


def test_text_of_others_is_no_markdown() -> None:
    row = next(line for line in RECEIPT.markdown().splitlines() if "evil" in line)
    assert "\\[click\\]\\(http\\://evil\\) \\| \\*\\*a\\*\\* \\<b\\>" in row
    shown = as_shown(RECEIPT.markdown())
    assert shown[0] == "Receipt: deployment 7"
    assert any(line.startswith("1 · p0.example · 1 × a100 80 GB · 0.50") for line in shown)
    assert any("[click](http://evil) | **a** <b>" in line for line in shown)
