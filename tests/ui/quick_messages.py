"""Textual's handling of messages without what it works out again for each of thousands: an eighth of a test's time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import CodeType, FunctionType
from typing import Any

import pytest
import textual._callback
import textual.message_pump
from textual.message import Message
from textual.message_pump import MessagePump

Handler = Callable[..., Any]
Found = list[tuple[type, Handler]]


class _NoLog:
    """Takes the place of the log that only Textual's console reads; each message writes into it."""

    def __getattr__(self, name: str) -> _NoLog:
        return self

    def __call__(self, *args: object, **options: object) -> _NoLog:
        return self


def quick_messages(patch: pytest.MonkeyPatch) -> None:
    """Look up the handlers of a kind of message once for each class and test, which may replace some before its app
    starts; count a handler's parameters by its code, and write no log."""
    find = MessagePump._get_dispatch_methods
    known: dict[tuple[type, type, str], Found | None] = {}

    def methods(
        pump: MessagePump, name: str, message: Message
    ) -> Iterable[tuple[type, Callable[[Message], Awaitable[Any]]]]:
        key = type(pump), type(message), name
        if key not in known:
            known[key] = _handlers(*key)
        handlers = known[key]
        return find(pump, name, message) if handlers is None else _bound(pump, message, handlers)

    count = textual._callback._count_parameters

    def parameters(function: Handler) -> int:
        if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
            return count(function)
        code: CodeType = function.__code__
        rest = bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
        return code.co_argcount + code.co_kwonlyargcount + rest

    patch.setattr(MessagePump, "_get_dispatch_methods", methods)
    patch.setattr(textual._callback, "_count_parameters", parameters)
    patch.setattr(textual.message_pump, "log", _NoLog())


def _bound(pump: MessagePump, message: Message, handlers: Found) -> Iterator[tuple[type, Callable[..., Any]]]:
    for kind, handler in handlers:
        if message._no_default_action:  # a handler before this one has prevented it
            return
        yield kind, handler.__get__(pump, kind)


def _handlers(pump: type, message: type, name: str) -> Found | None:
    """All handlers in Textual's order; None if a selector decides, which is asked for each message."""
    found: Found = []
    decorated: set[Handler] = set()
    for kind in pump.__mro__:
        by_message: dict[type, list[tuple[Handler, dict[str, Any]]]] = vars(kind).get("_decorated_handlers") or {}
        for each in message.__mro__:
            for handler, selectors in by_message.get(each, ()):
                if selectors:
                    return None
                if handler not in decorated:
                    decorated.add(handler)
                    found.append((kind, handler))
        named = vars(kind).get(f"_{name}") or vars(kind).get(name)
        if named is not None and not getattr(named, "_textual_on", None):
            found.append((kind, named))
    return found
