"""A list of one wallet names what belongs to the others of this home."""

from __future__ import annotations

from pathlib import Path

import pytest

from akash_tui.services.leases.other_wallets import other_wallets
from akash_tui.services.ports import WalletRef
from tests.fakes.session import Bench

OTHERS = ("akash1main000000000000000000000000000000001", "akash1gone000000000000000000000000000000002")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, ""),
        ({OTHERS[0]: 1}, "1 more belongs to wallet main"),
        ({OTHERS[0]: 2}, "2 more belong to wallet main"),
        (
            {OTHERS[0]: 1, OTHERS[1]: 3},
            "3 more belong to akash1gon…002, whose wallet is not here any more, 1 belongs to wallet main",
        ),
    ],
)
def test_what_belongs_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: dict[str, int], said: str
) -> None:
    session = Bench(tmp_path).session()
    monkeypatch.setattr(session.journal, "open_elsewhere", lambda chain_id, owner: counts)
    assert other_wallets(session, [WalletRef("main", OTHERS[0])]) == said
    with_option = said.replace("wallet main", "wallet main (--wallet main)")
    assert other_wallets(session, [WalletRef("main", OTHERS[0])], options=True) == with_option
