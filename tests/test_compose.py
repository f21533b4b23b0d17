"""What an open session reads again from the home."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.compose import Program
from akash_tui.services.storage.settings import ActLimits, Bounds
from tests.helpers.worlds import Worlds


async def test_an_open_session_has_the_limits_that_are_saved_now(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        assert session.bounds == Bounds()
        other = Program(session.journal.path.parent)
        limits = Bounds(act=ActLimits(day=Decimal(3)))
        try:
            other.save_settings(other.settings.model_copy(update={"bounds": limits}))
            assert session.bounds == limits
        finally:
            other.save_settings(other.settings.model_copy(update={"bounds": Bounds()}))
