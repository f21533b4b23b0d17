"""A deployment is created, or two are at once to keep one: quote, dialog, exactly that; then the bids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.sdl.edit.parameters import has_secrets
from akash_tui.services.core.secret_values import filled
from akash_tui.services.deployment.pair import NewOrder, PairQuote, order_quote, pair_quote
from akash_tui.services.ports import AkashError
from akash_tui.ui.deploy.problems_panel import problem_count
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.pair_sheet import pair_sheet
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.dialogs.quote_sheets import create_sheet
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.deploy.sources import SdlSource
    from akash_tui.ui.draft.estimate import DeployForm
    from akash_tui.ui.session.draft import Draft
    from akash_tui.ui.session.session_app import SessionApp


async def create(app: SessionApp, draft: Draft, wish: DeployForm) -> None:
    """Ask for bids: quote, confirm, sign; then the bids screen."""
    runs = app.runs
    avoid = dict(draft.avoid)
    order = await new_order(app, draft, wish)
    quote = await app.confirmed(
        "Ask for bids?",
        lambda: order_quote(runs.session, order),
        lambda quote: create_sheet(quote, wish.budget),
        "Checking the SDL and its cost",
        "Nothing was sent.",
    )
    if quote is None:
        return
    app.status.start("money", f"Creating {quote.name or quote.file}: signed, waiting for its block")
    await app.show_bids_screen()
    try:
        await runs.create(quote, wish.budget, avoid, draft.only_at)
    except AkashError as error:
        if error.certain:
            await app.switch_mode("deploy")
        raise


async def new_order(app: SessionApp, draft: Draft, wish: DeployForm) -> NewOrder:
    """What a draft asks for as it is now; secrets that it lacks are asked for."""
    compiled, sdl, name, file = draft.compiled, draft.text, draft.name, draft.file
    if has_secrets(sdl):
        ready = await filled(draft.reader, app.runs.session.secrets, sdl, file, given=draft.secrets)
        compiled, sdl = ready.compiled, ready.sdl
    return NewOrder(compiled, sdl, name, file, wish.deposit, wish.hours)


def why_not_asked(draft: Draft) -> str | None:
    """Why nobody can be asked with this SDL yet; None if it is complete."""
    if draft.errors:
        return f"First fix line {draft.errors[0].line}. {problem_count(draft)}"
    return f"First give a value for {draft.missing}: m." if draft.missing else None


async def choose_second(app: SessionApp, first: Draft, rows: Sequence[SdlSource]) -> SdlSource | None:
    """Which of these SDLs is asked for together with the first one; None for esc."""
    options = [
        ChoiceOption(row.id, row.title, " · ".join(part for part in (row.size, row.price, row.part.lower()) if part))
        for row in rows
    ]
    words = "Both orders are open at once, and Bids compares them. You keep one; the other is closed for its deposit."
    lines = [LabelledLine("", words)]
    chosen = await app.push_screen_wait(ChoiceDialog(f"Ask for bids on {first.name} and…", options, lines))
    return next((row for row in rows if row.id == chosen), None)


async def create_pair(app: SessionApp, first: tuple[Draft, DeployForm], second: tuple[Draft, DeployForm]) -> None:
    """Ask for bids on both: one quote, confirmed once, two transactions; then the bids screen. What went wrong with
    one is said, and changes nothing of the other."""
    runs = app.runs
    wishes = [(dict(draft.avoid), draft.only_at) for draft, _ in (first, second)]
    budgets = [form.budget for _, form in (first, second)]
    a, b = await new_order(app, *first), await new_order(app, *second)
    pair = await app.confirmed(
        "Ask for bids on both?",
        lambda: pair_quote(runs.session, a, b),
        lambda pair: pair_sheet(pair, budgets),
        "Checking both SDLs and their cost",
        "Nothing was sent.",
    )
    if pair is None:
        return
    app.status.start("money", f"Creating {a.name} and {b.name}: signed, waiting for their blocks")
    await app.show_bids_screen()
    errors = await runs.create_pair(pair, budgets, wishes)
    failed = [(quote, error) for quote, error in zip(pair.both, errors, strict=True) if error is not None]
    if not failed:
        app.status.say(f"✓ {a.name} and {b.name} ask for bids. t shows the other one, a accepts a bid.", "good", 20)
        return
    if len(failed) == 2 and all(error.certain for _, error in failed):
        await app.switch_mode("deploy")
    for quote, error in failed:
        app.problems.add(f"creating {quote.name}", error)
    await app.push_screen_wait(QuestionDialog("Not both were created", failure_lines(pair, errors)))


def failure_lines(pair: PairQuote, errors: Sequence[AkashError | None]) -> list[LabelledLine | Content]:
    """What became of each of the two."""
    lines: list[LabelledLine | Content] = []
    for quote, error in zip(pair.both, errors, strict=True):
        name = f"{quote.name}, dseq {quote.id.dseq}"
        if error is None:
            lines += [
                LabelledLine("✓", f"{name}: it asks for bids. x closes it, and its deposit comes back.", "", "good")
            ]
            continue
        sure = "it was not created" if error.certain else "it is not known yet whether it was created"
        lines += [LabelledLine("✗", f"{name}: {sure}.", "strong", "bad"), LabelledLine("", error.title)]
        lines += [LabelledLine("try", error.advice), BLANK] if error.advice else [BLANK]
    return lines
