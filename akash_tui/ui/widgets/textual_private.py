"""Every private member of Textual that this program uses, with the reason: Textual may change these in any release.

Each has a test in tests/ui/widgets/test_textual_private.py that fails when Textual does.
"""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import FrameType
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from textual.app import App, ReturnType
from textual.await_remove import AwaitRemove
from textual.css.match import _check_selectors
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.css.types import Specificity3
from textual.document._document_navigator import DocumentNavigator
from textual.document._syntax_aware_document import SyntaxAwareDocument
from textual.document._wrapped_document import WrappedDocument
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

ScreenType = TypeVar("ScreenType", bound=Screen[Any])

_Meant: TypeAlias = tuple[list[RuleSet], dict[str, list[RuleSet]]]
"""Some rules in their order, and by the names that they are meant for."""

_SAME_EVERYWHERE = {"dark", "light", "inline", "ansi", "nocolor"}
"""Pseudo classes that are the same for all widgets of an app."""
_OPPOSITES = {"blur": "focus", "light": "dark", "enabled": "disabled"}
_MOST_PLACES = 20_000
_LINES_AT_ONCE = 100
_numbers = itertools.count(1)


class StyleMemory:
    """The styles that were worked out from one set of rules.

    A place is a number that stands for all that rules can ask of a node and of each node above it: names, classes and
    pseudo classes, but for those that depend on siblings or on what is inside. Nodes of one place have the same styles.
    """

    def __init__(self, rules: Sequence[RuleSet]) -> None:
        self.meant: dict[frozenset[str], _Meant] = {}
        self.styles: dict[int, tuple[RulesMap, bool]] = {}
        """By place; with each, whether the mouse over the node can change them."""
        self._places: dict[tuple[object, ...], int] = {}
        self._asked = {_OPPOSITES.get(name, name) for rule in rules for name in rule.pseudo_classes}
        self._asked -= Stylesheet._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE
        self._checks: dict[type[DOMNode], tuple[Callable[[Any], bool], ...]] = {}

    def place(self, above: int, node: DOMNode) -> int:
        """The place of a node; `above` is that of its parent, or 0 for the app."""
        kind = type(node)
        if kind not in self._checks:
            names = self._asked & node._PSEUDO_CLASSES.keys()
            names -= _SAME_EVERYWHERE if above else set()
            self._checks[kind] = tuple(node._PSEUDO_CLASSES[name] for name in sorted(names))
        key = above, kind, node._id, frozenset(node._classes), *(bool(check(node)) for check in self._checks[kind])
        number = self._places.get(key)
        if number is None:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
                self.styles.clear()
            number = self._places[key] = next(_numbers)
        return number


