"""Setting one value in an SDL's text by its path: `services.web.image`, `web.env.MODEL`, `MODEL`.

A KEY with dots starts at the top of the file: a mapping by its keys, a list by an item's number from 0, by its
`name`, or, in `env`, by the variable. One that begins with a service's name starts at that service. One without a
dot is an environment variable, in every service that has it. Only existing values can be set, but a variable can be
added to a service's `env` by its full path. Everything else in the text stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from akash_tui.domain.sdl.edit.text_edits import dash_offset, flow_changes, line_start, new_lines, written
from akash_tui.domain.sdl.problem import Edit, apply_edits, shown
from akash_tui.domain.sdl.read.nodes import Alias, Mapping, Node, ReadFault, Scalar, Sequence, content_of, plain_edit

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LISTED = 12
"""Most names that an error lists."""


def with_value(text: str, node: Node | ReadFault | None, key: str, value: str) -> str:
    """`text` with one value set; ValueError with a sentence if the path does not exist or must be edited by hand."""
    if not isinstance(node, Mapping):
        raise ValueError("The file cannot be read as an SDL.")
    if "." not in key:
        return apply_edits(text, list(_everywhere(node, key, value)))
    parts = key.split(".")
    if _entry(node, parts[0]) is None and _entry(_entry(node, "services"), parts[0]) is not None:
        parts = ["services", *parts]
    if len(parts) == 4 and parts[0] == "services" and parts[2] == "env":
        return apply_edits(text, list(_in_service(text, node, parts[1], parts[3], value)))
    at: Node = node
    for depth, part in enumerate(parts):
        at = _step(at, part, ".".join(parts[:depth]) or "the file")
    return apply_edits(text, [_replaced(at, value, key)])


def value_at(node: Node | ReadFault | None, key: str) -> str | None:
    """The value that stands where `with_value` would set one; None if there is none."""
    if not isinstance(node, Mapping):
        return None
    if "." not in key:
        for service in _values(_entry(node, "services")):
            for item, variable in _variables(_entry(service, "env")):
                if variable == key:
                    return (_text(item) or "").partition("=")[2]
        return None
    parts = key.split(".")
    if _entry(node, parts[0]) is None and _entry(_entry(node, "services"), parts[0]) is not None:
        parts = ["services", *parts]
    at: Node = node
    try:
        if len(parts) == 4 and parts[0] == "services" and parts[2] == "env":
            env = _entry(_step(_step(node, "services", ""), parts[1], ""), "env")
            found = (_text(item) or "" for item, variable in _variables(env) if variable == parts[3])
            return next((text.partition("=")[2] for text in found), None)
        for part in parts:
            at = _step(at, part, "")
    except ValueError:
        return None
    return _text(at)


def _everywhere(node: Mapping, name: str, value: str) -> Iterator[Edit]:
    """One variable in every service that has it."""
    known: set[str] = set()
    found = False
    for service in _values(_entry(node, "services")):
        for item, variable in _variables(_entry(service, "env")):
            known.add(variable)
            if variable == name:
                found = True
                yield _replaced(item, f"{name}={value}", name)
    if not found:
        raise ValueError(
            f"No service has the variable {shown(name)}{_listing(known)}. "
            "Other values are named from the top, like services.web.image."
        )


def _in_service(text: str, node: Mapping, service: str, name: str, value: str) -> Iterator[Edit]:
    """One variable of one service, added if it is not there."""
    here = _step(_step(node, "services", "the file"), service, "services")
    if not _VARIABLE.fullmatch(name):
        raise ValueError(f"{shown(name)} is not a valid variable name.")
    env = _entry(here, "env")
    for item, variable in _variables(env):
        if variable == name:
            yield _replaced(item, f"{name}={value}", f"{service}.env.{name}")
            return
    new = written(f"{name}={value}")
    if not isinstance(env, Sequence) or not env.items:
        raise ValueError(f"Service {shown(service)} has no variables yet: write an env list into the file.")
    if env.flow:
        yield from flow_changes(env, [], [new])
        return
    dash = dash_offset(text, env.items[0])
    yield new_lines(text, env.items[-1], dash - line_start(text, dash), [[f"- {new}"]])


def _step(node: Node, part: str, where: str) -> Node:
    here = _content(node)
    if isinstance(here, Mapping):
        found = _entry(here, part)
        if found is None:
            raise ValueError(f"There is no {shown(part)} in {where}{_listing(_keys(here))}.")
        return found
    if isinstance(here, Sequence):
        if part.isascii() and part.isdigit() and int(part) < len(here.items):
            return here.items[int(part)]
        for item in here.items:
            if _text(_entry(item, "name")) == part:
                return item
        raise ValueError(f"There is no item {shown(part)} in {where}: it has {len(here.items)}, counted from 0.")
    raise ValueError(f"{where} is a single value: nothing is in it.")


def _replaced(node: Node, value: str, key: str) -> Edit:
    if not isinstance(node, Scalar):
        what = "shared by an alias" if isinstance(node, Alias) else "more than one value"
        raise ValueError(f"{shown(key)} is {what}: edit the file.")
    # text that was quoted stays text; a number or a word may be written as one
    edit = plain_edit(node, written(value, quote=bool(node.style)))
    if edit is None:
        raise ValueError(f"{shown(key)}, on line {node.line}, is written in a way that must be edited by hand.")
    return edit


def _variables(env: Node | None) -> Iterator[tuple[Node, str]]:
    here = _content(env)
    for item in here.items if isinstance(here, Sequence) else ():
        text = _text(item)
        if text is not None:
            yield item, text.partition("=")[0]


def _entry(node: Node | None, name: str) -> Node | None:
    here = _content(node)
    for key, value in here.pairs if isinstance(here, Mapping) else ():
        if _text(key) == name:
            return value
    return None


def _values(node: Node | None) -> list[Node]:
    here = _content(node)
    return [value for _, value in here.pairs] if isinstance(here, Mapping) else []


def _keys(node: Mapping) -> set[str]:
    return {text for key, _ in node.pairs if (text := _text(key)) is not None}


def _content(node: Node | None) -> Node | None:
    return content_of(node) if node is not None else None


def _text(node: Node | None) -> str | None:
    here = _content(node)
    return here.text if isinstance(here, Scalar) else None


def _listing(names: set[str]) -> str:
    known = sorted(shown(name) for name in names)
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    return f"; there are {', '.join(known[:LISTED])}{more}" if known else ""
