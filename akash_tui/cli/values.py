"""Durations, hours, amounts, addresses and dseqs as people write them: types of options and arguments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from akash_tui.cli.suggestions import dseqs, files
from akash_tui.domain.akash.address import ADDRESS_SHAPE, looks_like_address
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from decimal import Decimal

    from click.shell_completion import CompletionItem

    from akash_tui.cli.suggestions import Completer
    from akash_tui.domain.akash.amounts import RuntimeLimit
    from akash_tui.domain.bids.budget import Budget

    _ParamType = click.ParamType[Any]
else:
    _ParamType = click.ParamType  # older versions of click know no type parameter


def seconds(text: str, option: str) -> float:
    """`30s`, `5m`, `1.5h`, or plain seconds. Raises `BadInput` that names the option."""
    from akash_tui.domain.akash.amounts import AmountError, parse_seconds

    try:
        return float(parse_seconds(text))
    except AmountError as error:
        raise BadInput(f"{option}: {error.message}.", f"Write it like {option} 30s, 5m or 1h.") from None


def positive(text: str, option: str, unit: str) -> Decimal:
    """A number above zero of `unit`: "hours", "ACT", "AKT" or "a number". Raises `BadInput`."""
    from akash_tui.domain.akash import amounts

    parsers = {"hours": amounts.parse_hours, "ACT": amounts.parse_act}
    try:
        return parsers.get(unit, amounts.parse_number)(text)
    except amounts.AmountError as error:
        raise BadInput(f"{option}: {error.message}; it takes {unit}.", f"Write it like {option} 24.") from None


def _address(text: str, option: str) -> str:
    """An Akash account address by its shape; the vault verifies the checksum."""
    if not looks_like_address(text):
        raise BadInput(f"{text!r} is not an Akash address.", ADDRESS_SHAPE)
    return text


def _fee_granter(text: str, option: str) -> str:
    return text if text == "own" else _address(text, option)


def _deposit_from(text: str, option: str) -> str:
    if text in ("balance", "grant", "both") or looks_like_address(text):
        return text
    raise BadInput(
        f"{option}: {text!r} pays no deposits.", "Give balance, grant, both, or the address of an account that grants."
    )


def _new_file(text: str, option: str) -> Path:
    """A file that is to be written. Raises `BadInput` where that cannot be, before anything else is done."""
    path = Path(text).expanduser()
    if path.is_dir() or not path.parent.is_dir():
        raise BadInput(f"{option}: {text} cannot be written there.", "Name a file in a folder that exists.")
    return path


def _dseq(text: str, option: str) -> int:
    """A deployment's sequence number (dseq): digits only, as the chain writes it."""
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and 0 < int(text) < 2**64):
        raise BadInput(f"{text!r} is not a dseq.", "akash-tui lease list shows the dseq of each deployment.")
    return int(text)


def budget(text: str, option: str) -> Budget:
    """A budget as the app reads it: `1.20/h`, `$30 24h`, `1.20/h 24h $30`. Raises `BadInput` that names the option."""
    from akash_tui.domain.bids.budget import BudgetError, parse_budget

    try:
        found = parse_budget(text)
    except BudgetError as error:
        raise BadInput(f"{option}: {error.message}.", error.advice) from None
    if found.cap_h is None:
        raise BadInput(
            f"{option}: it names no price per hour.", f"Write it like {option} 1.20/h, or {option} '$30 24h'."
        )
    return found


def runtime_limit(text: str, option: str) -> RuntimeLimit:
    """A limit of a deployment: `8h`, `$10`, or both. Raises `BadInput` that names the option."""
    from akash_tui.domain.akash.amounts import AmountError, parse_runtime_limit

    try:
        return parse_runtime_limit(text)
    except AmountError as error:
        raise BadInput(f"{option}: {error.message}.", f"{error.advice} A shell needs quotes: '$10'.") from None


class _Value(_ParamType):
    """What `parse` makes of the text, given the option's name; its `BadInput` says how to write it."""

    def __init__(self, name: str, parse: Callable[[str, str], Any], suggest: Completer | None = None) -> None:
        self.name = name
        self.parse = parse
        self.suggest = suggest

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [] if self.suggest is None else self.suggest(ctx, param, incomplete)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str) or param is None:
            return value  # a default that needs no reading
        return self.parse(value, param.opts[0] if isinstance(param, click.Option) else param.human_readable_name)


SECONDS = _Value("time", seconds)
HOURS = _Value("hours", lambda text, option: positive(text, option, "hours"))
ACT = _Value("act", lambda text, option: positive(text, option, "ACT"))
AKT = _Value("akt", lambda text, option: positive(text, option, "AKT"))
AMOUNT = _Value("number", lambda text, option: positive(text, option, "a number"))
BUDGET = _Value("budget", budget)
RUNTIME_LIMIT = _Value("limit", runtime_limit)
ADDRESS = _Value("address", _address)
DSEQ = _Value("dseq", _dseq, dseqs)
FEE_GRANTER = _Value("address", _fee_granter)
DEPOSIT_FROM = _Value("whom", _deposit_from)
NEW_FILE = _Value("file", _new_file, files)
