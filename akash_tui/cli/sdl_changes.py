"""`--gpu` and `--max-price`: which GPU models an SDL accepts and what it pays at most, written into its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import F
from akash_tui.cli.values import BUDGET
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.akash.money import BlockTime
    from akash_tui.domain.bids.budget import Budget
    from akash_tui.services.core.session import SdlReader

_GPU_HELP = (
    "Accept only these GPU models: h100,a100/80gb; of those in the SDL a class: 24gb, '>=48gb'; any; or @NAME, a class "
    "of your own."
)
_MAX_PRICE_HELP = (
    "Write this as the highest price of the whole deployment into the SDL: 0.50/h. No bid can be above it."
)


def change_options() -> Callable[[F], F]:
    """Give a command `--gpu` and `--max-price`, as typed."""

    def decorate(function: F) -> F:
        with_price = click.option("--max-price", type=BUDGET, metavar="PRICE", help=_MAX_PRICE_HELP)(function)
        return click.option("--gpu", metavar="MODELS", help=_GPU_HELP)(with_price)

    return decorate


def with_gpus(reader: SdlReader, text: str, words: str, classes: Mapping[str, str]) -> str:
    """The text accepting only these; `classes` are the person's own. Raises `BadInput`."""
    from akash_tui.domain.sdl.edit.gpu_words import chosen_gpus, with_own_classes

    try:
        return reader.with_gpu_choices(text, chosen_gpus(with_own_classes(words, classes), reader.gpu_choices(text)))
    except ValueError as error:
        raise BadInput(f"--gpu: {error}", "Write it like --gpu h100,a100 or --gpu 24gb.") from None


def with_price(reader: SdlReader, text: str, wanted: Budget, block_time: BlockTime) -> str:
    """The text whose groups together cost at most so much an hour. Raises `BadInput`."""
    assert wanted.cap_h is not None
    try:
        return reader.with_highest_price(text, wanted.cap_h, block_time)
    except ValueError as error:
        raise BadInput(f"--max-price: {error}", "akash-tui sdl check FILE shows what is wrong with the file.") from None
