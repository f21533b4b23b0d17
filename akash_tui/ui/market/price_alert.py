"""The price alert: set by a key, it checks the market while the app runs, and alerts when a GPU matches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.services.market.price_watch import EVERY, PriceCheck, PriceWatch, alert, wait, wanted
from akash_tui.services.ports import BadInput
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog, ask_text
from akash_tui.ui.market.deploy_from_market import deploy_accepting
from akash_tui.ui.widgets.formatting import plural
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

GROUP = "market-watch"
EXAMPLE = "gpu:a100 vram>=80 min<1 free>=1"


def start(session_app: SessionApp, expression: str) -> None:
    """Alert on this filter from now on; it replaces the alert that was set before."""
    watching = session_app.watching = PriceWatch(expression)
    session_app.background(_watch(session_app, watching), GROUP)
    session_app.status.say(f"Price alert set for {expression}. w shows it and removes it.", "good", 10)


def stop(session_app: SessionApp) -> None:
    """Remove the price alert."""
    session_app.watching = None
    session_app.workers.cancel_group(session_app, GROUP)


async def _watch(session_app: SessionApp, watching: PriceWatch) -> None:
    def on_check(check: PriceCheck) -> None:
        watching.last, watching.checks = check, watching.checks + 1

    async with session_app.guard("checking the price alert", loud=False):
        found = await wait(session_app.market, wanted(watching.expression), EVERY, on_check)
        session_app.alert(alert(watching.expression, found.hits, session_app.market.session.network.chain_id))
        if (
            isinstance(session_app.screen, BaseScreen) and session_app.screen.tab == "market"
        ):  # elsewhere a dialog would be in the way
            ask(session_app, "")


def side(session_app: SessionApp) -> Content:
    """What a market screen shows of it at the right end of its status line."""
    watching = session_app.watching
    if watching is None:
        return Content("")
    if watching.hits:
        return toned(f"found: {watching.expression} · w ", "good")
    last = watching.last
    if last is None:
        return toned(f"alert on {watching.expression} ", "accent")
    age = market_formatting.age(max(0.0, (session_app.market.session.clock.now() - last.at).total_seconds()))
    late = ", figures not renewed" if last.fault is not None else ""
    return toned(f"alert on {watching.expression}, checked {age.replace(' old', ' ago')}{late} ", "accent")


def ask(session_app: SessionApp, suggestion: str) -> None:
    """Set a price alert, or show the one that is set: deploy on what it found, change it or remove it."""
    session_app.background(_ask(session_app, suggestion), "ask-alert")


async def _ask(session_app: SessionApp, suggestion: str) -> None:
    watching = session_app.watching
    if watching is None:
        await _new(session_app, suggestion)
        return
    if watching.hits:
        why = session_app.why_not("app.deploy")
        lines: list[LabelledLine | Content] = [LabelledLine("", _row_text(row)) for row in watching.hits[:8]]
        lines += [
            BLANK,
            LabelledLine("", why or "You choose the preset next.", "muted"),
        ]
        choices = [DialogAnswer("later", "Later"), DialogAnswer("stop", "Remove it", "f")]
        if why is None:
            choices.append(DialogAnswer("order", "Deploy on them", "y"))
        answer = await session_app.push_screen_wait(QuestionDialog(f"Found: {watching.expression}", lines, choices))
    else:
        last = watching.last
        text = "Not checked yet." if last is None else f"Checked {plural(watching.checks, 'time')}, nothing found yet."
        lines = [LabelledLine("", watching.expression, "strong"), LabelledLine("", text)]
        if last is not None and last.fault is not None:
            lines += [LabelledLine("", last.fault.title, "warn"), LabelledLine("", last.fault.advice)]
        choices = [
            DialogAnswer("later", "Keep it"),
            DialogAnswer("new", "Change it", "w"),
            DialogAnswer("stop", "Remove it", "f"),
        ]
        answer = await session_app.push_screen_wait(QuestionDialog("Price alert", lines, choices))
    if answer == "stop":
        stop(session_app)
        session_app.status.say("The price alert is removed.", "muted")
    elif answer == "new":
        await _new(session_app, watching.expression)
    elif answer == "order":
        hits = [row.gpu for row in watching.hits]
        stop(session_app)
        await deploy_accepting(session_app, hits)


async def _new(session_app: SessionApp, suggestion: str) -> None:
    body = [
        LabelledLine("", f"A filter, for example: {EXAMPLE}"),
        LabelledLine("", "It is checked while the app runs.", "muted"),
    ]
    title, check = "Alert me when a GPU matches", partial(_fault, session_app)
    answer = await ask_text(session_app, title, body, value=suggestion, check=check)
    if answer is not None:
        start(session_app, " ".join(answer.split()))


def _fault(session_app: SessionApp, text: str) -> str | None:
    if not text.strip():
        return "Type a filter."
    answer = session_app.market.gpus.cached
    try:
        wanted(text, session_app.market.table(answer.value) if answer is not None else ())
    except BadInput as error:
        return f"{error.title} {error.advice}"
    return None


def _row_text(row: GpuRow) -> str:
    prices = f"from {market_formatting.price(row.minimum)}, median {market_formatting.price(row.median)} $ per GPU-hour"
    free = f"{market_formatting.count(row.free)} of {market_formatting.count(row.total)} free"
    return f"{row.gpu.model} {market_formatting.vram(row.gpu)}: {free}, {prices}"
