"""The form of a rule: what it takes, in which order, and what it would take of the bids that are there now."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Label

from akash_tui.domain.akash.address import ADDRESS_PATTERN
from akash_tui.domain.akash.amounts import AmountError
from akash_tui.domain.bids.budget import parse_budget
from akash_tui.domain.bids.rule import RuleError, parse_percent, parse_preferences, parse_wait
from akash_tui.services.automation.policy import Policy
from akash_tui.ui.dialogs.dialog_box import InputDialog
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines

PREVIEW_SECONDS = 0.5
_HINTS = {
    "prefer": "in this order; a price is per hour for the whole bid",
    "wait": "45s, 5 bids or both",
    "uptime": "at least, in per cent of 7 days",
    "budget": "all groups together: 1.20/h",
    "avoid": "hosts or addresses, never accepted",
}
_LABELS = {
    "prefer": "preferences",
    "wait": "wait",
    "uptime": "uptime",
    "budget": "budget",
    "avoid": "avoid",
}


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What the person made of the rule."""

    policy: Policy
    on: bool
    """Turn it on; False: leave it off, or turn it off."""
    save: bool
    """Propose it next time."""


class Tick(TextPane, can_focus=True):
    """A box that space ticks."""

    DEFAULT_CSS = """
    Tick { width: auto; margin-right: 3; }
    Tick:focus { background: $block-cursor-background; }
    Tick:focus:nocolor { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", "tick", show=False)]

    class Changed(Message):
        """It was ticked, or no longer is."""

    def __init__(self, text: str, ticked: bool, *, id: str) -> None:
        super().__init__(id=id)
        self._text, self.ticked = text, ticked
        self.content = self._drawn()

    def _drawn(self) -> Content:
        return Content(f"[{'x' if self.ticked else ' '}] {self._text}")

    def action_tick(self) -> None:
        """The other way round."""
        self.ticked = not self.ticked
        self.show(self._drawn())
        self.post_message(self.Changed())

    def on_click(self) -> None:
        """A click ticks it too."""
        self.action_tick()


class RuleForm(InputDialog[RuleAnswer | None]):
    """Asks for a rule; below the fields it says what that rule would take now. Nothing is taken here."""

    DEFAULT_CSS = """
    RuleForm > .box { width: 96; padding: 0 2; }
    RuleForm .field { height: 1; }
    RuleForm .field Label { width: 14; color: $text-muted; }
    RuleForm .field .note { width: 1fr; color: $text-muted; }
    RuleForm .field Input { width: 20; }
    RuleForm #prefer { width: 1fr; margin: 0; }
    RuleForm .ticks { height: auto; margin-top: 1; }
    RuleForm #preview { margin-top: 1; }
    RuleForm .indented { padding-left: 14; color: $text-muted; height: auto; }
    """

    def __init__(
        self,
        policy: Policy,
        *,
        is_on: bool,
        several: bool,
        usual_wait: float,
        hosts: dict[str, tuple[str, ...]],
        preview: Callable[[Policy], Sequence[LabelledLine | Content]],
    ) -> None:
        """`several`: the deployment has several groups; `hosts`: host name to addresses of those who bid; `preview`:
        what a rule would take now."""
        super().__init__("A rule accepts a bid for you" if not is_on else "A rule accepts a bid for you: it is on")
        self._policy = policy
        self._is_on = is_on
        self._several = several
        self._usual_wait = usual_wait
        self._hosts = hosts
        self._preview = preview

    def compose(self) -> ComposeResult:
        policy = self._policy
        names = {addresses[0]: host for host, addresses in self._hosts.items() if len(addresses) == 1}
        values = {
            "prefer": ", ".join(policy.prefer),
            "wait": policy.wait or "",
            "uptime": "" if policy.uptime_7d is None else f"{policy.uptime_7d}",
            "budget": policy.budget or "",
            "avoid": ", ".join(names.get(address, address) for address in policy.avoid),
        }
        with Vertical(classes="box"):
            with VerticalScroll(can_focus=False):
                for id, label in _LABELS.items():
                    with Horizontal(classes="field"):
                        yield Label(label)
                        entry = Input(values[id], id=id)
                        if id == "prefer":
                            entry.placeholder = "h100 <= 1.50, a100 <= 1.00, any >= 40 GB <= 0.80"
                        yield entry
                        if id != "prefer":
                            usual = f"; empty: {self._usual_wait:g}s" if id == "wait" else ""
                            yield Label(Content(_HINTS[id] + usual), classes="note")
                    if id == "prefer":
                        yield Label(Content(_HINTS[id]), classes="indented")
                with Horizontal(classes="ticks"):
                    yield Tick("audited only", policy.audited, id="audited")
                    yield Tick("answers now", policy.reachable, id="reachable")
                    yield Tick("also an unknown GPU", policy.allow_undisclosed, id="undisclosed")
                with Horizontal(classes="field"):
                    if self._several:
                        yield Tick("one provider for all groups", policy.same_provider, id="same")
                    yield Tick("propose this rule next time", False, id="save")
                yield LabelledLines(14, id="preview")
                yield LabelledLines(2, id="wrong")
            with Horizontal(classes="buttons"):
                yield Button("Cancel (esc)", id="no")
                yield Button("Turn it off" if self._is_on else "Leave it off", id="off")
                yield Button("Use it" if self._is_on else "Turn it on (enter)", id="yes")

    def on_mount(self) -> None:
        self.query_one("#prefer").focus()
        self._show_preview()
        self.set_interval(PREVIEW_SECONDS, self._show_preview)  # bids come and go while somebody types

    def key_hints(self) -> Sequence[KeyHint]:
        keys = [KeyHint("enter", "use it" if self._is_on else "turn it on"), KeyHint("escape", "cancel")]
        if isinstance(self.focused, Tick):
            keys = [KeyHint("space", "tick"), *keys]
        if isinstance(self.focused, Button):
            keys = [KeyHint("enter", "press the button"), KeyHint("escape", "cancel")]
        return [*keys, KeyHint("tab", "next field"), KeyHint("shift+tab", "previous field")]

    def on_key(self, event: object) -> None:
        """Enter on a tick takes the form as it does in a field."""
        if getattr(event, "key", "") == "enter" and isinstance(self.focused, Tick):
            self.submit()

    @on(Input.Changed)
    @on(Tick.Changed)
    def _show_preview(self) -> None:
        policy, wrong, _ = self._read()
        if policy is None:
            self.query_one("#wrong", LabelledLines).show([LabelledLine("✗", wrong, "", "bad")])
            self.query_one("#preview", LabelledLines).show([LabelledLine("accepts now", "?", "muted")])
            return
        self.query_one("#wrong", LabelledLines).show([])
        self.query_one("#preview", LabelledLines).show(list(self._preview(policy)))

    def submit(self) -> None:
        self._answer(on=True)

    @on(Button.Pressed, "#off")
    def _left_off(self, event: Button.Pressed) -> None:
        event.stop()
        self._answer(on=False)

    def _answer(self, *, on: bool) -> None:
        policy, wrong, field = self._read()
        if policy is None:
            self.query_one("#wrong", LabelledLines).show([LabelledLine("✗", wrong, "", "bad")])
            self.set_focus(self.query_one(f"#{field}"))
            return
        save = self.query_one("#save", Tick).ticked
        self.dismiss(RuleAnswer(policy, on, save))

    def _read(self) -> tuple[Policy | None, str, str]:
        """The rule as it is typed; or what is wrong, and in which field."""
        text = {id: self.query_one(f"#{id}", Input).value for id in _LABELS}
        id = "prefer"
        try:
            prefer = parse_preferences(text[id])
            id = "wait"
            wait = parse_wait(text[id])
            id = "uptime"
            uptime = parse_percent(text[id])
            id = "budget"
            if text[id].strip() and parse_budget(text[id]).cap_h is None:
                raise RuleError("it names no price per hour", "Write 1.20/h, or $30 24h.")
            id = "avoid"
            avoid = self._addresses(text[id])
        except AmountError as error:
            return None, f"{_LABELS[id]}: {error.text}", id
        return (
            Policy(
                prefer=[p.typed for p in prefer],
                wait=None if wait is None else wait.typed,
                budget=text["budget"].strip() or None,
                avoid=avoid,
                audited=self.query_one("#audited", Tick).ticked,
                uptime_7d=None if uptime is None else int(uptime) if uptime == int(uptime) else float(uptime),
                reachable=self.query_one("#reachable", Tick).ticked,
                same_provider=self.query_one("#same", Tick).ticked if self._several else self._policy.same_provider,
                allow_undisclosed=self.query_one("#undisclosed", Tick).ticked,
                filter=self._policy.filter,
            ),
            "",
            "",
        )

    def _addresses(self, text: str) -> list[str]:
        """A name counts for all who claim it now; saved are the addresses, so another name later evades nothing."""
        out: list[str] = []
        for word in re.split(r"[\s,]+", text.strip()):
            addresses = self._hosts.get(word.casefold(), (word,))
            if word and not all(re.fullmatch(ADDRESS_PATTERN, address) for address in addresses):
                raise RuleError(
                    f"no provider that bids here is called {word[:30]!r}", "Write a host name or an address."
                )
            out += addresses if word else ()
        return list(dict.fromkeys(out))
