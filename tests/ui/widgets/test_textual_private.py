"""What this program uses of Textual's private members is still there and still does what it is used for."""

from __future__ import annotations

import asyncio
import inspect
import os
import pty
import signal
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import Horizontal, Vertical
from textual.document._syntax_aware_document import SyntaxAwareDocument
from textual.document._wrapped_document import WrappedDocument
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import DataTable, Input, OptionList, Static

from akash_tui.ui.editor.area import grammar
from akash_tui.ui.widgets import textual_private
from akash_tui.ui.widgets.textual_private import (
    FatalErrorApp,
    LongTextArea,
    QuickStylesheet,
    add_line_filter,
    bind_key,
    drop_line_filters,
    line_filters,
    refresh_layout,
    restart_when_continued,
    styled_once,
)

SECRET = "abandon ability able"


class _Breaking(FatalErrorApp[int]):
    """Meets an error that nobody handles."""

    error: BaseException | None = None

    def fatal_message(self, error: BaseException | None) -> str:
        self.error = error
        return "the message of ours"

    def on_mount(self) -> None:
        self.call_later(self._break)

    def _break(self) -> None:
        raise RuntimeError(SECRET)


async def test_an_unhandled_error_is_reported_in_our_words_only(capsys: pytest.CaptureFixture[str]) -> None:
    app = _Breaking()
    with pytest.raises(RuntimeError):
        async with app.run_test() as pilot:
            await pilot.pause()
    assert str(app.error) == SECRET, "App._exception or App._fatal_error has changed"
    assert app.return_code == 1
    printed = "".join(capsys.readouterr())
    assert "the message of ours" in printed
    assert SECRET not in printed


class _Closing(Static):
    """Gives a worker its answer while it is removed."""

    def on_unmount(self) -> None:
        assert isinstance(self.screen, _Reading)
        self.screen.answer.set()


class _Reading(Screen[None]):
    """A worker that waits for an answer, to show it in its child."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Vertical(_Closing(id="shown"), _Closing())

    def on_mount(self) -> None:
        self.run_worker(self._read())

    async def _read(self) -> None:
        await self.answer.wait()
        while self.query("#shown"):  # noqa: ASYNC110 (there is no event for it)
            await asyncio.sleep(0)
        self.query_one("#shown", Static).update("the answer")


async def test_an_answer_that_comes_while_its_screen_is_removed_breaks_nothing() -> None:
    app = _Quiet()
    async with app.run_test() as pilot:
        await app.push_screen(_Reading())
        await pilot.pause()
        (worker,) = app.workers
        await app.pop_screen()
        assert worker.is_cancelled


class _Quiet(FatalErrorApp[int]):
    def fatal_message(self, error: BaseException | None) -> str:
        return ""


def test_the_message_loop_can_be_ended_at_once() -> None:
    assert list(inspect.signature(App._close_messages_no_wait).parameters) == ["self"], "it has changed"


class _Upper(LineFilter):
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text.upper(), style, control) for text, style, control in segments]


class _Lines(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("small letters")

    def action_note(self) -> None:
        self.noted = True

    noted = False


async def test_an_added_filter_is_listed_and_every_line_goes_through_it() -> None:
    app = _Lines()
    own = _Upper()
    add_line_filter(app, own)
    assert own in line_filters(app), "App._filters has changed"
    async with app.run_test() as pilot:
        await pilot.pause()
        lines = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
        assert any("SMALL LETTERS" in line for line in lines), "lines no longer go through App._filters"


async def test_filters_of_a_kind_are_dropped() -> None:
    app = _Lines()
    add_line_filter(app, _Upper())
    others = len(line_filters(app)) - 1
    drop_line_filters(app, (_Upper,))
    assert len(line_filters(app)) == others


async def test_a_sequence_reaches_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    app = _Lines()
    textual_private.write_to_terminal(app, "\x1b]9;not open yet\a")
    written: list[str] = []
    async with app.run_test():
        assert app._driver is not None, "App._driver has changed"
        monkeypatch.setattr(app._driver, "write", written.append)
        textual_private.write_to_terminal(app, "\x1b]9;hello\a")
    assert "\x1b]9;hello\a" in written


def test_the_driver_of_a_terminal_has_what_is_used_of_it() -> None:
    pytest.importorskip("termios")
    from textual.drivers.linux_driver import LinuxDriver

    source = inspect.getsource(LinuxDriver)
    for name in ("_must_signal_resume", "_key_thread", "_auto_restart", "def _sigcont_application"):
        assert name in source, f"LinuxDriver has no {name} any more"


async def test_a_key_is_bound_on_one_screen_only() -> None:
    app, other = _Lines(), _Lines()
    async with app.run_test() as pilot:
        bind_key(app.screen, "n", "app.note", "note")
        await pilot.press("n")
        assert app.noted, "DOMNode._bindings has changed"
    async with other.run_test() as pilot:
        await pilot.press("n")
        assert not other.noted


@pytest.fixture
def _signal_handler_kept() -> Iterator[None]:
    before = signal.getsignal(signal.SIGCONT)
    yield
    signal.signal(signal.SIGCONT, before)


@pytest.mark.usefixtures("_signal_handler_kept")
def test_a_terminal_that_was_closed_is_not_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a terminal sends SIGHUP and then SIGCONT (Linux, `tty_signal_session_leader`)."""
    taken: list[int] = []
    signal.signal(signal.SIGCONT, lambda number, frame: taken.append(number))
    outside, inside = pty.openpty()
    with os.fdopen(inside, "w") as file:
        driver = SimpleNamespace(_must_signal_resume=False, _auto_restart=False, _key_thread=None, _file=file)
        app: Any = SimpleNamespace(_driver=driver)
        restart_when_continued(app)
        signal.raise_signal(signal.SIGCONT)
        assert taken == [signal.SIGCONT]
        os.close(outside)
        signal.raise_signal(signal.SIGCONT)
        assert taken == [signal.SIGCONT]


