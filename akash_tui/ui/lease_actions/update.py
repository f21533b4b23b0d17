"""An update of a deployment: what it changes in words, its dialog, exactly that, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.sdl.edit.parameters import has_secrets
from akash_tui.domain.text import clean
from akash_tui.services.core.secret_values import filled
from akash_tui.services.deployment.update import Comparison, RunningSdl, UpdatePlan, Updater
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines, gas_line
from akash_tui.ui.widgets.labelled_lines import LabelledLine, below

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.ui.session.session_app import SessionApp

MOST_LINES = 12
"""Lines of differences that stand above the text; the dialog shows all."""


async def update(session_app: SessionApp, id: DeploymentId, compiled: Compiled, sdl: str, file: str) -> None:
    """Quote, dialog, exactly that; then the manifest goes to every provider, and the deployment's screen shows how."""
    session = session_app.runs.session
    if has_secrets(sdl):
        ready = await filled(session.sdl, session.secrets, sdl, file)
        compiled, sdl = ready.compiled, ready.sdl
    prepare = partial(Updater(session).plan, id, compiled, sdl, file)
    await _carry_out(session_app, "Update this deployment?", prepare, "Comparing with the chain", back=False)


async def go_back(session_app: SessionApp, plan: UpdatePlan) -> None:
    """Undo an update that a provider refused: its own quote, its own yes."""
    prepare = partial(Updater(session_app.runs.session).undo_plan, plan)
    await _carry_out(session_app, "Go back to the previous SDL?", prepare, "Comparing", back=True)


async def _carry_out(
    session_app: SessionApp, title: str, prepare: Callable[[], Awaitable[UpdatePlan]], doing: str, *, back: bool
) -> None:
    sheet = partial(update_sheet, title, name=session_app.runs.session.provider_cache.name, back=back)
    plan = await session_app.confirmed(title, prepare, sheet, doing, "Nothing was changed.")
    if plan is None:
        return
    session_app.status.start("money", f"{plan.name}: signed, waiting for its block")
    result = await session_app.runs.update(plan, back=back)
    if isinstance(session_app.screen, BaseScreen) and session_app.screen.where == "update":
        session_app.pop_screen()
    done = f"✓ Updated in block {result.height:,}" if result is not None else "✓ The chain has this version already"
    then = "; the manifest is sent to its provider now." if plan.leases else "; its next provider gets the manifest."
    session_app.status.say(done + then, "good", 20)


def update_sheet(title: str, plan: UpdatePlan, *, name: Callable[[str], str], back: bool) -> QuoteSheet:
    """What changes, what stays, who gets it; costs gas only. `name` names the provider at an address."""
    lines = [LabelledLine("dseq", str(plan.id.dseq))]
    if plan.changes is None:
        lines.append(LabelledLine("changes", "unknown: the running SDL is not available here", "warn"))
    elif not plan.changes:
        lines.append(LabelledLine("changes", "nothing; the manifest is only sent again"))
    lines += below("changes", plan.changes or ())
    lines += below("stays", (f"{difference}; an update does not change it" for difference in plan.stays), "warn")
    lines += below("goes to", (f"{name(x.id.provider)} (group {x.id.gseq})" for x in plan.leases))
    if plan.leases:
        lines.append(LabelledLine("then", "changed services restart; data outside persistent volumes is lost", "warn"))
    else:
        lines.append(LabelledLine("goes to", "no provider yet: nothing is leased"))
    if plan.quote is not None:
        lines += [gas_line(plan.quote), *balance_lines(plan.quote)]
    else:
        lines.append(LabelledLine("gas", "none: the chain has this version already"))
    yes = "Go back" if back else "Update" if plan.quote is not None else "Send again"
    unverified = plan.quote.unverified if plan.quote is not None else ()
    beyond = plan.quote.beyond if plan.quote is not None else ()
    return QuoteSheet(title, f"{plan.name}: {clean(plan.version.file)}", tuple(lines), yes, unverified, beyond=beyond)


def origin(known: RunningSdl) -> list[LabelledLine | Content]:
    """Where the text is from, and how far it can be trusted."""
    if known.source == "journal":
        return []
    if known.source == "provider":
        text = (
            "rebuilt from the provider's copy; its hash matches the chain, so it is what runs"
            if known.exact
            else "rebuilt from the provider's copy, but not exactly what was deployed: read it before you send it"
        )
        out: list[LabelledLine | Content] = [LabelledLine("recovered", text, "" if known.exact else "warn")]
        return out + [LabelledLine("missing", clean(reason, 200), "warn") for reason in known.missing]
    why = known.missing[0] if known.missing else ""
    if known.source == "earlier":
        return [
            LabelledLine("earlier", f"an earlier version: it was updated elsewhere since. {clean(why, 200)}", "warn")
        ]
    return [LabelledLine("lost", f"Its SDL is not on this machine. {clean(why, 200)} f loads a file.", "warn")]


def compared(found: Comparison | None, *, edited: bool = False) -> list[LabelledLine | Content]:
    """What an update with the text would do, in lines."""
    if found is None:
        return []
    rows = [LabelledLine(f"✗ line {p.line}", clean(p.message, 300), "bad", "bad") for p in found.problems]
    rows += [
        LabelledLine("✗ cannot", f"{difference}: an update cannot change it", "bad", "bad")
        for difference in found.fixed
    ]
    if found.changes is None and not found.problems:
        rows.append(LabelledLine("changes", "unknown: the running SDL is not available here", "warn"))
    rows += below("changes", found.changes or (), "accent")
    rows += below("stays", (f"{difference}; an update does not change it" for difference in found.stays), "warn")
    if found.same:
        why = "the text differs only in what does not run, such as comments" if edited else "this is what runs"
        rows.append(LabelledLine("changes", f"none: {why}. e edits it, f loads a file, enter sends it again", "muted"))
    if len(rows) > MOST_LINES:
        rows = [*rows[: MOST_LINES - 1], LabelledLine("", f"and {len(rows) - MOST_LINES + 1} more", "muted")]
    return [*rows]
