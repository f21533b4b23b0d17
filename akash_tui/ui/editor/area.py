"""The text of an SDL: colours by the grammar of YAML, marks at lines with problems, new lines that are indented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widgets.text_area import Selection, TextAreaTheme

from akash_tui.domain.sdl.complete.cursor_place import dash_of
from akash_tui.domain.sdl.complete.indentation import STEP, blanks_to_delete, indent_below
from akash_tui.domain.sdl.problem import SdlProblem
from akash_tui.ui.widgets.textual_private import LongTextArea

_THEME: Final = "sdl"
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("yaml.field",),
    "string": ("string", "string.escape"),
    "number": ("number", "boolean", "constant.builtin"),
    "comment": ("comment", "preproc"),
    "mark": ("punctuation.delimiter", "punctuation.bracket", "punctuation.special", "type"),
}
"""Our colours, and the names that the grammar's query gives to what has them."""
_SIGNS: Final = {"error": "✗", "warning": "!", "hint": "·"}
UNSEEN: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that a terminal must not get; the text itself keeps it."""


def grammar() -> str | None:
    """The language whose colours can be shown; None where its grammar cannot be loaded: the text is plain then."""
    try:
        import tree_sitter
        import tree_sitter_yaml

        tree_sitter.Language(tree_sitter_yaml.language())
    except (ImportError, OSError, ValueError):
        return None
    return "yaml"


class SdlArea(LongTextArea):
    """The editable text. It has the focus, and hands the keys of an open list of suggestions on."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"sdl-area--{part}" for part in _PARTS),
        *(f"sdl-area--{severity}" for severity in _SIGNS),
    }
    DEFAULT_CSS = """
    SdlArea {
        & .sdl-area--key { color: $text-accent; }
        & .sdl-area--string { color: $text; }
        & .sdl-area--number { color: $text-success; }
        & .sdl-area--comment { color: $text-muted; text-style: italic; }
        & .sdl-area--mark { color: $text-muted; }
        & .sdl-area--error { color: $text-error; text-style: bold; }
        & .sdl-area--warning { color: $text-warning; text-style: bold; }
        & .sdl-area--hint { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar = [
        Binding("tab", "indent", show=False),
        Binding("shift+tab", "outdent", show=False),
        Binding("f7", "screen.do('editor.fix')", show=False),  # Textual selects all with it
    ]

    class KeyForList(Message):
        """A key that belongs to the list of suggestions, which is open."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, text: str, *, id: str) -> None:
        super().__init__(
            text, soft_wrap=False, show_line_numbers=True, theme="css", max_checkpoints=1000, id=id, language=grammar()
        )
        self.indent_width = STEP
        self.list_keys: Sequence[str] = ()
        """Keys that the list of suggestions takes now."""
        self._signs: dict[int, str] = {}
        """Severity of the worst problem of each line, which counts from 0."""
        self._spans: dict[int, list[tuple[int, int, str]]] = {}

    def on_mount(self) -> None:
        self._use_colours()
        self.watch(self.app, "theme", self._use_colours, init=False)

    def _use_colours(self) -> None:
        """Take the colours of the app's theme."""
        styles = {part: self.get_component_rich_style(f"sdl-area--{part}", partial=True) for part in _PARTS}
        names = {name: styles[part] for part, all_names in _PARTS.items() for name in all_names}
        self.register_theme(TextAreaTheme(_THEME, syntax_styles=names))
        self.theme = "css"
        self.theme = _THEME
        self.redraw_lines()

    # -- problems --------------------------------------------------------------------

    def show_problems(self, problems: Sequence[SdlProblem]) -> None:
        """Mark the lines of these problems, and the word where each begins."""
        order = list(_SIGNS)
        signs: dict[int, str] = {}
        spans: dict[int, list[tuple[int, int, str]]] = {}
        for problem in problems:
            row, severity = problem.line - 1, problem.severity.value
            if row not in signs or order.index(severity) < order.index(signs[row]):
                signs[row] = severity
            if severity != "hint":
                spans.setdefault(row, []).append(
                    (problem.column - 1, self._word_end(row, problem.column - 1), severity)
                )
        if (signs, spans) != (self._signs, self._spans):
            self._signs, self._spans = signs, spans
            self.redraw_lines()

    def _word_end(self, row: int, column: int) -> int:
        if row >= self.document.line_count:
            return column
        line = self.document.get_line(row)
        end = column
        while end < len(line) and not line[end].isspace():
            end += 1
        return end

    @property
    def gutter_width(self) -> int:
        """Two columns more than Textual's, for the sign of a problem."""
        return super().gutter_width + 2

    def get_line(self, line_index: int) -> Text:
        text = super().get_line(line_index)
        if not text.plain.isprintable():
            text.plain = "".join(sign if sign.isprintable() or sign == "\t" else UNSEEN for sign in text.plain)
        for start, end, severity in self._spans.get(line_index, ()):
            style = self.get_component_rich_style(f"sdl-area--{severity}", partial=True)
            text.stylize(style + Style(underline=True, bold=False), start, end)
        return text

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        severity = self._signs.get(y + int(self.scroll_offset.y))
        if severity is None:
            return strip
        style = self.get_component_rich_style(f"sdl-area--{severity}", partial=True)
        first = next(iter(strip), Segment(""))
        sign = Segment(_SIGNS[severity], (first.style or Style()) + style)
        return Strip.join([Strip([sign], 1), strip.crop(1)])

    # -- keys --------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        if event.key in self.list_keys:
            event.prevent_default()
            event.stop()
            self.post_message(self.KeyForList(event.key))
        elif event.key == "enter" and not self.read_only:
            event.prevent_default()
            event.stop()
            row, column = min(self.selection)
            indent = indent_below(self.document.get_line(row)[:column])
            self._insert("\n" + indent)

        elif event.character == "-" and not self.read_only and self.selection.is_empty:
            row, column = self.cursor_location
            blank = column > 0 and row > 0 and not self.document.get_line(row).strip()
            dash = dash_of(self.document.get_line(row - 1), column) if blank else None
            if dash is not None:  # another item, not something inside the one above
                event.prevent_default()
                event.stop()
                self.replace(" " * dash + "-", (row, 0), (row, column), maintain_selection_offset=False)

    def _insert(self, text: str) -> None:
        start, end = sorted(self.selection)
        self.replace(text, start, end, maintain_selection_offset=False)

    def action_indent(self) -> None:
        """Indent the line, or all that are selected."""
        start, end = sorted(self.selection)
        if start[0] == end[0]:
            self._insert(" " * (STEP - start[1] % STEP))
            return
        self._change_lines(start[0], end[0], lambda line: " " * STEP + line if line.strip() else line)

    def action_outdent(self) -> None:
        """Take a step of the indentation away, of the line or of all that are selected."""
        start, end = sorted(self.selection)
        self._change_lines(start[0], end[0], lambda line: line[min(STEP, len(line) - len(line.lstrip(" "))) :])

    def _change_lines(self, first: int, last: int, change: Callable[[str], str]) -> None:
        lines = [self.document.get_line(row) for row in range(first, last + 1)]
        changed = [change(line) for line in lines]
        if changed == lines:
            return
        (row, column), moved = self.cursor_location, len(changed[-1]) - len(lines[-1])
        self.replace("\n".join(changed), (first, 0), (last, len(lines[-1])))
        if first == last:
            self.move_cursor((row, max(0, column + moved)))
        else:
            self.selection = Selection((first, 0), (last, len(changed[-1])))

    def action_delete_left(self) -> None:
        row, column = self.cursor_location
        count = blanks_to_delete(self.document.get_line(row)[:column]) if self.selection.is_empty else 0
        if count > 1:
            self.delete((row, column - count), (row, column))
        else:
            super().action_delete_left()

    def replace_all(self, text: str) -> None:
        """Another text, as one change that can be undone; the cursor stays at its line, as far as there is one."""
        row, column = self.cursor_location
        offset = self.scroll_offset
        last = self.document.line_count - 1
        self.history.checkpoint()
        self.replace(text, (0, 0), (last, len(self.document.get_line(last))))
        row = min(row, self.document.line_count - 1)
        self.move_cursor((row, min(column, len(self.document.get_line(row)))))
        self.scroll_to(offset.x, offset.y, animate=False)
