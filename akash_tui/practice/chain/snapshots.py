"""The whole chain as JSON, and back."""

from __future__ import annotations

import base64
import dataclasses
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from akash_tui.practice.chain.blocks import Block, TxRecord
from akash_tui.practice.chain.world import World
from akash_tui.practice.state.books import Books, Params

VERSION = 1
KEPT_BLOCKS = 200
KEPT_TXS = 5_000


def take(world: World) -> dict[str, Any]:
    """Everything needed to continue, with the last blocks and more of the transactions."""
    return {
        "v": VERSION,
        "chain_id": world.chain_id,
        "seed": world.seed,
        "params": pack(world.params),
        "books": {
            name: [[list(key), pack(table[key])] for key in table.keys()]  # noqa: SIM118 (a Table is no dict)
            for name, table in world.books.tables()
        },
        "blocks": [pack(block) for block in world.blocks[-KEPT_BLOCKS:]],
        "txs": [pack(record) for record in world.records()[-KEPT_TXS:]],
        "mempool": [base64.b64encode(raw).decode() for raw in world.waiting()],
    }


def restore(world: World, data: Mapping[str, Any]) -> None:
    """Fill a fresh World; ValueError if the snapshot is of another version."""
    if data.get("v") != VERSION:
        raise ValueError(f"a snapshot of version {data.get('v')!r}, expected {VERSION}")
    world.chain_id, world.seed = data["chain_id"], data["seed"]
    world.params = unpack(Params, data["params"])
    world.books = Books()
    hints = typing.get_type_hints(Books)
    for name, table in world.books.tables():
        (row_type,) = typing.get_args(hints[name])
        for key, value in data["books"][name]:
            table.put(tuple(key), unpack(row_type, value))
    world.blocks = [unpack(Block, block) for block in data["blocks"]]
    world.take_up([unpack(TxRecord, record) for record in data["txs"]])
    for raw in data["mempool"]:
        world.submit(base64.b64decode(raw))


def pack(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists, bytes as base64."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: pack(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [pack(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def unpack(wanted: Any, value: Any) -> Any:
    """The inverse of pack for a type annotation."""
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else unpack(next(each for each in args if each is not type(None)), value)
    if isinstance(wanted, type) and dataclasses.is_dataclass(wanted):
        hints = _hints(wanted)
        return wanted(**{name: unpack(hints[name], each) for name, each in value.items()})
    if origin is tuple:
        kinds = [args[0]] * len(value) if len(args) == 2 and args[1] is Ellipsis else args
        return tuple(unpack(kind, each) for kind, each in zip(kinds, value, strict=True))
    if wanted is bytes:
        return base64.b64decode(value)
    return value


@cache
def _hints(wanted: type) -> dict[str, Any]:
    return typing.get_type_hints(wanted)
