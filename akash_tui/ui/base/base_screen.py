"""What every screen of the app is built on: top line, activity line, key bar, and `do` for each action."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from akash_tui.domain.akash.money import units
from akash_tui.domain.text import short_address
from akash_tui.ui.actions.action import EVERYWHERE
from akash_tui.ui.actions.registry import BY_ID, bindings, in_bar
from akash_tui.ui.session.error_handling import once_started
from akash_tui.ui.session.header_data import FRESH_SECONDS, OLD_SECONDS, HeaderData
from akash_tui.ui.widgets.bars import StatusBar, TooSmall, TopBar
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.key_bar import KeyBar, KeyHint
from akash_tui.ui.widgets.live_table import LiveTable
from akash_tui.ui.widgets.styles import Tone, toned

if TYPE_CHECKING:
    from textual.timer import Timer

    from akash_tui.ui.session.error_handling import Work
    from akash_tui.ui.session.session_app import SessionApp

TABS = ("deploy", "bids", "leases", "market", "wallet")
FPS = 10.0
FPS_REMOTE = 5.0
"""Over ssh: half as often, so that a slow line is not kept busy."""

_NEVER = object()
"""A revision that no model ever has: the next tick paints."""


def frames_per_second() -> float:
    """How often a screen may repaint here."""
    return FPS_REMOTE if os.environ.get("SSH_CONNECTION") else FPS


class BaseScreen(Screen[None]):
    """A screen with the three fixed lines. Subclasses have `where`, `body()`, `revision()` and `paint()`.

    `paint()` runs at a steady, bounded rate, however fast the model changes: only while the screen is in sight, under
    a dialog too, and only when `revision()` moved.
    """

    where: ClassVar[str] = ""
    tab: ClassVar[str] = ""
    """The place that it belongs to; "" for a list that opens over any place."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared by Screen
        (0, "-tiny"),
        (60, "-narrow"),
        (80, "-usual"),
        (100, "-wide"),
        (140, "-full"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - declared by Screen
        (0, "-flat"),
        (15, "-low"),
        (30, "-high"),
        (40, "-tall"),
    ]
    BINDINGS = bindings(EVERYWHERE)

    _clock: Timer | None = None
    _painted_revision: object = _NEVER

    @property
    def session_app(self) -> SessionApp:
        """The app, with its own type."""
        return cast("SessionApp", self.app)

    def compose(self) -> ComposeResult:
        yield TopBar(self.action_do, id="top")
        with Container(id="body"):
            yield from self.body()
        yield StatusBar(id="activity")
        yield KeyBar(id="keys")
        yield TooSmall()

    def body(self) -> ComposeResult:
        """The widgets between the top line and the status line."""
        raise NotImplementedError

    # -- painting ------------------------------------------------------------------

    def on_mount(self) -> None:
        self._clock = self.set_interval(1 / frames_per_second(), self._tick)

    @property
    def in_sight(self) -> bool:
        """True if nothing but dialogs is over it: around those it is still seen, and must not stand still."""
        stack = self.app.screen_stack
        return self in stack and all(above.is_modal for above in stack[stack.index(self) + 1 :])

    def on_screen_suspend(self) -> None:
        if self._clock is not None and not self.in_sight:
            self._clock.pause()

    def on_screen_resume(self) -> None:
        self._painted_revision = _NEVER
        if self._clock is not None:
            self._clock.resume()
            self._tick()

    def _tick(self) -> None:
        if not self.is_running or not self.is_mounted or not self.is_attached or not self.in_sight:
            return  # Textual resumes a screen before its widgets are there
        self._show_bars()
        revision = self.revision()
        if revision != self._painted_revision:
            self._painted_revision = revision
            self.paint()

    def repaint(self) -> None:
        """Paint at the next tick even if the revision has not moved."""
        self._painted_revision = _NEVER

    def revision(self) -> object:
        """A cheap value that differs whenever `paint()` would draw something else."""
        raise NotImplementedError

    def paint(self) -> None:
        """Draw the model as it is now."""
        raise NotImplementedError

    # -- actions -----------------------------------------------------------------

    @on(LiveTable.Opened)
    def _row_opened(self) -> None:
        """Enter on a row: the screen's `open`, where that is what enter does."""
        self._do_by_key(f"{self.where}.open", "enter")

    @on(LiveTable.Marked)
    def _row_marked(self) -> None:
        """Space on a row: the screen's `mark`, where that is what space does."""
        self._do_by_key(f"{self.where}.mark", "space")

    def _do_by_key(self, action_id: str, key: str) -> None:
        action = BY_ID.get(action_id)
        if action is not None and key in action.keys:
            self.action_do(action_id)

    def action_do(self, action_id: str) -> None:
        """Run `do_<name>` of this screen or of the app, or say why it cannot be done now."""
        if self.session_app.status.answered:
            self.session_app.status.clear_messages()
            self._show_bars()  # at once: a dialog that opens now must not stand over the old answer
        reason = self.reason(action_id)
        if reason is not None:
            self.session_app.status.say(reason, "warn")
            return
        name = "do_" + BY_ID[action_id].name
        owner = self if hasattr(self, name) else self.session_app
        getattr(owner, name)()

    def reason(self, action_id: str) -> str | None:
        """Why an action cannot be used now; None if it can."""
        if action_id.startswith("app."):
            return self.session_app.why_not(action_id)
        return self.why_not(action_id) if BY_ID[action_id].where == self.where else None

    def why_not(self, action_id: str) -> str | None:
        """Why an action of this screen cannot be used now; None if it can."""
        return None

    def background(self, work: Work, group: str) -> None:
        """Run a read for this screen: the newest of a group wins, and it ends with the screen."""
        self.run_worker(once_started(work), group=group, exclusive=True, exit_on_error=False)

    # -- the fixed lines -----------------------------------------------------------

    def _show_bars(self) -> None:
        session_app = self.session_app
        facts = header_facts(session_app.header_data, session_app.readonly)
        monitor = session_app.monitor
        badges = {} if monitor is None else {"app.leases": monitor.need_attention()}
        self.query_one(TopBar).show_tabs(
            [BY_ID[f"app.{name}"] for name in TABS], f"app.{self.tab or self.app.current_mode}", facts, badges
        )
        text, tone = session_app.status.line()
        if not text and session_app.header_data is not None:
            text, tone = session_app.header_data.notice()
        self.query_one("#activity", StatusBar).show(toned(" " + text, tone) if text else Content(""), self.side())
        self.query_one(KeyBar).show_keys(*self.key_hints())

    def key_hints(self) -> tuple[Sequence[KeyHint], Sequence[KeyHint]]:
        """What the key bar shows: the keys of the field that is typed in, or what works on this screen; and those
        that always work. A key that does not work now is shown only if it is one of the important ones."""
        typing = typing_place(self.focused)
        hints: list[KeyHint] = []
        first = self.first_now()
        for action in sorted(
            in_bar(typing or self.where), key=lambda each: first.index(each.id) if each.id in first else len(first)
        ):
            usable = self.reason(action.id) is None
            if action.keys and (usable or action.bar) and self.in_bar(action.id):
                hints.append(KeyHint(action.keys[0], self.title_of(action.id), usable))
        at = -1 if typing else 0  # a letter would be typed into the field
        return hints, [
            KeyHint(BY_ID[f"app.{id}"].keys[at], title) for id, title in (("help", "help"), ("palette", "all"))
        ]

    def first_now(self) -> tuple[str, ...]:
        """Actions that stand first in the key bar, because the screen's words point to them now."""
        return ()

    def in_bar(self, action_id: str) -> bool:
        """False for an action that makes no sense here at all."""
        return action_id != "filter.save" or any(bar.saves for bar in self.query(FilterBar) if bar.display)

    def title_of(self, action_id: str) -> str:
        """The action's title in the key bar, which may depend on what the screen shows."""
        return BY_ID[action_id].title

    def side(self) -> Content:
        """The right end of the activity line."""
        return Content("")


