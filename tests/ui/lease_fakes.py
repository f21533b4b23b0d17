"""What the screens of one lease ask of the services, answered by a script."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from ui_fakes import BLOCK, HEIGHT, ID, SDL, bid_id, common, lease

from akash_tui.domain.market import DeploymentId, GroupId
from akash_tui.services.groups import GroupQuote, Step
from akash_tui.services.lease_shell import Target
from akash_tui.services.ports import TxResult
from akash_tui.services.redeploy import Redeploy
from akash_tui.services.run import DeploymentRun

AVOIDED = {bid_id(2).provider: "it never took the manifest"}


async def again(session: Any, id: DeploymentId) -> Redeploy:
    return Redeploy(id, "vllm-qwen", "vllm-qwen.yaml", SDL, True, AVOIDED, True)


async def group_quote(session: Any, group: GroupId, step: Step) -> GroupQuote:
    ends = () if step is Step.START else (lease(bid_id(2)),)
    return GroupQuote(
        **common(session.clock), id=ID, group=group, name="dcloud", step=step, ends=ends, ends_h=Decimal("0.92"),
        left=Decimal(4_400_000), block_time=BLOCK, last=True,
    )  # fmt: skip


class Groups:
    """What was signed for groups, with whom to avoid."""

    done: ClassVar[list[tuple[Step, dict[str, str]]]] = []

    @classmethod
    async def do(
        cls, session: Any, quote: GroupQuote, run: DeploymentRun | None, *, avoid: Mapping[str, str] | None = None
    ) -> TxResult:
        cls.done.append((quote.step, dict(avoid or {})))
        return TxResult("CD" * 32, HEIGHT + 1, 0, "", "", 1, None)


class Shells:
    """Shells that are opened, with what they end with."""

    targets: ClassVar[list[Target]] = []
    opened: ClassVar[list[tuple[str, int]]] = []
    code: ClassVar[int | None] = 0

    @classmethod
    async def found(cls, session: Any, id: DeploymentId) -> list[Target]:
        return cls.targets

    @classmethod
    @asynccontextmanager
    async def open(cls, session: Any, lease: Any, service: str, command: Any, **more: Any) -> AsyncIterator[object]:
        cls.opened.append((service, more["pod"]))
        yield object()

    @classmethod
    async def talk(cls, remote: object, **more: Any) -> int | None:
        return cls.code


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the script in place of the services."""
    monkeypatch.setattr("akash_tui.ui.lease_again.redeploy", again)
    monkeypatch.setattr("akash_tui.ui.lease_groups.group_quote", group_quote)
    monkeypatch.setattr("akash_tui.ui.following.do_group", Groups.do)
    monkeypatch.setattr(Groups, "done", [])
    for name, value in (("targets", [Target(bid_id(2), "vllm", 1, 1)]), ("opened", []), ("code", 0)):
        monkeypatch.setattr(Shells, name, value)
    monkeypatch.setattr("akash_tui.ui.lease_shell.shell_targets", Shells.found)
    monkeypatch.setattr("akash_tui.ui.lease_shell.open_shell", Shells.open)
    monkeypatch.setattr("akash_tui.ui.lease_shell.talk", Shells.talk)
    monkeypatch.setattr("akash_tui.ui.lease_browser.show", lambda url: False)
