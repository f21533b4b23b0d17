"""What the screens of one lease ask of the services, answered by a script."""

from __future__ import annotations

from typing import Any

import pytest
from ui_fakes import SDL, bid_id

from akash_tui.domain.market import DeploymentId
from akash_tui.services.redeploy import Redeploy

AVOIDED = {bid_id(2).provider: "it never took the manifest"}


async def again(session: Any, id: DeploymentId) -> Redeploy:
    return Redeploy(id, "vllm-qwen", "vllm-qwen.yaml", SDL, True, AVOIDED, True)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the script in place of the services."""
    monkeypatch.setattr("akash_tui.ui.lease_again.redeploy", again)
