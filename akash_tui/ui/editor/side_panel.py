"""Beside the text: what the SDL asks for and may cost, who could bid, and what the key under the cursor means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from akash_tui.domain.akash.money import rate, rate_span
from akash_tui.domain.akash.resources import GroupSpec, totals
from akash_tui.domain.sdl.complete.key_help import KeyHelp
from akash_tui.domain.sdl.complete.keys import ANY_NAME
from akash_tui.domain.sdl.problem import SdlProblem
from akash_tui.domain.text import clean, plural
from akash_tui.services.market.sdl_outlook import SdlForecaster, SdlOutlook
from akash_tui.ui.deploy.problems_panel import LONGEST, sign_of
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import joined, toned


def asks_lines(
    groups: Sequence[GroupSpec], outlook: SdlOutlook | None, forecaster: SdlForecaster | None, now: datetime
) -> list[LabelledLine | Content]:
    """What the last text that compiled asks for, one figure a line."""
    if outlook is None:
        return [toned("does not compile: see the problems", "muted")]
    cpu, memory, disk = totals(unit for group in groups for unit in group.units)
    lines: list[LabelledLine | Content] = [
        Content(f"{plural(len(groups), 'group')} · {plural(outlook.services, 'service')}"),
        Content(f"{cpu.normalize():f} CPU · {memory:.4g} GiB memory · {disk:.4g} GiB disk"),
        Content(gpu_words(groups, outlook)),
        Content(price_words(outlook)),
    ]
    if outlook.medians:
        span = rate_span(outlook.medians[0], outlook.medians[-1])
        lines.append(Content(f"market median ${span} per GPU-hour"))
    lines += who_lines(outlook, forecaster, now)
    return lines


def who_lines(outlook: SdlOutlook, forecaster: SdlForecaster | None, now: datetime) -> list[LabelledLine | Content]:
    """Who could bid, and who of them has bid at such a price."""
    screening = outlook.screening
    if screening is None:
        fault = forecaster.fault if forecaster is not None else None
        return [toned(fault.title if fault is not None else "reading which providers there are…", "muted")]
    lines: list[LabelledLine | Content] = [toned(screening.summary, "good" if screening.fits else "warn")]
    if outlook.have_bid is not None and screening.fits:
        words = "none of them has bid before, as far as this machine knows"
        if outlook.have_bid:
            words = f"{outlook.have_bid} of them {'has' if outlook.have_bid == 1 else 'have'} bid before"
        lines.append(Content(f"at this price {words}"))
    if not screening.fits and screening.relaxations:
        best = screening.relaxations[0]
        lines.append(toned(f"{best.words}: {best.gain}", "muted"))
    if forecaster is not None and forecaster.read is not None:
        lines.append(toned(forecaster.read.words(now), "muted"))
    return lines


def gpu_words(groups: Sequence[GroupSpec], outlook: SdlOutlook) -> str:
    """`1 GPU of 5 models`."""
    if not outlook.gpus:
        return "no GPU"
    models = {model for group in groups for model in group.gpu_models}
    if any(model.wildcard for model in models):
        return f"{plural(outlook.gpus, 'GPU')}, any model"
    return f"{plural(outlook.gpus, 'GPU')} of {plural(len(models), 'model')}"


def price_words(outlook: SdlOutlook) -> str:
    """`at most ≈ $2.95/h by this SDL`."""
    if outlook.price_h is None:
        return "its price is in another token"
    return f"at most ≈ ${rate(outlook.price_h)}/h by this SDL"


def summary_line(groups: Sequence[GroupSpec], outlook: SdlOutlook | None) -> Content:
    """The same in one line, for a window without room beside the text."""
    if outlook is None:
        return toned("does not compile", "muted")
    parts = [gpu_words(groups, outlook), price_words(outlook).removesuffix(" by this SDL")]
    if outlook.screening is not None:
        parts.append(outlook.screening.summary.partition(" · ")[0])
        if outlook.screening.free_gpus is not None:
            parts.append(outlook.screening.free_words.partition(" now")[0])
    return Content(" · ".join(parts))


def one_line_each(lines: Sequence[LabelledLine | Content], width: int) -> list[LabelledLine | Content]:
    """Each cut to one line with an ellipsis: what goes on below it would be out of sight."""
    return [line.truncate(width, ellipsis=True) if isinstance(line, Content) else line for line in lines]


def key_lines(help: KeyHelp | None, *, short: bool = False) -> list[LabelledLine | Content]:
    """What the key under the cursor does, its units and an example; `short`: in one line."""
    if help is None:
        return []
    name = help.path[-2] if help.name == ANY_NAME and len(help.path) > 1 else help.name
    head = joined((f"{name}: " if help.name != ANY_NAME else f"a name below {name}: ", "accent"), help.what)
    if short:
        return [joined(head, (f"  {help.units}" if help.units else "", "muted"))]
    lines: list[LabelledLine | Content] = [head]
    if help.units:
        lines.append(LabelledLine("write", help.units))
    if help.example:
        lines.append(LabelledLine("as", help.example, "good"))
    return lines


def problem_line(problem: SdlProblem, *, here: bool, advice: bool) -> Content:
    """One problem: where, what, whether it can be fixed, and with `advice` what to do."""
    sign, tone = sign_of(problem)
    fixes = "  f7 fixes it" if problem.fixable else ""
    where = "" if here else f"line {problem.line}: "
    words = f" {clean(problem.advice, LONGEST)}" if problem.advice and advice else ""
    return joined(
        (f"{sign} ", tone), f"{where}{formatting.sentence(clean(problem.message, LONGEST))}{words}", (fixes, "accent")
    )


def problem_lines_short(problems: Sequence[SdlProblem], most: int) -> list[LabelledLine | Content]:
    """The problems by line, in one or two lines each; the rest is counted."""
    lines: list[LabelledLine | Content] = []
    for problem in problems[:most]:
        sign, tone = sign_of(problem)
        lines.append(LabelledLine(f"{sign} {problem.line}", clean(problem.message, LONGEST), "", tone))
    if len(problems) > most:
        lines.append(toned(f"and {len(problems) - most} more", "muted"))
    return [BLANK, toned(f"{plural(len(problems), 'problem')} · f8 next", "muted"), *lines] if problems else []