class QuickStylesheet(Stylesheet):
    """Gives every widget the same styles as Textual's own, in a fraction of the time.

    A screen that opens is styled three times over, which was a third of what it costs. Textual goes through all rules
    for each widget, looks at every ancestor before the widget itself, sets again what is already set, and makes the
    styles of a widget's parts again each time.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        self._only: _Meant | None = None
        self._all: list[RuleSet] = []
        self._memory = StyleMemory(())
        self._places: dict[DOMNode, int] | None = None
        """Those that are known while nodes are styled; their names and states do not change meanwhile."""
        self._parts_at: WeakKeyDictionary[DOMNode, tuple[StyleMemory, int]] = WeakKeyDictionary()
        """Where a widget was when its parts got their styles."""
        self._lasting = True
        """Whether all parts so far have styles that their place decides."""
        super().__init__(variables=variables)

    @property
    def rules(self) -> list[RuleSet]:
        """All rules; while a node is styled, those alone that are meant for one of its names."""
        return super().rules if self._only is None else self._only[0]

    @property
    def rules_map(self) -> dict[str, list[RuleSet]]:
        """The rules by the names that they are meant for."""
        return super().rules_map if self._only is None else self._only[1]

    def memory_of(self, rules: list[RuleSet]) -> StyleMemory:
        """What is remembered of these rules, which have just been parsed: nothing."""
        return StyleMemory(rules)

    def update_nodes(self, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        """Style these nodes, each after its parent."""
        self._places = {}
        try:
            super().update_nodes(nodes, animate=animate)
        finally:
            self._places = None

    def apply(self, node: DOMNode, *, animate: bool = False, cache: dict[Any, RulesMap] | None = None) -> None:
        """Style a node as others of its place, or else by the rules that are meant for one of its names."""
        outer, self._only = self._only, None
        alone = self._places is None
        if alone:
            self._places = {}
        rules = self.rules
        if rules is not self._all:
            self._all, self._memory, self._places = rules, self.memory_of(rules), {}
        memory = self._memory
        try:
            place = self._place_of(node)
            known = memory.styles.get(place)
            if known is not None:
                styles, node._has_hover_style = known
                node._has_focus_within = node._has_order_style = node._has_odd_or_even = False
                self.replace_rules(node, styles, animate=animate)
                self._process_component_classes(node)
                return
            self._only = self._meant_for(frozenset(node._selector_names))
            found: dict[Any, RulesMap] = {}  # stays empty where siblings or what is inside decide
            super().apply(node, animate=animate, cache=found)
            for styles in found.values():
                memory.styles[place] = styles, node._has_hover_style
            self._lasting = self._lasting and (bool(found) or self._decided_by_place(self._only[0]))
        finally:
            self._only = outer
            if alone:
                self._places = None

    def _decided_by_place(self, rules: Iterable[RuleSet]) -> bool:
        return all(rule.pseudo_classes.isdisjoint(self._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE) for rule in rules)

    def _place_of(self, node: DOMNode) -> int:
        assert self._places is not None
        place = self._places.get(node)
        if place is None:
            parent = node._parent
            above = self._place_of(parent) if isinstance(parent, DOMNode) else 0
            place = self._places[node] = self._memory.place(above, node)
        return place

    def _process_component_classes(self, node: DOMNode) -> None:
        """Style the parts of a widget, unless they have the styles of this place."""
        if not node._get_component_classes():
            return
        here = self._memory, self._place_of(node)
        if node._component_styles and self._parts_at.get(node) == here:
            return
        outer, self._lasting = self._lasting, True
        super()._process_component_classes(node)
        if self._lasting:
            self._parts_at[node] = here
        else:
            self._parts_at.pop(node, None)
        self._lasting = outer

    def _meant_for(self, names: frozenset[str]) -> _Meant:
        meant = self._memory.meant.get(names)
        if meant is None:
            by_name = self.rules_map
            known = {name: by_name[name] for name in names if name in by_name}
            only = [rule for rule in self._all if not rule.selector_names.isdisjoint(names)]
            meant = self._memory.meant[names] = only, known
        return meant

    @classmethod
    def _check_rule(cls, rule_set: RuleSet, css_path_nodes: list[DOMNode]) -> Iterable[Specificity3]:
        node = css_path_nodes[-1]
        for each in rule_set.selector_set:
            if each.selectors[-1].check(node) and _check_selectors(each.selectors, css_path_nodes):
                yield each.specificity

    @classmethod
    def replace_rules(cls, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        """Set what differs; what moves into its new place is left to Textual."""
        base = node.styles.base
        now: dict[str, Any] = base._rules  # type: ignore[assignment]
        if animate and ("transitions" in rules or "transitions" in now):
            super().replace_rules(node, rules, animate)
            return
        wanted: dict[str, Any] = rules  # type: ignore[assignment]
        if now == wanted:
            node.notify_style_update()
            return
        for name in [name for name in now.keys() | wanted.keys() if now.get(name) != wanted.get(name)]:
            setattr(base, name, wanted.get(name))
        node.notify_style_update()


def styled_once(app: App[Any], make: Callable[[], ScreenType]) -> ScreenType:
    """A new screen for a mode, styled when it is mounted as every other.

    For the first screen of a mode Textual would also parse all style sheets again, twice, as if their colours had
    changed since it was made, and style the screen before it with them.
    """
    screen = make()
    screen._css_update_count = app._css_update_count
    return screen


def refresh_layout(widget: Widget) -> None:
    """Draw a widget again whose size may differ now.

    If it asked for that before and other widgets were laid out since, Textual has kept the size that it had then, and
    the second `refresh(layout=True)` does not discard it: the widget would stay as high as what it no longer shows.
    """
    widget._box_model_cache.clear()
    widget.refresh(layout=True)


class FatalErrorApp(App[ReturnType]):
    """An app that ends with its own words after an unhandled error.

    Textual prints a traceback with the values of local variables there, which may hold secrets; it has no public
    way to print something else.
    """

    fatal_code = 1
    """The exit code after such an error; `fatal_message` may set another one."""

    def fatal_message(self, error: BaseException | None) -> str:
        """Called once for an unhandled error, whose text may hold secrets: what is printed after the app has ended."""
        raise NotImplementedError

    def _fatal_error(self) -> None:
        self.bell()
        message = self.fatal_message(self._exception)
        self.exit(return_code=self.fatal_code, message=message)
        self._close_messages_no_wait()  # an app that broke does not work off the messages before the end

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        """Cancel the workers of what is removed before its children go: Textual does it after that.

        A worker that has its answer between the two would look for the widgets to show it in, and the app would fail.
        """
        workers = list(self.workers)
        removed = {child for node in nodes for child in node.walk_children(with_self=True)} if workers else set()
        for worker in workers:
            if worker.node in removed:
                worker.cancel()
        return super()._prune(*nodes, parent=parent)


def line_filters(app: App[Any]) -> Sequence[LineFilter]:
    """The filters that every drawn line goes through last. There is no public list of them."""
    return app._filters


def add_line_filter(app: App[Any], line_filter: LineFilter) -> None:
    """Let every drawn line go through this filter too. Textual takes filters of its own only."""
    app._filters.append(line_filter)


def drop_line_filters(app: App[Any], kinds: tuple[type[LineFilter], ...]) -> None:
    """Let no drawn line go through filters of these kinds any more. Textual adds some by the environment."""
    app._filters[:] = [each for each in app._filters if not isinstance(each, kinds)]


def write_to_terminal(app: App[Any], sequence: str) -> None:
    """Write an escape sequence to the terminal between two paints: printing would land in the midst of one."""
    if app._driver is not None:
        app._driver.write(sequence)


def restart_when_continued(app: App[Any]) -> None:
    """Take the terminal again at SIGCONT, as Textual does, but give it back first where it was never given back.

    After SIGSTOP, or a SIGCONT that comes out of nowhere, Textual starts a second reader of the keys, takes its own
    terminal modes for those to restore, and does not end any more. A terminal that is closed sends SIGCONT after
    SIGHUP: it is not taken again, for its writer would die and the app wait for it for ever. For a driver without
    these parts nothing is done.
    """
    driver: Any = app._driver
    if not hasattr(driver, "_must_signal_resume"):
        return
    resume = signal.getsignal(signal.SIGCONT)

    def continued(number: int, frame: FrameType | None) -> None:
        if not driver._file.isatty():
            return
        if driver._auto_restart and driver._key_thread is not None and driver._key_thread.is_alive():
            driver._must_signal_resume = True  # draw everything again
            driver.suspend_application_mode()
        if callable(resume):
            resume(number, frame)

    signal.signal(signal.SIGCONT, continued)


def bind_key(node: DOMNode, keys: str, action: str, description: str) -> None:
    """Bind keys on one widget or screen only. Publicly, bindings belong to a class, not to one dialog's choices."""
    node._bindings.bind(keys, action, description, show=False)


