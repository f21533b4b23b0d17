"""What the wallet looks like: with money, without any, its mint and its QR code; small and large."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.money import Coin
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.wallet.mint_wait import MintWait
from akash_tui.ui.wallet.qr import QrDialog
from tests.ui.fakes import FakeLeases, Stage_, until, view
from tests.ui.pictures import SIZES, afresh
from tests.ui.wallet.fakes import FakeMint, opened
from tests.ui.wallet.test_exchange import confirm, falls_short

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")


async def wallet(scene: Stage_, pilot: Pilot[int]) -> None:
    screen = await opened(scene, pilot)
    await until(pilot, lambda: "runs out first" in screen.query_one("#wallet-lines").text)  # type: ignore[attr-defined]


async def empty(scene: Stage_, pilot: Pilot[int]) -> None:
    await scene.ready(pilot)

    async def nothing(address: str) -> tuple[Coin, ...]:
        return ()

    assert scene.app.session is not None
    scene.app.session.chain.balances = nothing  # type: ignore[method-assign]
    await opened(scene, pilot, signed=False)
    assert scene.app.header_data is not None
    await scene.app.header_data.read(money=True)


async def mint(scene: Stage_, pilot: Pilot[int]) -> None:
    await wallet(scene, pilot)
    await pilot.press("m")
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)


async def qr(scene: Stage_, pilot: Pilot[int]) -> None:
    await wallet(scene, pilot)
    await pilot.press("Q")
    await until(pilot, lambda: isinstance(scene.app.screen, QrDialog))


async def short(scene: Stage_, pilot: Pilot[int]) -> None:
    await falls_short(scene, pilot)


async def waiting(scene: Stage_, pilot: Pilot[int]) -> None:
    await falls_short(scene, pilot)
    await pilot.press("y")
    await confirm(scene, pilot)
    await until(pilot, lambda: isinstance(scene.app.screen, MintWait))


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        *((steps, size) for steps in (wallet, empty, mint) for size in SIZES),
        *((steps, SIZES[0]) for steps in (qr, short, waiting)),
    ],
    ids=lambda part: f"{part[0]}x{part[1]}" if isinstance(part, tuple) else part.__name__,
)
def test_picture(
    snap_compare: Callable[..., bool],
    scene: Stage_,
    steps: Callable[[Stage_, Pilot[int]], Awaitable[None]],
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    FakeMint(scene.program.clock).installed(monkeypatch)

    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
