"""How AKT comes into the wallet: from the faucet where the network has one, else where to send it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.services.wallet.wallet_lines import first_steps
from akash_tui.ui.dialogs.questions import TextDialog, says_yes
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def fund(app: SessionApp, after: Callable[[], None]) -> None:
    """Show where AKT comes from; where a faucet gives it, ask that after a question. `after` is called when it gave."""
    session = app.session
    if session is None or session.wallet is None:
        return
    network, address = session.network, session.owner
    steps: list[LabelledLine | Content] = [Content(step) for step in first_steps(network)]
    if network.faucet is None:
        where: list[LabelledLine | Content] = [
            BLANK,
            LabelledLine("send AKT to", address, "strong"),
            LabelledLine(
                "on", f"the Akash network itself (chain id {network.chain_id}); wrapped AKT on another is lost"
            ),
            LabelledLine("memo", "none is needed"),
            BLANK,
            toned(
                "y copies the address, Q shows it as a QR code; this screen shows the AKT once it is there.", "muted"
            ),
        ]
        await app.push_screen_wait(TextDialog("Where AKT comes from", [*steps, *where]))
        return
    body = [*steps, BLANK, LabelledLine("", f"Ask the faucet of {network.called} for tokens without value?")]
    if not await says_yes(app, "Where AKT comes from", body, "Ask the faucet"):
        return
    async with app.guard("asking the faucet"):
        app.status.start("fund", "Asking the faucet, waiting for its block")
        try:
            await app.program.fund(network, address)
        finally:
            app.status.stop("fund")
        app.status.say("✓ The faucet's tokens are there.", "good", 20)
        if app.header_data is not None:
            app.header_data.refresh_now()
        after()