class _CountedLines(WrappedDocument):
    """Knows how many lines it has: Textual counts them again for each line that it draws."""

    @property
    def height(self) -> int:
        return len(self._offset_to_line_info)


def _read_many_lines(document: SyntaxAwareDocument, offset: int, point: tuple[int, int]) -> bytes:
    """What the grammar reads from a place on, which is a line and a byte in it. Textual answers one line at a time."""
    row, column = point
    lines, newline = document.lines, document.newline
    return "".join(line + newline for line in lines[row : row + _LINES_AT_ONCE]).encode()[column:]


class LongTextArea(TextArea):
    """A text area whose keys take as long in a long text as in a short one, as far as that can be had.

    Textual asks its syntax tree about the whole text after each key; here, about the lines in sight alone.
    """

    _highlighted: range | None = None

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        document = self.document
        if isinstance(document, SyntaxAwareDocument):
            document._read_callable = partial(_read_many_lines, document)  # type: ignore[method-assign]
        self.wrapped_document = _CountedLines(document, self.wrap_width, self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)

    def _build_highlight_map(self) -> None:
        self._line_cache.clear()
        self._highlights.clear()
        self._highlighted = None

    def render_lines(self, crop: Region) -> list[Strip]:
        top = int(self.scroll_offset.y)
        wanted = range(top, top + max(1, self.size.height))
        if self._highlight_query is not None and self._highlighted != wanted:
            self._highlight(wanted)
        return super().render_lines(crop)

    def _highlight(self, rows: range) -> None:
        self._highlights.clear()
        self._highlighted = rows
        query = self._highlight_query
        found = self.document.query_syntax_tree(query, (rows.start, 0), (rows.stop, 0))  # type: ignore[arg-type]
        for name, nodes in found.items():
            for node in nodes:
                (first, start), (last, end) = node.start_point, node.end_point
                for row in range(max(first, rows.start), min(last, rows.stop) + 1):
                    place = (start if row == first else 0, end if row == last else None, name)
                    self._highlights[row].append(place)

    def redraw_lines(self) -> None:
        """Draw all lines again, although neither text nor cursor has changed."""
        self._line_cache.clear()
        self.refresh()
