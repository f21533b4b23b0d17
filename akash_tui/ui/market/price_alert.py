"""The watch of the market: set by a key, it goes on while the app runs, and rings when the GPU is there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.market import formatting as figures
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.services.market.price_watch import EVERY, PriceCheck, PriceWatch, alert, wait, wanted
from akash_tui.services.ports import BadInput
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog, TextInputDialog
from akash_tui.ui.market.deploy_from_market import deploy_accepting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

GROUP = "market-watch"
EXAMPLE = "gpu:a100 vram>=80 price<1 free>=1"


def start(session_app: SessionApp, expression: str) -> None:
    """Watch for this from now on; a watch before it ends."""
    watching = session_app.watching = PriceWatch(expression)
    session_app.run_worker(_watch(session_app, watching), group=GROUP, exclusive=True, exit_on_error=False)
    session_app.status.say(
        f"Watching for {expression}; it rings when it is there. w shows it, and stops it.", "good", 10
    )


def stop(session_app: SessionApp) -> None:
    """Forget what was watched for."""
    session_app.watching = None
    session_app.workers.cancel_group(session_app, GROUP)


async def _watch(session_app: SessionApp, watching: PriceWatch) -> None:
    def looked(seen: PriceCheck) -> None:
        watching.last, watching.looks = seen, watching.looks + 1

    async with session_app.guard("watching the market", loud=False):
        found = await wait(session_app.market, wanted(watching.expression), EVERY, looked)
        session_app.alert(alert(watching.expression, found.hits, session_app.market.session.network.chain_id))
        if (
            isinstance(session_app.screen, BaseScreen) and session_app.screen.tab == "market"
        ):  # elsewhere a dialog would be in the way
            ask(session_app, "")


def side(session_app: SessionApp) -> Content:
    """What a market screen says of it at the right end of its activity line."""
    watching = session_app.watching
    if watching is None:
        return Content("")
    if watching.hits:
        return toned(f"rang: {watching.expression} · w ", "good")
    last = watching.last
    if last is None:
        return toned(f"watching {watching.expression} ", "accent")
    age = figures.age(max(0.0, (session_app.market.session.clock.now() - last.at).total_seconds()))
    late = ", figures late" if last.fault is not None else ""
    return toned(f"watching {watching.expression}, looked {age.removesuffix(' old')}{late} ", "accent")


def ask(session_app: SessionApp, suggestion: str) -> None:
    """Set a watch, or show the one that is set: what rang can be deployed on, one that waits can be stopped."""
    session_app.run_worker(_ask(session_app, suggestion), group="ask-watch", exclusive=True, exit_on_error=False)


async def _ask(session_app: SessionApp, suggestion: str) -> None:
    watching = session_app.watching
    if watching is None:
        await _new(session_app, suggestion)
        return
    if watching.hits:
        why = session_app.why_not("app.deploy")
        lines: list[LabelledLine | Content] = [LabelledLine("", _says(row)) for row in watching.hits[:8]]
        lines += [
            BLANK,
            LabelledLine("", why or "Deploying on them starts from a preset that you choose next.", "muted"),
        ]
        choices = [DialogAnswer("later", "Later"), DialogAnswer("stop", "Forget it", "f")]
        if why is None:
            choices.append(DialogAnswer("order", "Deploy on them", "y"))
        answer = await session_app.push_screen_wait(
            QuestionDialog(f"There it is: {watching.expression}", lines, choices)
        )
    else:
        last = watching.last
        said = "It has not looked yet." if last is None else f"Looked {watching.looks} times, nothing yet."
        lines = [LabelledLine("", watching.expression, "strong"), LabelledLine("", said)]
        if last is not None and last.fault is not None:
            lines += [LabelledLine("", last.fault.title, "warn"), LabelledLine("", last.fault.advice)]
        choices = [
            DialogAnswer("later", "Go on"),
            DialogAnswer("new", "Another", "w"),
            DialogAnswer("stop", "Stop it", "f"),
        ]
        answer = await session_app.push_screen_wait(QuestionDialog("Watching the market", lines, choices))
    if answer == "stop":
        stop(session_app)
        session_app.status.say("The watch has ended.", "muted")
    elif answer == "new":
        await _new(session_app, watching.expression)
    elif answer == "order":
        hits = [row.gpu for row in watching.hits]
        stop(session_app)
        await deploy_accepting(session_app, hits)


async def _new(session_app: SessionApp, suggestion: str) -> None:
    answer = await session_app.push_screen_wait(
        TextInputDialog(
            "Ring when this is there",
            [
                LabelledLine("", f"As for the filter: {EXAMPLE}"),
                LabelledLine("", "It goes on while the app runs.", "muted"),
            ],
            value=suggestion,
            check=partial(_fault, session_app),
        )
    )
    if isinstance(answer, str):
        start(session_app, " ".join(answer.split()))


def _fault(session_app: SessionApp, text: str) -> str | None:
    if not text.strip():
        return "Say what to wait for."
    told = session_app.market.gpus.seen
    try:
        wanted(text, session_app.market.table(told.value) if told is not None else ())
    except BadInput as error:
        return f"{error.title} {error.advice}"
    return None


def _says(row: GpuRow) -> str:
    prices = f"from {figures.price(row.minimum)}, median {figures.price(row.median)} $ per GPU-hour"
    free = f"{figures.count(row.free)} of {figures.count(row.total)} free"
    return f"{row.gpu.model} {figures.vram(row.gpu)}: {free}, {prices}"
