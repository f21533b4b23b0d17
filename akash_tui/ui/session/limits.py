"""The limits of what is spent: shown and changed in one form; they count at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.akash.amounts import parse_number
from akash_tui.domain.akash.money import UACT, UAKT, coin_name, plain, units
from akash_tui.services.spending.limits import GRANTS_COUNT, limits_of, sent_before
from akash_tui.services.storage.settings import Bounds
from akash_tui.ui.dialogs.form_dialog import FormDialog, FormField
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.ui.session.session_app import SessionApp

NONE = "none"
MOST = Decimal(1_000_000)
_KINDS = {
    "typed": "above it an amount is typed",
    "transaction": "at most in one transaction",
    "session": "at most while the app is open",
    "day": "at most in 24 hours",
}
_LABELS = {"typed": "typed above", "transaction": "a spend", "session": "a session", "day": "a day"}


def read_limit(text: str) -> Decimal | None:
    """A number above zero, or `none`. Raises `ValueError` for everything else."""
    if text.strip().lower() == NONE:
        return None
    value = parse_number(text)
    exponent = value.as_tuple().exponent
    if value > MOST or (isinstance(exponent, int) and exponent < -6):
        raise ValueError("At most 1000000, with six decimal places. none means no limit.")
    return value


def read_fee(text: str) -> Decimal:
    """The most that one transaction may cost, which always has a limit. Raises `ValueError`."""
    value = read_limit(text)
    if value is None:
        raise ValueError("A fee always has a limit. Write a number of AKT, such as 0.5.")
    return value


def read_factor(text: str) -> Decimal | None:
    """How many times the usual price of gas. Raises `ValueError`."""
    value = read_limit(text)
    if value is not None and not 1 <= value <= 1000:
        raise ValueError("Write a number from 1 to 1000, or none.")
    return value


def fields(bounds: Bounds) -> list[FormField]:
    """What can be changed, with its values now."""
    out = [
        FormField("fee", "fee", plain(bounds.max_fee), "AKT that a transaction may cost", read_fee),
        FormField("gas", "gas price", _text(bounds.gas_factor), "times the usual one", read_factor),
    ]
    for denom in (UACT, UAKT):
        limits, name = limits_of(bounds, denom), coin_name(denom)
        out += [
            FormField(f"{denom}-{kind}", f"{name} {label}", _text(getattr(limits, kind)), _KINDS[kind], read_limit)
            for kind, label in _LABELS.items()
        ]
    return out


def changed(bounds: Bounds, texts: tuple[str, ...]) -> Bounds:
    """The bounds with what was typed into `fields`."""
    fee, gas, *rest = texts
    values = [read_limit(text) for text in rest]
    act, akt = (dict(zip(_LABELS, values[at : at + len(_LABELS)], strict=True)) for at in (0, len(_LABELS)))
    update = {
        "max_fee": read_fee(fee),
        "gas_factor": read_factor(gas),
        "act": bounds.act.model_copy(update=act),
        "akt": bounds.akt.model_copy(update=akt),
    }
    return bounds.model_copy(update=update)


def spent_line(session: Session) -> str:
    """What is spent of the limits of a session and a day."""
    sent = sent_before(session)
    parts = [
        f"{units(sum.total(UACT))} ACT and {units(sum.total(UAKT))} AKT {when}"
        for sum, when in ((sent.session, "in this session"), (sent.day, "in 24 hours"))
    ]
    return f"Spent so far: {', '.join(parts)}."


async def edit_limits(app: SessionApp, after: Callable[[], None] | None = None) -> None:
    """Show all limits, with what is spent of them, and save what is changed."""
    bounds = app.program.reread_settings().bounds
    body: list[LabelledLine | Content] = [LabelledLine("", "Nothing beyond these is signed. none: no limit.")]
    if app.session is not None and app.session.wallet is not None:
        body = [LabelledLine("", f"{spent_line(app.session)} {GRANTS_COUNT.capitalize()}.")]
    texts = await app.push_screen_wait(FormDialog("Limits of what is spent", body, fields(bounds)))
    new = bounds if texts is None else changed(bounds, texts)
    if new == bounds:
        app.status.say("No limit was changed.", "muted")
        return
    if app.program.reread_settings().bounds != bounds:
        app.status.say("The limits were changed elsewhere meanwhile; nothing was saved. Press L to see them.", "warn")
        return
    if not app.remember(bounds=new):
        return
    app.status.say("✓ The limits count from now on.", "good")
    if after is not None:
        after()


def _text(value: Decimal | None) -> str:
    return NONE if value is None else plain(value)
