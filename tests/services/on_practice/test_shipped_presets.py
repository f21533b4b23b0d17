"""Every preset that comes with the program reaches `running`, all of them at once on one practice network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from akash_tui.domain.bids.rule import Rule
from akash_tui.domain.sdl.edit.parameters import parameters
from akash_tui.domain.secret import Secret
from akash_tui.services.automation.deploy_options import DeployOptions, DeployOutcome
from akash_tui.services.automation.headless_deploy import drive
from akash_tui.services.core.secret_values import filled
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.files import packaged
from tests.helpers.worlds import Practice

PRESETS = {file.stem: file.read_text(encoding="utf-8") for file in packaged("sdl_templates").glob("*.yaml")}


async def run(session: Session, name: str, text: str) -> DeployOutcome:
    needed = [one for one in parameters(text) if not one.optional]
    secrets = {one.name: Secret("x") for one in needed if one.secret}
    for one in needed:
        if not one.secret and not session.sdl.value(text, one.key):
            text = session.sdl.with_value(text, one.key, "x")
    ready = await filled(session.sdl, session.secrets, text, name, given=secrets)
    quote = await create_quote(session, ready.compiled, ready.sdl, name, file=f"{name}.yaml")
    outcome = await drive(session, quote, DeployOptions(Rule("cheapest"), collect=0.5), lambda event: None)
    if outcome.run is not None and outcome.state != "closed":
        await close(session, await close_quote(session, outcome.run.id), outcome.run)
    return outcome


async def test_every_one_runs(worlds: Callable[[str], Practice]) -> None:
    async with worlds("calm").session() as session:
        ended = await asyncio.gather(*(run(session, name, text) for name, text in PRESETS.items()))
    assert {name: end.state for name, end in zip(PRESETS, ended, strict=True)} == dict.fromkeys(PRESETS, "running")
