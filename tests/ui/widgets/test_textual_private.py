"""What this program uses of Textual's private members is still there and still does what it is used for."""

from __future__ import annotations

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
from textual.filter import LineFilter
from textual.widgets import Static

from akash_tui.ui.widgets import textual_private
from akash_tui.ui.widgets.textual_private import (
    FatalErrorApp,
    add_line_filter,
    bind_key,
    drop_line_filters,
    line_filters,
    restart_when_continued,
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