class _Styled(App[None]):
    CSS = """
    #one { color: red; }
    .first, Static.second { background: blue; text-style: bold; }
    Horizontal > .second { width: 7; height: initial; }
    Vertical .second:hover, .second:focus { color: green; }
    Input { width: 20; &.narrow { width: 5; } &:focus { width: 9; } }
    #two Static { padding: 1 2; border: heavy yellow; }
    Static:first-child { offset: 1 0; }
    OptionList:focus > .option-list--option-highlighted { text-style: underline; }
    Horizontal:focus-within .first { border: round red; }
    """

    def compose(self) -> ComposeResult:
        with Vertical(id="two"), Horizontal():
            yield Static("a", id="one", classes="first")
            yield Static("b", id="other", classes="first")
            yield Static("c", classes="second")
            yield Input(classes="narrow")
        yield OptionList("d", "e")
        yield DataTable[str]()


class _QuicklyStyled(_Styled):
    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = QuickStylesheet(variables=self.get_css_variables())


def _styles(app: App[None]) -> list[list[object]]:
    """Of every node and its parts: the rules by name, with objects such as layouts by what they say of themselves."""
    nodes = list(app.screen.walk_children(with_self=True))
    parts = [(node, [(None, node.styles), *sorted(node._component_styles.items())]) for node in nodes]
    return [
        [
            node.css_identifier,
            *_asked_later(node),
            *((part, sorted(map(repr, styles.base.get_rules().items()))) for part, styles in several),
        ]
        for node, several in parts
    ]


def _asked_later(node: DOMNode) -> tuple[bool, ...]:
    return node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even


async def _seen(app: App[None]) -> list[list[list[object]]]:
    seen = []
    async with app.run_test() as pilot:
        for step in (
            lambda: None,
            lambda: app.set_focus(None),
            lambda: app.query_one(Input).remove_class("narrow"),
            lambda: app.query_one("#one").set_classes("second"),
            lambda: app.query_one(OptionList).focus(),
            lambda: app.query_one("#one").remove(),
            lambda: app.query_one(Horizontal).mount(Static("e", classes="second"), before=0),
            lambda: app.query_one(Horizontal).add_class("first"),
            lambda: setattr(app.query_one(Input), "disabled", True),
            lambda: setattr(app, "theme", "textual-light"),
        ):
            step()
            await pilot.pause()
            seen.append(_styles(app))
    return seen


async def test_styles_are_the_same_as_textuals_own() -> None:
    own, quick = await _seen(_Styled()), await _seen(_QuicklyStyled())
    assert quick == own, "Stylesheet.apply, _check_rule or replace_rules has changed"
    assert len({repr(step) for step in own}) == len(own), "each step changes styles"


