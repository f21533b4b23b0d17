"""The quick handling of messages in these tests finds the handlers that Textual finds, in its order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import pytest
import textual._callback
from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widgets import Button, Input

from akash_tui.ui.app import AkashApp
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import Stage_

FIND = MessagePump._get_dispatch_methods
COUNT = textual._callback._count_parameters


async def test_every_widget_has_the_same_handlers_of_each_message(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AkashApp, "on_key", lambda self, event: None, raising=False)
    messages: list[Message] = [events.Key("a", "a"), events.Mount(), events.Idle(), events.Compose(), events.Blur()]
    messages += [Button.Pressed(Button()), Input.Changed(Input(), "x"), events.ScreenResume()]
    found = 0
    async with scene.app.run_test() as pilot:
        await scene.with_bids(pilot)
        messages.append(LiveTable.Opened(scene.app.screen.query(LiveTable).first(), "1"))
        for node in (scene.app, *scene.app.screen_stack, *scene.app.screen.walk_children()):
            for message in messages:
                message._sender = node
                theirs = list(FIND(node, message.handler_name, message))
                assert list(node._get_dispatch_methods(message.handler_name, message)) == theirs, (node, message)
                found += len(theirs)
    assert found > 50


def function(a: int, b: int = 1, *rest: int, c: int, **more: int) -> None:
    """Every kind of parameter."""


@wraps(function)
def wrapping(*args: Any) -> None:
    """Textual counts what it wraps."""


@pytest.mark.parametrize("counted", [function, wrapping, lambda: None, lambda event: None, partial(function, 1), print])
def test_parameters_are_counted_as_by_textual(counted: Callable[..., Any]) -> None:
    assert textual._callback._count_parameters(counted) == COUNT(counted)