def typing_place(focused: Widget | None) -> str:
    """The place of the registry whose keys work in a focused field; "" where letters are keys of the screen."""
    if isinstance(focused, Input):
        return "filter" if isinstance(focused.parent, FilterBar) else "field"
    return "editor" if isinstance(focused, TextArea) and not focused.read_only else ""


def header_facts(header_data: HeaderData | None, readonly: bool) -> list[tuple[str, Tone, int]]:
    """The right side of the top line: (text, tone, worth); the network's name is worth most, then the balances. The
    number of a fresh block goes first."""
    if header_data is None:
        return [("not connected", "muted", 9)]
    session = header_data.session
    label = session.network.label + (f" ×{header_data.speed:g}" if header_data.speed != 1 else "")
    out: list[tuple[str, Tone, int]] = [(label, "warn" if session.network.practice else "accent", 9)]
    if readonly:
        out.append(("READ-ONLY", "warn", 8))
    if session.wallet is not None:
        out.append((short_address(session.wallet.address), "muted", 3))
        out.append((f"{units(header_data.act)} ACT" if header_data.act is not None else "? ACT", "", 7))
        if header_data.akt is not None:
            out.append((f"{units(header_data.akt)} AKT", "muted", 5))
    age = header_data.age()
    if header_data.head is None or age is None:
        out.append(("# ?", "muted", 2))
    elif header_data.halted:
        out.append((f"#{header_data.head.height:,} halted", "bad", 8))
    elif header_data.error is not None and age < OLD_SECONDS:
        out.append((f"#{header_data.head.height:,} ○ {int(age)} s old", "bad", 8))
    elif age < FRESH_SECONDS:
        out.append((f"#{header_data.head.height:,} ●", "good", 2))
    elif age < OLD_SECONDS:
        out.append((f"#{header_data.head.height:,} ◐ {int(age)} s old", "warn", 6))
    else:
        out.append((f"#{header_data.head.height:,} ○ {int(age // 60)} min old", "bad", 8))
    return out
