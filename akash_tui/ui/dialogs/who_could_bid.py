"""Who could bid and who cannot, as a box over the screen; enter takes the change under the cursor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from akash_tui.domain.akash.money import rate_span
from akash_tui.domain.market.fit_reasons import UnfitReason
from akash_tui.domain.market.screening import Relaxation, Verdict
from akash_tui.domain.silence import ENOUGH_BIDS, NOTHING_SEEN, Confidence, SeenOfProvider, Silence, typical_words
from akash_tui.domain.text import NOT_KNOWN, plural
from akash_tui.services.errors import AkashError
from akash_tui.services.market.silent_providers import WhoPage
from akash_tui.ui.dialogs.dialog_box import DialogBox, error_lines
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import Tone, joined, toned

WIDEST = 132
NAME_WIDTH = 24
HEAD = "one change would add"
LEAST_CHANGE = 26
"""Columns of a change that it keeps where its note needs room too."""
ALL_THAT_FIT = "fits"
TONES: dict[Confidence, Tone] = {Confidence.SURE: "good", Confidence.LIKELY: "", Confidence.GUESS: "muted"}


@dataclass(frozen=True, slots=True)
class RelaxLine:
    """One change as a line of the list."""

    id: str
    change: Relaxation


class WhoDialog(DialogBox[Relaxation | None]):
    """Opens at once and fills when `load` has read the providers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "step", "next reason", show=False),
        Binding("q,w", "leave", "back", show=False),
    ]
    DEFAULT_CSS = """
    WhoDialog > .box { width: 132; }
    WhoDialog #relax { margin-top: 1; }
    """

    def __init__(self, name: str, load: Callable[[], Awaitable[WhoPage]], *, action: str) -> None:
        """`action`: what enter does with a change, as a title of the key bar."""
        super().__init__(f"Who could bid · {name}" if name else "Who could bid")
        self._load = load
        self._action = action
        self._shown: UnfitReason | str | None = None
        """Whose providers are listed one by one; None is the overview."""
        self._sheet = 0
        """Of a list that has no room at once: which part of it is shown."""
        self.page: WhoPage | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.styles.width = min(WIDEST, self.app.size.width)
            yield LabelledLines(9, id="message")
            yield LiveTable[RelaxLine](change_columns([], WIDEST), id="relax")

    def on_mount(self) -> None:
        self.query_one("#message", LabelledLines).show([toned("Reading the providers…", "muted")])
        self.query_one("#relax", LiveTable).display = False
        self.run_worker(self._fill(), exclusive=True)

    async def _fill(self) -> None:
        try:
            self.page = await self._load()
        except AkashError as error:
            self.query_one("#message", LabelledLines).show(error_lines(error))
            return
        changes = [RelaxLine(str(at), change) for at, change in enumerate(self.page.relaxations)]
        table = self.query_one("#relax", LiveTable)
        table.display = bool(changes)
        table.set_columns(change_columns(self.page.relaxations, self._width))
        table.show(changes)
        table.styles.height = min(len(changes) + 1, max(4, self.app.size.height // 4))
        if changes:
            table.focus()
        self._show()
        self.show_keys()

    def on_resize(self) -> None:
        if self.page is not None:
            self.query_one(".box").styles.width = min(WIDEST, self.app.size.width)
            self.query_one("#relax", LiveTable).set_columns(change_columns(self.page.relaxations, self._width))
            self._show()

    def _show(self) -> None:
        page = self.page
        assert page is not None
        table = self.query_one("#relax", LiveTable)
        room = (
            self.app.size.height
            - 7
            - (int(table.styles.height.value) + 1 if table.display and table.styles.height else 0)
        )
        width = self._width
        rows = overview(page, self._now(), room, width)
        if self._shown is not None:  # as high as the overview, so that the list below keeps its place
            height, sheets = len(rows), self._sheets(page, max(len(rows), room), width)
            self._sheet = min(self._sheet, len(sheets) - 1)
            rows = [*sheets[self._sheet]]
            rows += [BLANK] * (height - len(rows))
        self.query_one("#message", LabelledLines).show(rows)

    @property
    def _width(self) -> int:
        """Columns inside the box."""
        return min(WIDEST, self.app.size.width) - 6

    def _now(self) -> datetime:
        page = self.page
        assert page is not None
        return max(page.answer.read.read_at, datetime.now(page.answer.read.read_at.tzinfo))

    def _sheets(self, page: WhoPage, room: int, width: int) -> list[list[LabelledLine | Content]]:
        """The providers of one reason, one by one, in parts of at most `room` lines with their title."""
        screening = page.answer.screening
        if self._shown == ALL_THAT_FIT:
            verdicts = list(screening.fitting)
            title = plural(len(verdicts), "provider") + " could bid"
            lines = fitting_lines(page, width)
        else:
            verdicts = [v for v in screening.verdicts if v.reason == self._shown]
            title = f"{plural(len(verdicts), 'provider')}: {verdicts[0].reason.words if verdicts[0].reason else ''}"
            lines = in_columns([(v.provider.name.short, [(v.words, "")]) for v in verdicts], width)
        each = max(1, room - 1)
        parts = [lines[at : at + each] for at in range(0, len(lines), each)] or [[]]
        of = f" · part {{}} of {len(parts)}: f shows the next" if len(parts) > 1 else ""
        return [[joined((title, "strong"), (of.format(at), "muted")), *part] for at, part in enumerate(parts, 1)]

    @property
    def _parts(self) -> list[UnfitReason | str | None]:
        screening = self.page.answer.screening if self.page is not None else None
        if screening is None:
            return [None]
        return [None, *([ALL_THAT_FIT] if screening.fits else []), *screening.reasons]

    def action_step(self) -> None:
        """List the rest of this reason's providers, then those of the next, and after the last the overview again."""
        if self.page is None:
            return
        parts, before = self._parts, (self._shown, self._sheet)
        if self._shown is not None:
            self._sheet += 1
            self._show()
        if (self._shown, self._sheet) == before or self._shown is None:
            self._shown, self._sheet = parts[(parts.index(self._shown) + 1) % len(parts)], 0
        self._show()
        self.show_keys()

    def key_hints(self) -> Sequence[KeyHint]:
        if self.page is None:
            return [KeyHint("escape", "back")]
        take = [KeyHint("enter", self._action), KeyHint("down", "next change")] if self.page.relaxations else []
        return [*take, KeyHint("f", "next reason"), KeyHint("escape", "back")]

    @on(LiveTable.Opened, "#relax")
    def _opened(self, event: LiveTable.Opened) -> None:
        row = event.table.cursor_row
        if isinstance(row, RelaxLine):
            self.dismiss(row.change)


def change_columns(changes: Sequence[Relaxation], width: int) -> list[Column[RelaxLine]]:
    """As wide as what stands in them; where that is too much together, the change gives way first, then the note."""
    adds = max((cell_len(each.gain) for each in changes), default=0)
    note = max((cell_len(each.note) for each in changes), default=0)
    room = width - adds - 6  # a mark before them, a space behind each, and the bar of a long list
    change = min(max((cell_len(each.words) for each in changes), default=0), max(LEAST_CHANGE, room - note))
    return [
        Column("change", HEAD, max(change, len(HEAD)), lambda r: (r.change.words, "strong")),
        Column("adds", "", adds, lambda r: (r.change.gain, "good")),
        Column("note", "", max(0, min(note, room - change)), lambda r: (r.change.note, "muted")),
    ]


def overview(page: WhoPage, now: datetime, room: int, width: int) -> list[LabelledLine | Content]:
    """Counts, those that fit (or why they are silent), and the reasons of the others, in at most `room` lines."""
    screening = page.answer.screening
    source = page.answer.read.words(now)
    rows: list[LabelledLine | Content] = [_both(toned(screening.summary, "strong"), source, width)]
    if page.answer.listed_words:
        rows.append(toned(page.answer.listed_words, "muted"))
    if page.sentence:
        said = typical_words(page.typical)
        rows.append(joined((page.sentence, "warn"), (f" · {said}" if said else "", "muted")))
    for group in screening.unserved:
        rows.append(joined((f"Nobody fits the group {group}.", "warn")))
    rows.append(BLANK)
    cannot = _reasons(page, width)
    lines = silence_lines(page.silences, width) if page.silences else fitting_lines(page, width)
    left = max(1, room - len(rows) - len(cannot) - (1 if lines and cannot else 0))
    rows += _cut(lines, left, "provider")
    if lines and cannot:
        rows.append(BLANK)
    return [*rows, *cannot]


def fitting_lines(page: WhoPage, width: int) -> list[Content]:
    """All that fit: those that have not bid first, each with what is known of it."""
    silent = {silence.verdict.provider.owner for silence in page.silences}
    lines = silence_lines(page.silences, width)
    rest = [v for v in page.answer.screening.fitting if v.provider.owner not in silent]
    seen = [(v, page.seen.get(v.provider.owner, NOTHING_SEEN)) for v in rest]
    return lines + in_columns([(v.provider.name.short, fit_parts(v, of_it)) for v, of_it in seen], width)


def fit_parts(verdict: Verdict, seen: SeenOfProvider) -> list[tuple[str, Tone]]:
    """`a100 ×4 free`, `usually 0.91–0.97`, `answers in 18 s`: what is known of one that fits."""
    models = ", ".join(dict.fromkeys(gpu.model for gpu in verdict.gpus))
    free = ": none" if verdict.free == 0 else f" ×{NOT_KNOWN if verdict.free is None else verdict.free}"
    parts: list[tuple[str, Tone]] = []
    if verdict.gpus:
        parts.append((f"{models}{free} free", "" if verdict.room is not False else "warn"))
    elif verdict.room is not None:
        parts.append(("has room now" if verdict.room else "no room now", "" if verdict.room else "warn"))
    if seen.prices:
        low, high = min(p.low for p in seen.prices.values()), max(p.high for p in seen.prices.values())
        often = sum(p.count for p in seen.prices.values()) >= ENOUGH_BIDS
        parts.append((f"{'usually' if often else 'has bid'} {rate_span(low, high)}", "muted"))
    if seen.delay is not None:
        often = seen.delay.count >= ENOUGH_BIDS
        parts.append((f"{'answers' if often else 'has answered'} in {seen.delay.seconds} s", "muted"))
    if seen.answered is not None and seen.answered.asked and not seen.answered.answered:
        parts.append((f"never answered you ({plural(seen.answered.asked, 'order')})", "warn"))
    return parts


def silence_lines(silences: Sequence[Silence], width: int) -> list[Content]:
    """One line for each that fits and has not bid: who, likeliest cause, how sure."""
    return in_columns(
        [
            (
                s.verdict.provider.name.short,
                [(s.evidence, ""), (s.confidence.value, TONES.get(s.confidence, "muted"))],
            )
            for s in silences
        ],
        width,
    )


def in_columns(rows: Sequence[tuple[str, Sequence[tuple[str, Tone]]]], width: int) -> list[Content]:
    """Names below each other and what follows each, one line of at most `width` columns for every row."""
    names = [Content(name).truncate(NAME_WIDTH, ellipsis=True) for name, _ in rows]
    widest = max((name.cell_length for name in names), default=0)
    out = []
    for name, (_, parts) in zip(names, rows, strict=True):
        line = joined(name, " " * (widest + 2 - name.cell_length))
        for at, (text, tone) in enumerate(part for part in parts if part[0]):
            line = joined(line, "   " if at else "", (text, tone))
        out.append(line.truncate(width, ellipsis=True))
    return out


def _reasons(page: WhoPage, width: int) -> list[LabelledLine | Content]:
    """`cannot  9  no accepted GPU model`: two in a line where they fit."""
    each = [f"{count:>4}  {reason.words}" for reason, count in page.answer.screening.reasons.items()]
    half = width // 2
    two = bool(each) and max(map(cell_len, each)) + 8 <= half
    lines = [each[at : at + 2] for at in range(0, len(each), 2)] if two else [[one] for one in each]
    return [
        joined(*((f"cannot{text}".ljust(half), "muted") if two else (f"cannot{text}", "muted") for text in line))
        for line in lines
    ]


def _cut(lines: Sequence[LabelledLine | Content], room: int, what: str) -> list[LabelledLine | Content]:
    """As many as there is room for, and how many more there are."""
    if len(lines) <= room:
        return list(lines)
    kept = list(lines[: max(0, room - 1)])
    return [*kept, toned(f"and {plural(len(lines) - len(kept), f'more {what}')}: f lists them", "muted")]


def _both(left: Content, right: str, width: int) -> Content:
    """Something at both ends of a line; below each other where they do not fit."""
    gap = width - left.cell_length - cell_len(right)
    return joined(left, " " * gap, (right, "muted")) if gap > 1 else joined(left, "\n", (right, "muted"))
