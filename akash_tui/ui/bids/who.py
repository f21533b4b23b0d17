"""Who could bid on an order that is open, and why those are silent who have not; one change asks again with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from akash_tui.domain.silence import typical_words
from akash_tui.services.market.silent_providers import WhoPage, silence_of, waited
from akash_tui.ui.dialogs.who_could_bid import WhoDialog
from akash_tui.ui.lease_actions.ask_again import ask_again
from akash_tui.ui.widgets import formatting

if TYPE_CHECKING:
    from akash_tui.services.core.run_state import DeploymentRun
    from akash_tui.ui.session.run_manager import TrackedRun
    from akash_tui.ui.session.session_app import SessionApp

KEYS = ("n asks again as it is · 1 changes the SDL first", "x closes the order, and the deposit comes back")
LISTED = 5
"""This many silent providers are explained on the empty list; w shows all."""


async def who_on_bids(app: SessionApp, tracked: TrackedRun) -> None:
    """Show it; the change that is chosen closes the order and asks again with the changed SDL, by one quote."""
    run = tracked.run

    async def load() -> WhoPage:
        tracked.silence = await silence_of(app.who_could_bid, run)
        return tracked.silence

    chosen = await app.push_screen_wait(WhoDialog(run.name, load, action="change and ask again"))
    if chosen is None:
        return
    why = app.why_read_only() or app.why_busy() or app.why_nothing_new()
    if why is None and run.leases:
        why = "It is leased: u on its page changes what runs."
    if why is not None:
        app.status.say(why, "warn")
        return
    app.money("asking again", lambda: ask_again(app, run.id, chosen.change))


def silent_words(run: DeploymentRun, page: WhoPage, width: int) -> str:
    """The empty list's text once the usual time is over: each silent provider's likeliest cause, one sentence for all,
    and the key that does the best change; in at most `width` columns."""
    typical = typical_words(page.typical)
    first = f"No bids yet ({formatting.clock(waited(run))})" + (f" · {typical}" if typical else "")
    names = [
        Content(s.verdict.provider.name.short).truncate(22 if width >= 90 else 18, ellipsis=True).plain
        for s in page.silences[:LISTED]
    ]
    longest = max(map(cell_len, names), default=0)
    rows = []
    for name, silence in zip(names, page.silences, strict=False):
        sure = f"   {silence.confidence.value}" if silence.confidence.value else ""
        evidence = Content(silence.evidence).truncate(max(10, width - longest - len(sure) - 6), ellipsis=True).plain
        rows.append(set_cell_size(name, longest) + "  " + evidence + sure)
    if len(page.silences) > LISTED:
        rows.append(f"and {formatting.plural(len(page.silences) - LISTED, 'more provider')}: w lists them")
    broad = max(map(cell_len, rows), default=0)
    best = page.best
    key = f"w  {best.words} ({best.gain}) and ask again" if best is not None else "w  who could bid, and who cannot"
    return "\n".join([first, "", *(set_cell_size(row, broad) for row in rows), "", page.sentence, key, *KEYS])
