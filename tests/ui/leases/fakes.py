"""What the screens of one lease ask of the services, answered by a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.entities import DeploymentId, GroupId
from akash_tui.domain.akash.manifest_changes import changes
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.market.fit_reasons import Change
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import BulkCloseQuote, BulkResult, CloseBatch, ClosingItem
from akash_tui.services.deployment.groups import GroupAction, GroupQuote
from akash_tui.services.deployment.redeploy import AskAgainQuote, RedeployPlan
from akash_tui.services.deployment.update import Comparison, RunningSdl, UpdatePlan, UpdateQuote, Updater
from akash_tui.services.leases.log_streams import Item, StreamNotice
from akash_tui.services.leases.remote_shell import ShellTarget
from akash_tui.services.ports import Refused, TxResult
from akash_tui.services.spending.quotes import Closing
from akash_tui.services.storage.sdl_versions import SdlVersion
from tests.ui.fakes import HEIGHT, ID, SDL, FakeLeases, bid_id, common, lease

AVOIDED = {bid_id(2).provider: "it never accepted the manifest"}


async def again(session: Any, id: DeploymentId) -> RedeployPlan:
    return RedeployPlan(id, "vllm-qwen", "vllm-qwen.yaml", SDL, True, AVOIDED, True)


async def ask_again_quote(
    session: Any, id: DeploymentId, hours: Decimal | None = None, change: Change | None = None
) -> AskAgainQuote:
    steps = session.deployer
    compiled = SdlFiles().read(SDL, "vllm-qwen.yaml")
    quote = await steps.create_quote(compiled, SDL, "vllm-qwen", file="vllm-qwen.yaml", hours=hours)
    closing = Closing(id, steps.leases_running, Coin(UACT, 4_400_000), HEIGHT, ())
    return AskAgainQuote(id, replace(quote, closing=closing), AVOIDED, "" if change is None else change.words)


async def group_quote(session: Any, group: GroupId, step: GroupAction) -> GroupQuote:
    ends = () if step is GroupAction.START else (lease(bid_id(2)),)
    return GroupQuote(
        **common(session.clock), id=ID, group=group, name="dcloud", step=step, ends=ends, ends_h=Decimal("0.92"),
        left=Decimal(4_400_000), last=True,
    )  # fmt: skip


class QuietStreams:
    """Streams that are open and bring nothing; how many are."""

    open: ClassVar[dict[str, int]] = {}

    def __init__(self, session: Any) -> None:
        self.session = session

    async def _stream(self, name: str) -> AsyncGenerator[Item, None]:
        self.open[name] = self.open.get(name, 0) + 1
        try:
            await asyncio.get_running_loop().create_future()
            yield StreamNotice(bid_id(2), "never")
        finally:
            self.open[name] -= 1

    def logs(self, id: DeploymentId, **asked: Any) -> AsyncGenerator[Item, None]:
        return self._stream("logs")

    def events(self, id: DeploymentId, **asked: Any) -> AsyncGenerator[Item, None]:
        return self._stream("events")


class Groups:
    """What was signed for groups, with whom to avoid."""

    done: ClassVar[list[tuple[GroupAction, dict[str, str]]]] = []

    @classmethod
    async def do(
        cls, session: Any, quote: GroupQuote, run: DeploymentRun | None, *, avoid: Mapping[str, str] | None = None
    ) -> TxResult:
        cls.done.append((quote.step, dict(avoid or {})))
        return TxResult("CD" * 32, HEIGHT + 1, 0, "", "", 1, None)


class Shells:
    """Shells that are opened, with what they end with."""

    targets: ClassVar[list[ShellTarget]] = []
    opened: ClassVar[list[tuple[str, int]]] = []
    code: ClassVar[int | None] = 0

    @classmethod
    async def found(cls, session: Any, id: DeploymentId) -> list[ShellTarget]:
        return cls.targets

    @classmethod
    @asynccontextmanager
    async def open(cls, session: Any, lease: Any, service: str, command: Any, **more: Any) -> AsyncIterator[object]:
        cls.opened.append((service, more["pod"]))
        yield object()

    @classmethod
    async def talk(cls, remote: object, **more: Any) -> int | None:
        return cls.code


NEWER = SDL.replace("vllm-openai:v0.6.3", "vllm-openai:v0.7.0")


class FakeUpdater:
    """Compares for real; signs by noting what was signed."""

    signed: ClassVar[list[UpdatePlan]] = []
    changed: ClassVar[dict[str, Any]] = {}
    """What is known otherwise than usual."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.reader = SdlFiles()

    def _version(self, sdl: str) -> SdlVersion:
        compiled = self.reader.read(sdl, "vllm-qwen.yaml")
        return SdlVersion(compiled.version, "vllm-qwen.yaml", sdl, compiled.manifest_json)

    async def known(self, id: DeploymentId) -> RunningSdl:
        compiled = self.reader.read(SDL, "vllm-qwen.yaml")
        running = RunningSdl(
            "vllm-qwen.yaml", SDL, True, "journal", (), "vllm-qwen", compiled.groups, compiled.manifest_json, False
        )
        return replace(running, **self.changed)

    def compare(self, known: RunningSdl, sdl: str, file: str) -> Comparison:
        real = Updater.__new__(Updater)
        real.session = SimpleNamespace(sdl=self.reader)  # type: ignore[assignment]
        return real.compare(known, sdl, file)

    async def plan(self, id: DeploymentId, compiled: Compiled, sdl: str, file: str) -> UpdatePlan:
        version, former = self._version(sdl), self._version(SDL)
        draft = common(self.session.clock)
        quote = UpdateQuote(**draft, former=former.version)
        made = changes(former.manifest, version.manifest)
        return UpdatePlan(id, "vllm-qwen", version, quote if made else None, made, (), (lease(bid_id(2)),), former)

    async def undo_plan(self, plan: UpdatePlan) -> UpdatePlan:
        back = await self.plan(plan.id, self.reader.read(SDL), SDL, "vllm-qwen.yaml")
        quote = UpdateQuote(**common(self.session.clock), former=b"")
        return replace(back, quote=quote, changes=changes(plan.version.manifest, back.version.manifest), former=None)

    async def sign(self, plan: UpdatePlan) -> TxResult | None:
        self.signed.append(plan)
        return None if plan.quote is None else TxResult("EF" * 32, HEIGHT + 1, 0, "", "", 1, None)

    run: ClassVar[DeploymentRun | None] = None

    async def attach(self, plan: UpdatePlan) -> DeploymentRun:
        assert self.run is not None
        self.run.begin()
        self.run.leases = plan.leases
        self.run.manifest, self.run.version = plan.version.manifest, plan.version.version
        return self.run


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the script in place of the services."""
    monkeypatch.setattr(FakeUpdater, "signed", [])
    monkeypatch.setattr(FakeUpdater, "changed", {})
    for module in ("leases.sdl_screen", "lease_actions.update", "session.run_manager"):
        monkeypatch.setattr(f"akash_tui.ui.{module}.Updater", FakeUpdater)
    monkeypatch.setattr("akash_tui.ui.leases.manifest_failure.Leases", FakeLeases)
    monkeypatch.setattr("akash_tui.ui.leases.stream_pane.LeaseStreams", QuietStreams)
    monkeypatch.setattr(QuietStreams, "open", {})
    monkeypatch.setattr("akash_tui.ui.lease_actions.redeploy.redeploy", again)
    monkeypatch.setattr("akash_tui.ui.lease_actions.ask_again.ask_again_quote", ask_again_quote)
    monkeypatch.setattr("akash_tui.ui.lease_actions.groups.group_quote", group_quote)
    monkeypatch.setattr("akash_tui.ui.session.run_manager.do_group", Groups.do)
    monkeypatch.setattr(Groups, "done", [])
    for name, value in (("targets", [ShellTarget(bid_id(2), "vllm", 1, 1)]), ("opened", []), ("code", 0)):
        monkeypatch.setattr(Shells, name, value)
    monkeypatch.setattr("akash_tui.ui.lease_actions.shell.shell_targets", Shells.found)
    monkeypatch.setattr("akash_tui.ui.lease_actions.shell.open_shell", Shells.open)
    monkeypatch.setattr("akash_tui.ui.lease_actions.shell.talk", Shells.talk)
    monkeypatch.setattr("akash_tui.ui.lease_actions.open_url.show", lambda url: False)


class Closer:
    """Quotes and closes in place of the services."""

    def __init__(self) -> None:
        self.signed: list[BulkCloseQuote] = []
        self.fails = 0

    async def quote(self, session: Session, ids: Sequence[DeploymentId]) -> BulkCloseQuote:
        closings = tuple(ClosingItem(id, f"web-{id.dseq % 100}", 1, Coin(UACT, 4_400_000), ()) for id in ids)
        batch = CloseBatch(**common(session.clock), closings=closings)  # type: ignore[arg-type]
        return BulkCloseQuote((batch,), HEIGHT, ())

    async def close(
        self, session: Session, quote: BulkCloseQuote, progress: Callable[[BulkResult], None]
    ) -> BulkResult:
        self.signed.append(quote)
        kept = len(quote.closings) - self.fails
        result = BulkResult([c.id for c in quote.closings[:kept]], kept * 4_400_000)
        result.failed = [(c, Refused("Deployment closed.", "Read the list again.")) for c in quote.closings[kept:]]
        progress(result)
        return result

    def installed(self, monkeypatch: pytest.MonkeyPatch) -> Closer:
        """This one, from now on in place of the services."""
        monkeypatch.setattr("akash_tui.ui.lease_actions.close.bulk_close_quote", self.quote)
        monkeypatch.setattr("akash_tui.ui.lease_actions.close.bulk_close", self.close)
        return self
