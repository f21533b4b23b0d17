"""`lease accept`: a blocked provider is asked about, and never taken by --yes alone."""

from __future__ import annotations

import asyncio

import pytest

from akash_tui.cli import lease_accept
from akash_tui.services.deployment.create import create, new_run
from akash_tui.services.errors import BadInput
from akash_tui.services.spending.quoting import create_quote
from tests.cli.home import ADDRESS, Home
from tests.fakes.chain import provider_name
from tests.fakes.session import SDL, Bench, compiled

ON = ("--network", "mainnet")


async def test_a_blocked_provider_is_asked_about(fake_chain: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    session = fake_chain.session()
    who = provider_name(0)
    session.provider_notes.block(who, "died twice", fake_chain.clock.now())
    asked: list[str] = []
    answer = True

    def confirm(question: str, *, yes: bool) -> bool:
        assert not yes
        asked.append(question)
        return answer

    monkeypatch.setattr(lease_accept, "confirm", confirm)
    lease_accept.ask_about_blocked(session, (provider_name(1), who), ask=True)
    assert len(asked) == 1
    assert asked[0].endswith("you blocked it: died twice. Accept its bid all the same?")
    answer = False
    with pytest.raises(BadInput, match="is not accepted: you blocked it: died twice"):
        lease_accept.ask_about_blocked(session, (who,), ask=True)
    with pytest.raises(BadInput) as refused:
        lease_accept.ask_about_blocked(session, (who,), ask=False)
    assert refused.value.advice.startswith("--allow-blocked accepts it this once")
    assert len(asked) == 2
    await session.aclose()


def test_yes_alone_refuses_a_blocked_provider_and_the_option_does_not(home: Home, fake_chain: Bench) -> None:
    async def opened() -> str:
        session = fake_chain.session()
        quote = await create_quote(session, compiled(SDL), SDL, "web")
        await create(session, quote, new_run(session, quote))
        session.provider_notes.block(ADDRESS, "died twice", fake_chain.clock.now())
        await session.aclose()
        return str(quote.id.dseq)

    accept = (*ON, "lease", "accept", asyncio.run(opened()))
    refused = home.run(*accept, "--provider", ADDRESS, "--yes")
    assert (refused.code, "--allow-blocked" in refused.err) == (2, True), refused
    allowed = home.run(*accept, "--provider", ADDRESS, "--allow-blocked", "--yes")
    assert (allowed.code, "has an open bid" in allowed.err) == (4, True), allowed
    assert home.run(*accept, "--cheapest", "--allow-blocked", "--yes").code == 2
