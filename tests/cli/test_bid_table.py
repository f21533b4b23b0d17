"""Bids as text: what fits the terminal, how the GPU is known, and nothing lost below."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.cli.bid_table import print_bids
from akash_tui.domain.akash.entities import BidState
from akash_tui.domain.akash.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.bids.sorting import CHEAPEST
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import BIDS, HEIGHT, bid, book


def rows() -> list[BidRow]:
    """Five bids, an odd one, and one that went."""
    clock = FrozenClock()
    made = book(clock)
    gone = bid(4, "2870", "h100", state=BidState.CLOSED)
    made.apply([*BIDS[:3], gone, BIDS[4], bid(7, "-3", "a100")], height=HEIGHT + 1, now=clock.now())
    return list(made.rows(CHEAPEST))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 132, 200])
def test_no_line_is_wider_than_the_terminal(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    print_bids(rows(), width=width)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= width
    assert all(word in out for word in ("a100 ×1", "0.92", "europlots"))


def test_at_80_columns_the_gpu_its_price_and_how_it_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    print_bids(rows(), width=80)
    out = capsys.readouterr().out.splitlines()
    assert out[0].split() == [
        "GPU", "VRAM", "price/h", "per", "GPU", "lasts", "provider", "audited", "state",
    ]  # fmt: skip
    assert out[2].split()[:5] == ["a100", "×1", "80", "GBᵖ", "0.92"]
    assert out[3].split()[:4] == ["not", "disclosed", "?", "0.95"]
    assert out[4].startswith("a100 or h100?")
    assert "ᵖ from the provider's attributes; the bid itself does not state it" in out


def test_one_long_name_costs_no_column(capsys: pytest.CaptureFixture[str]) -> None:
    def header(bids: list[BidRow]) -> str:
        print_bids(bids, width=100)
        return " ".join(capsys.readouterr().out.splitlines()[0].split())

    named = rows()
    gpu = GpuOffer(GpuModel("nvidia", "rtxpro6000blackwellserveredition", 96), 8, GpuSource.BID)
    longer = replace(named[0], disclosure=Disclosure((gpu,)), region="a region with a very long name")
    assert header([longer, *named[1:]]) == header(named)


def test_what_is_odd_or_gone_is_explained_below(capsys: pytest.CaptureFixture[str]) -> None:
    print_bids(rows(), width=80)
    out = capsys.readouterr().out
    assert "open !" in out
    below = " ".join(out.split())
    assert "! akash1pro…007: a price must be above zero: the chain would refuse it" in below
    assert "bigiron.net: " in out


def test_a_pipe_gets_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    print_bids(rows(), width=None)
    header = capsys.readouterr().out.splitlines()[0]
    assert all(title in header for title in ("per month", "vs market", "region", "uptime 7d", "per block", "state"))


def test_numbers_to_choose_by(capsys: pytest.CaptureFixture[str]) -> None:
    print_bids(rows(), width=80, numbered=True, err=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[1].startswith("1  rtx4090 ×1")
    assert max(map(len, shown.err.splitlines())) <= 80
