"""Quotes of what `--on-fail` signs: printed in full, and never in the way of the signing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import click
import pytest

from akash_tui.cli.quotes import group_question, on_fail_printer
from akash_tui.domain.akash.entities import GroupId
from akash_tui.services.deployment.groups import GroupAction, group_quote
from akash_tui.services.spending.quoting import close_quote
from tests.fakes.session import Bench
from tests.services.leases.test_lease_reader import leased


async def test_a_quote_says_what_could_not_be_verified(fake_chain: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    run = await leased(fake_chain)
    session = fake_chain.session()
    quote = replace(await close_quote(session, run.id), unverified=("The price is one endpoint's word.",))
    on_fail_printer(session)(quote)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"Close deployment {run.id.dseq} (")
    assert "Not verified: The price is one endpoint's word." in printed.err


async def test_a_stderr_without_a_reader_stops_no_close(fake_chain: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await leased(fake_chain)
    session = fake_chain.session()
    quote = await close_quote(session, run.id)
    tried: list[str] = []

    def echo(text: str, err: bool = False) -> None:
        tried.append(text)
        raise BrokenPipeError

    monkeypatch.setattr(click, "echo", echo)
    on_fail_printer(session)(quote)
    assert len(tried) == 1


async def test_the_end_of_a_lease_names_provider_rate_and_what_stays(fake_chain: Bench) -> None:
    run = await leased(fake_chain)
    lease = run.leases[0].id
    quote = await group_quote(fake_chain.session(), GroupId(lease.owner, lease.dseq, lease.gseq), GroupAction.REQUOTE)
    text = group_question(quote, lambda owner: f"<{owner}>")
    assert text.startswith(f"End the lease at <{lease.provider}> (≈ $")
    assert "ACT stay in the deployment" in text
    none_ends = group_question(replace(quote, ends=(), left=Decimal(-5)), str)
    assert f"of deployment {lease.dseq}? No running lease ends. About 0.00 ACT stay" in none_ends
