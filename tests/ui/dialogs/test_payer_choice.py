"""Who pays, in a quote's sheet: shown where another account pays or would, and what can be chosen instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.ports.grants import DepositGrant, FeeGrant, Grants, Payers
from akash_tui.services.spending.payers import Payment
from akash_tui.services.spending.quoting import create_quote
from akash_tui.ui.dialogs.payer_choice import payer_options, with_choice
from akash_tui.ui.dialogs.quote_sheets import create_sheet
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled

ANN = "akash1ann00000000000000000000000000000000000"


async def test_the_sheet_shows_who_pays_and_offers_the_others(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "home")
    alone = create_sheet(await create_quote(bench.session(), compiled(SDL), SDL, "web"))
    assert alone.payers == ()
    assert not any("akash1ann" in line.value for line in alone.lines)

    session = bench.session()
    bench.chain.grants_ = Grants(
        (FeeGrant(ANN, OWNER, (Coin(UAKT, 2_000_000),), None),),
        (DepositGrant(ANN, OWNER, (Coin(UACT, 300_000),), ("deployment",), None),),
    )
    offered = create_sheet(await create_quote(session, compiled(SDL), SDL, "web"))
    assert [option.id for option in offered.payers] == [
        "fee:", f"fee:{ANN}", "deposit:balance", "deposit:grant", "deposit:both",
    ]  # fmt: skip
    assert [option.description for option in offered.payers] == [
        "chosen now", "2.0000 AKT left", "chosen now", "0.30 ACT left", "0.30 ACT left",
    ]  # fmt: skip
    for chosen in (f"fee:{ANN}", "deposit:both"):
        session.payers = with_choice(session.payers, chosen)
    assert session.payers == Payers(ANN, "both")

    quote = await create_quote(session, compiled(SDL), SDL, "web")
    lines = [(line.label, line.value) for line in create_sheet(quote).lines]
    assert ("paid", "0.30 ACT by akash1ann…000 (its grant has 0.30 ACT left)") in lines
    assert any(text.endswith("ACT by this wallet") for _, text in lines)
    assert any(
        label == "gas" and "paid by akash1ann…000 (its grant has 2.0000 AKT left)" in text for label, text in lines
    )
    assert any("each their own" in text for label, text in lines if label == "comes back")
    over = replace(
        quote, payment=Payment(grants=Grants((replace(bench.chain.grants_.fees[0], expires=quote.made_at),)))
    )
    assert payer_options(over) == ()
