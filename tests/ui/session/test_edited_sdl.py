"""A draft comes back instead of the text of its source, and what was changed elsewhere becomes one."""

from __future__ import annotations

from akash_tui.services.drafts import Drafts
from akash_tui.ui.session.edited_sdl import keep_draft, with_draft
from tests.ui.fakes import Stage_


async def test_a_draft_comes_back_with_a_word_about_it(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        assert await with_draft(scene.app, "preset a", "saved") == "saved"
        await keep_draft(scene.app, "preset a", "changed", "saved")
        assert await with_draft(scene.app, "preset a", "saved") == "changed"
        assert "Your unsaved draft" in scene.app.status.line()[0]
        assert await with_draft(scene.app, "preset a", "changed") == "changed"
        await keep_draft(scene.app, "preset a", "saved", "saved")
        assert not Drafts(scene.program.home).has("preset a")
