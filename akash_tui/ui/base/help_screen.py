"""The help: the words of the screen behind it, explained by the glossary, then its keys, from the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content

from akash_tui.domain.glossary import GlossaryEntry
from akash_tui.ui.actions.action import EVERYWHERE, PLACES, TABLE
from akash_tui.ui.actions.registry import at
from akash_tui.ui.base.glossary_screen import GlossaryScreen, word_columns
from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from akash_tui.ui.widgets.styles import toned

LEGEND: dict[str, tuple[LabelledLine, ...]] = {
    "bids": (
        LabelledLine("a100 ×1", "stated in the bid"),
        LabelledLine("a100 ×1ᵖ", "not stated in the bid; the provider's attributes allow only this model"),
        LabelledLine("a100 or h100?", "the bid allows either model; which one is unknown"),
        LabelledLine("not disclosed", "the bid names no GPU, and no other source does"),
        LabelledLine("colours", "each GPU model has its own; the lowest prices per GPU of a model are shaded"),
        LabelledLine("● ▲ ▼ ✕", "new, pricier, cheaper, gone"),
        LabelledLine("price/h", "ACT an hour at the measured block time; 1 ACT is about 1 USD"),
    ),
}
"""What the signs of a screen mean."""

WORDS: dict[str, tuple[str, ...]] = {
    "welcome": ("practice network", "mainnet", "wallet", "AKT", "ACT"),
    "deploy": ("SDL", "preset", "deployment", "deposit", "escrow", "budget", "A/B", "ACT", "AKT", "block"),
    "bids": (
        "bid",
        "bid cap",
        "provider",
        "rule",
        "A/B",
        "audited",
        "not disclosed",
        "vs market",
        "uptime",
        "deposit",
        "dseq",
        "ACT",
    ),
    "leases": ("lease", "dseq", "escrow", "deposit", "out of funds", "automatic top-up", "provider", "ACT"),
    "lease": ("lease", "dseq", "escrow", "endpoint", "service", "manifest", "provider", "automatic top-up"),
    "update": ("SDL", "update", "manifest", "version"),
    "log": ("service", "pod"),
    "compare": ("bid", "price/h", "vs market", "uptime", "audited", "reclamation", "score"),
    "sweep": ("sweep", "order", "lease", "escrow", "deposit", "dseq", "provider", "bid"),
    "journal": ("journal", "dseq", "gas", "AKT", "ACT", "deposit"),
    "market": ("provider", "audited", "price/h", "uptime", "indexer"),
    "network": ("indexer", "provider", "AKT", "ACT"),
    "wallet": ("wallet", "AKT", "ACT", "mint", "spread", "oracle", "BME", "gas", "escrow", "deposit"),
    "page": ("provider", "attribute", "audited", "uptime", "price/h", "indexer"),
    "dialog": ("deposit", "escrow", "gas", "AKT", "ACT", "block", "quote", "bound"),
}
"""Words of the glossary that stand on a screen, the most important first."""

DIALOGS = ("dialog", "compare", "columns", "question")
"""Where the keys of the screen below do not work."""


class HelpScreen(DialogBox[None]):
    """Words of this screen first, then its keys, those of lists and fields, and those that work everywhere."""

    where: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1,q", "leave", "close", show=False),
        Binding("W", "glossary", "all words", show=False),
        Binding("down,j", "step(1)", "down", show=False, priority=True),
        Binding("up,k", "step(-1)", "up", show=False, priority=True),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-one-column"), (120, "-two-columns")]  # noqa: RUF012 - declared by Screen
    DEFAULT_CSS = """
    HelpScreen > .box { width: 92; padding: 0 2; }
    HelpScreen.-two-columns > .box { width: 158; }
    HelpScreen #words { height: auto; margin-bottom: 1; }
    HelpScreen #keys-pane { height: auto; max-height: 1fr; }
    HelpScreen #columns { height: auto; layout: vertical; }
    HelpScreen.-two-columns #columns { layout: horizontal; }
    HelpScreen #left { width: 1fr; margin: 0 0 1 0; }
    HelpScreen #right { width: 1fr; }
    HelpScreen.-two-columns #left { margin: 0 3 0 0; }
    """

    def __init__(self, where: str, entries: Sequence[GlossaryEntry] = (), typing: str = "") -> None:
        """`where` is the place of the registry behind the help, `typing` that of the field which has the focus;
        `entries` is the glossary."""
        self._where = where
        self._typing = typing
        self.entries = screen_words(where, entries)
        super().__init__("Words on this screen, and keys" if self.entries else "Keys")

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LiveTable[GlossaryEntry](word_columns(16, all_names=False), header=False, id="words")
            with VerticalScroll(id="keys-pane"), Container(id="columns"):
                yield LabelledLines(16, id="left")
                yield LabelledLines(16, id="right")

    def on_mount(self) -> None:
        left, right = help_columns(self._where, self._typing)
        self.query_one("#left", LabelledLines).show(left)
        self.query_one("#right", LabelledLines).show(right)
        self.words.show(self.entries)
        self.words.styles.height = min(len(self.entries), 6 if self.size.height < 30 else 12)
        self.words.display = bool(self.entries)
        (self.words if self.entries else self.keys_pane).focus()

    @property
    def words(self) -> LiveTable[GlossaryEntry]:
        return self.query_one("#words", LiveTable)

    @property
    def keys_pane(self) -> VerticalScroll:
        return self.query_one("#keys-pane", VerticalScroll)

    def key_hints(self) -> Sequence[KeyHint]:
        keys = [KeyHint("escape", "close"), KeyHint("down", "next line"), KeyHint("W", "all words")]
        if self.words.has_focus:
            return [KeyHint("enter", "explain the word"), *keys, KeyHint("tab", "to the keys")]
        return [*keys, KeyHint("pagedown", "next page"), *([KeyHint("tab", "to the words")] if self.entries else [])]

    def action_step(self, step: int) -> None:
        """One line down or up: through the words, then through the keys."""
        words, pane = self.words, self.keys_pane
        if words.has_focus and (step < 0 or words.cursor_index < len(words.rows) - 1):
            words.action_move(step)
        elif words.has_focus:
            pane.focus()
        elif step < 0 and pane.scroll_offset.y == 0 and self.entries:
            words.focus()
        else:
            pane.scroll_relative(y=step, animate=False)

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        self.app.push_screen(GlossaryScreen(event.row_id))

    def action_glossary(self) -> None:
        self.app.push_screen(GlossaryScreen())


def screen_words(where: str, entries: Sequence[GlossaryEntry]) -> list[GlossaryEntry]:
    """The entries of the words that stand on a screen."""
    by_name = {name: entry for entry in entries for name in entry.names}
    return [by_name[name] for name in WORDS.get(where, ()) if name in by_name]


def help_columns(where: str, typing: str = "") -> tuple[list[LabelledLine | Content], list[LabelledLine | Content]]:
    """The keys of one screen, with its signs; and those of lists, fields and dialogs and those that work everywhere."""
    own = [place for place in dict.fromkeys((typing, where)) if place in PLACES]  # an editor is both
    outside = () if where in DIALOGS else (EVERYWHERE,)  # what does not work in a dialog
    others = [place for place in (*outside, TABLE, "field", "dialog") if place not in own]
    if not own:
        own, others = others[:1], others[1:]
    return _sections(own), _sections(others)


def _sections(places: Sequence[str]) -> list[LabelledLine | Content]:
    out: list[LabelledLine | Content] = []
    for place in places:
        if out:
            out.append(BLANK)
        out.append(toned(PLACES[place], "accent"))
        out += [LabelledLine("  " + " ".join(action.shown), action.help, "", "strong") for action in at(place)]
        if place in LEGEND:
            out.append(BLANK)
            out += [LabelledLine("  " + line.label, line.value) for line in LEGEND[place]]
    return out