class _Green(Screen[None]):
    CSS = "_Green Static { color: $success; }"

    def compose(self) -> ComposeResult:
        yield Static("green")


class _Modes(App[None]):
    parsed = 0

    def refresh_css(self, animate: bool = True) -> None:
        self.parsed += 1
        super().refresh_css(animate)


@pytest.mark.parametrize("once", [False, True])
async def test_the_first_screen_of_a_mode_is_styled_without_parsing_all_sheets_again(once: bool) -> None:
    app = _Modes()
    async with app.run_test() as pilot:
        app.add_mode("plain", Screen[None])
        await app.switch_mode("plain")
        app.add_mode("green", (lambda: styled_once(app, _Green)) if once else _Green)
        before = app.parsed
        await app.switch_mode("green")
        await pilot.pause()
        assert (app.parsed > before) is not once, "Textual has changed: styled_once is of no use"
        assert app.screen.query_one(Static).styles.color == Color.parse(app.get_css_variables()["success"])
        await app.switch_mode("plain")
        app.theme = "textual-light"
        await pilot.pause()
        await app.switch_mode("green")
        await pilot.pause()
        assert app.screen.query_one(Static).styles.color == Color.parse(app.get_css_variables()["success"]), (
            "new colours"
        )


class _Grows(Static):
    lines = 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.lines


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "Textual's"])
async def test_a_widget_that_grows_twice_between_two_layouts_has_its_last_height(ours: bool) -> None:
    class OneWidget(App[None]):
        def compose(self) -> ComposeResult:
            yield _Grows()

    app = OneWidget()
    async with app.run_test(size=(20, 10)) as pilot:
        widget = app.query_one(_Grows)

        def grow(lines: int) -> None:
            widget.lines = lines
            if ours:
                refresh_layout(widget)
            else:
                widget.refresh(layout=True)

        grow(2)
        app.screen._clear_arrangement_cache()
        app.screen._refresh_layout()  # another widget has asked for it
        grow(5)
        await pilot.pause()
        assert (widget.size.height == 5) is ours, "Textual has changed: refresh_layout is of no use"


class _Colours(App[None]):
    def compose(self) -> ComposeResult:
        yield LongTextArea("a: 1\n" * 500, language="yaml" if grammar() else None)


async def test_a_long_text_is_read_and_counted_as_textual_does() -> None:
    app = _Colours()
    async with app.run_test(size=(40, 10)):
        area = app.query_one(LongTextArea)
        area.text = "a: 1\nb: 'ä€😀'\n\n" * 200
        area.insert("c: 2\n\n", (7, 0))
        area.delete((3, 1), (5, 0))
        assert area.wrapped_document.height == WrappedDocument(area.document).height == area.document.line_count
        area.soft_wrap = True
        area.insert("word " * 30, (4, 0))
        assert area.wrapped_document.height == len([part for line in area.wrapped_document.lines for part in line])
        if not isinstance(area.document, SyntaxAwareDocument):
            pytest.skip("the grammar of YAML is not installed")
        textual = SyntaxAwareDocument(area.text, area.document.language)
        whole = area.text.encode()
        for row, column in [(0, 0), (0, 4), (1, 5), (1, 16), (2, 0), (300, 1), (textual.line_count, 0)]:
            ours, theirs = (document._read_callable(0, (row, column)) for document in (area.document, textual))
            assert ours.startswith(theirs)
            assert whole.endswith(ours.removesuffix(b"\n")) or ours in whole
        same = str(textual._syntax_tree.root_node)
        assert str(area.document._syntax_tree.root_node) == same


async def test_only_the_lines_in_sight_are_asked_about() -> None:
    app = _Colours()
    async with app.run_test(size=(40, 10)) as pilot:
        area = app.query_one(LongTextArea)
        if not area.is_syntax_aware:
            pytest.skip("the grammar of YAML is not installed")
        await pilot.pause()
        assert set(area._highlights) <= set(range(12))
        area.scroll_to(0, 300, animate=False)
        await pilot.pause()
        area.render_lines(area.region.reset_offset)
        assert 300 in area._highlights
        assert 0 not in area._highlights
