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
from akash_tui.ui.dialogs.dialogs import DialogAnswer, QuestionDialog, TextInputDialog
from akash_tui.ui.market.deploy_from_market import deploy_accepting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

GROUP = "market-watch"
EXAMPLE = "gpu:a100 vram>=80 price<1 free>=1"


def start(desk: SessionApp, expression: str) -> None:
    """Watch for this from now on; a watch before it ends."""
    watching = desk.watching = PriceWatch(expression)
    desk.run_worker(_watch(desk, watching), group=GROUP, exclusive=True, exit_on_error=False)
    desk.voice.say(f"Watching for {expression}; it rings when it is there. w shows it, and stops it.", "good", 10)


def stop(desk: SessionApp) -> None:
    """Forget what was watched for."""
    desk.watching = None
    desk.workers.cancel_group(desk, GROUP)


async def _watch(desk: SessionApp, watching: PriceWatch) -> None:
    def looked(seen: PriceCheck) -> None:
        watching.last, watching.looks = seen, watching.looks + 1

    async with desk.guard("watching the market", loud=False):
        found = await wait(desk.market, wanted(watching.expression), EVERY, looked)
        desk.alert(alert(watching.expression, found.hits, desk.market.session.network.chain_id))
        if (
            isinstance(desk.screen, BaseScreen) and desk.screen.tab == "market"
        ):  # elsewhere a dialog would be in the way
            ask(desk, "")


def side(desk: SessionApp) -> Content:
    """What a market screen says of it at the right end of its activity line."""
    watching = desk.watching
    if watching is None:
        return Content("")
    if watching.hits:
        return toned(f"rang: {watching.expression} · w ", "good")
    last = watching.last
    if last is None:
        return toned(f"watching {watching.expression} ", "accent")
    age = figures.age(max(0.0, (desk.market.session.clock.now() - last.at).total_seconds()))
    late = ", figures late" if last.fault is not None else ""
    return toned(f"watching {watching.expression}, looked {age.removesuffix(' old')}{late} ", "accent")


def ask(desk: SessionApp, suggestion: str) -> None:
    """Set a watch, or show the one that is set: what rang can be deployed on, one that waits can be stopped."""
    desk.run_worker(_ask(desk, suggestion), group="ask-watch", exclusive=True, exit_on_error=False)


async def _ask(desk: SessionApp, suggestion: str) -> None:
    watching = desk.watching
    if watching is None:
        await _new(desk, suggestion)
        return
    if watching.hits:
        why = desk.why_not("app.deploy")
        lines: list[LabelledLine | Content] = [LabelledLine("", _says(row)) for row in watching.hits[:8]]
        lines += [
            BLANK,
            LabelledLine("", why or "Deploying on them starts from a preset that you choose next.", "muted"),
        ]
        choices = [DialogAnswer("later", "Later"), DialogAnswer("stop", "Forget it", "f")]
        if why is None:
            choices.append(DialogAnswer("order", "Deploy on them", "y"))
        answer = await desk.push_screen_wait(QuestionDialog(f"There it is: {watching.expression}", lines, choices))
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
        answer = await desk.push_screen_wait(QuestionDialog("Watching the market", lines, choices))
    if answer == "stop":
        stop(desk)
        desk.voice.say("The watch has ended.", "muted")
    elif answer == "new":
        await _new(desk, watching.expression)
    elif answer == "order":
        hits = [row.gpu for row in watching.hits]
        stop(desk)
        await deploy_accepting(desk, hits)


async def _new(desk: SessionApp, suggestion: str) -> None:
    answer = await desk.push_screen_wait(
        TextInputDialog(
            "Ring when this is there",
            [
                LabelledLine("", f"As for the filter: {EXAMPLE}"),
                LabelledLine("", "It goes on while the app runs.", "muted"),
            ],
            value=suggestion,
            check=partial(_fault, desk),
        )
    )
    if isinstance(answer, str):
        start(desk, " ".join(answer.split()))


def _fault(desk: SessionApp, text: str) -> str | None:
    if not text.strip():
        return "Say what to wait for."
    told = desk.market.gpus.seen
    try:
        wanted(text, desk.market.table(told.value) if told is not None else ())
    except BadInput as error:
        return f"{error.title} {error.advice}"
    return None


def _says(row: GpuRow) -> str:
    prices = f"from {figures.price(row.minimum)}, median {figures.price(row.median)} $ per GPU-hour"
    free = f"{figures.count(row.free)} of {figures.count(row.total)} free"
    return f"{row.gpu.model} {figures.vram(row.gpu)}: {free}, {prices}"
