"""A session that is locked signs nothing until somebody unlocks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from akash_tui.services.errors import NotSignedIn
from akash_tui.services.ports import Locked
from tests.fakes.session import Bench


async def test_a_locked_session_asks_before_it_signs(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    session = bench.session()
    signer = session.require_signer()
    session.unlock = lambda: signer
    session.lock()
    for _ in range(2):
        with pytest.raises(Locked, match=f"{session.called} is locked"):
            session.require_signer()
        with pytest.raises(Locked):
            await session.provider_signer()
        with pytest.raises(Locked):
            await session.signing_key()

    async def asked() -> None:
        session.unlocked()

    session.ask_unlock = asked
    assert await session.signing_key() is signer
    session.lock()
    with pytest.raises(NotSignedIn, match="has not signed anything"):  # so it is not locked any more
        await session.provider_signer(ask=True)
    assert session.require_signer() is signer
