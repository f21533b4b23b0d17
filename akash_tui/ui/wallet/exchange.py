"""Minting and burning on the screen: how much, the quote, exactly that, and what the chain made of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from akash_tui.domain.akash.amounts import parse_act
from akash_tui.domain.akash.money import UACT, UAKT, Coin, named_in_full, plain
from akash_tui.services.ports import MintRecord, NotSignedIn, Refused
from akash_tui.services.spending import mint as minting
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.wallet.mint_sheet import mint_sheet
from akash_tui.ui.wallet.mint_wait import MintWait
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.ports import TxResult
    from akash_tui.ui.session.session_app import SessionApp

FOLLOWED = "exchange"
"""The group of the workers that wait for the outcome of a mint or burn."""
_NOTHING = "Nothing was minted or burned."


async def exchange(app: SessionApp, *, mint: bool, after: Callable[[], None]) -> None:
    """Ask how much, quote, confirm, sign; then wait for the outcome in the background. `after` is called when the
    wallet changed."""
    session = _session(app)
    suggested = plain(await minting.act_to_mint(session, 0)) if mint else "1"
    body = [LabelledLine("", "How much ACT to mint from AKT." if mint else "How much ACT to turn back into AKT.")]
    quote = await _quoted(app, session, body, suggested, mint=mint)
    if quote is None:
        return
    result = await _sign(app, session, quote)
    after()
    app.run_worker(_follow(app, session, quote, result, after), group=FOLLOWED, exit_on_error=False)


async def mint_missing(app: SessionApp, missing: int, title: str) -> bool:
    """Mint what an action lacks, this many micro-ACT, and wait until it is there. True if it is; `title` names the
    action, which then continues."""
    session = _session(app)
    lack = named_in_full(Coin(UACT, missing))
    body = [
        LabelledLine("", f"{lack} are missing. How much ACT to mint from AKT:"),
        LabelledLine("", "a little more is proposed, since the price may move, and the chain has a minimum.", "muted"),
    ]
    suggested = plain(await minting.act_to_mint(session, missing))
    quote = await _quoted(app, session, body, suggested, mint=True)
    if quote is None:
        return False
    result = await _sign(app, session, quote)
    app.status.stop("money")
    wait = MintWait(session, quote, result, f"“{title.removesuffix('?')}” continues with a new quote")
    await app.push_screen_wait(wait)
    if wait.error is not None:
        raise wait.error
    return _report(app, quote, wait.record)


def _session(app: SessionApp) -> Session:
    if app.session is None:
        raise NotSignedIn("No network is open.", "Press N to choose one.")
    return app.session


async def _quoted(
    app: SessionApp, session: Session, body: list[LabelledLine], suggested: str, *, mint: bool
) -> minting.MintQuote | None:
    """The quote that was confirmed; None, and that is said, if none was."""
    verb = "Mint" if mint else "Burn"
    text = await ask_text(app, f"{verb} ACT", body, value=suggested, read=parse_act)
    if text is None:
        app.status.say(_NOTHING, "muted")
        return None
    prepare = minting.mint_quote if mint else minting.burn_quote
    return await app.confirmed(
        f"{verb} ACT?",
        partial(prepare, session, parse_act(text)),
        mint_sheet,
        "Reading the price and the state of the mint",
        _NOTHING,
        offers_mint=False,
    )


async def _sign(app: SessionApp, session: Session, quote: minting.MintQuote) -> TxResult:
    app.status.start("money", f"{named_in_full(quote.burn)}: signed, waiting for its block")
    return await minting.execute(session, quote)


async def _follow(
    app: SessionApp, session: Session, quote: minting.MintQuote, result: TxResult, after: Callable[[], None]
) -> None:
    """Wait for the outcome, and say it."""
    app.status.say(f"{named_in_full(quote.burn)} is in block {result.height:,}; the chain executes it later.", "", 20)
    async with app.guard("reading what came of a mint or burn", loud=False):
        record = await minting.outcome(session, quote, result)
        if app.session is session:
            _report(app, quote, record)
            after()


def _report(app: SessionApp, quote: minting.MintQuote, record: MintRecord | None) -> bool:
    """Say what the chain made of it; True if it gave what was asked for."""
    if app.header_data is not None:
        app.header_data.refresh_now()
    gave = None if record is None else minting.paid_out(record)
    if gave is not None:
        what = "minted" if quote.burn.denom == UAKT else "paid back"
        app.status.say(f"✓ {named_in_full(gave)} {what} for {named_in_full(quote.burn)}.", "good", 20)
        return True
    if record is None or record.status != minting.CANCELED:
        app.status.say(f"{named_in_full(quote.burn)} still waits in the chain's queue: 5 shows it.", "warn", 20)
        return False
    canceled = Refused(
        f"The chain cancelled it: {minting.why_canceled(record)}. {named_in_full(quote.burn)} came back.",
        "Ask again, for more; the gas of this transaction is gone.",
    )
    app.report_error("minting or burning ACT", canceled)
    return False
