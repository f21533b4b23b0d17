"""A policy file: which bid a deployment may take without a person, as TOML. Its limits only ever narrow.

rule = "prefer"                       # cheapest (default) or prefer
prefer = ["h100", "a100", "any"]      # models in order of liking
budget = "1.20"                       # ACT (≈ USD) an hour for the whole deployment; 1.20/h, $30 24h too
filter = "vram>=48 uptime_7d>99"        # as `bids --filter` takes it: what is not surely so is not taken
avoid = ["akash1…"]                   # providers never taken
audited = true                        # only audited providers
allow_undisclosed = false             # bids that do not say which GPU they give
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from akash_tui.domain.akash.address import ADDRESS_PATTERN
from akash_tui.domain.bids.budget import BudgetError, parse_budget
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.filtering.filter import FilterError, parse_filter
from akash_tui.domain.text import clean
from akash_tui.services.deployment.bid_rules import Rule
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.files import read_user_text

LARGEST = 64 * 1024
"""Bytes of a policy file; more is something else."""
_EXAMPLES = {
    "rule": 'rule = "cheapest"',
    "prefer": 'prefer = ["h100", "a100", "any"]',
    "budget": 'budget = "1.20"',
    "filter": 'filter = "vram>=48 uptime_7d>99"',
    "avoid": 'avoid = ["akash1…"]',
    "audited": "audited = true",
    "allow_undisclosed": "allow_undisclosed = true",
}


class Policy(BaseModel):
    """The file as a person wrote it; an unknown key is an error, so that a misspelt limit never goes unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    rule: Literal["cheapest", "prefer"] = "cheapest"
    prefer: list[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]] = Field(
        default_factory=list, max_length=50
    )
    budget: str | None = None
    filter: str = ""
    avoid: list[Annotated[str, Field(pattern=ADDRESS_PATTERN)]] = Field(default_factory=list, max_length=1000)
    audited: bool = False
    allow_undisclosed: bool = False

    @field_validator("budget")
    @classmethod
    def _a_price(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                budget = parse_budget(value)
            except BudgetError as error:
                raise ValueError(error.text) from error
            if budget.cap_h is None:
                raise ValueError("it names no price per hour. Write 1.20/h, or $30 24h.")
        return value

    @field_validator("filter")
    @classmethod
    def _understood(cls, value: str) -> str:
        try:
            parse_filter(value, BIDS)
        except FilterError as error:
            raise ValueError(f"{error.message} at {error.position + 1}. {error.advice}") from error
        return value

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> Policy:
        if (self.rule == "prefer") != bool(self.prefer):
            raise ValueError('rule = "prefer" and a list prefer = ["h100", "any"] belong together')
        return self

    def as_rule(self, budget_h: Decimal | None) -> Rule:
        """The rule that it makes; the lower one of its budget and `budget_h` (ACT per hour) counts."""
        own = None if self.budget is None else parse_budget(self.budget).cap_h
        return Rule(
            kind=self.rule,
            prefer=tuple(self.prefer),
            budget_h=min((cap for cap in (own, budget_h) if cap is not None), default=None),
            allow_undisclosed=self.allow_undisclosed,
            audited_only=self.audited,
            only=parse_filter(self.filter, BIDS),
            avoid=frozenset(self.avoid),
        )


def read_policy(path: Path) -> Policy:
    """Read a policy file. Raises `BadInput` that names line and key, and what to write."""
    shown = clean(str(path))
    text = read_user_text(path, "a policy file", LARGEST)
    try:
        found = tomllib.loads(text)
    except RecursionError:
        raise BadInput(f"{shown} is nested too deeply.", f"A line is like {_EXAMPLES['budget']}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{shown}: {clean(str(error))}.", f"A line is like {_EXAMPLES['budget']}") from error
    try:
        return Policy.model_validate(found)
    except ValidationError as error:
        raise _wrong(shown, text, error) from error


def _wrong(shown: str, text: str, error: ValidationError) -> BadInput:
    problem = error.errors(include_url=False, include_input=False)[0]
    key = str(problem["loc"][0]) if problem["loc"] else "rule"
    line = _line_of(text, key)
    where = f"{shown}, line {line}" if line else shown
    if problem["type"] == "extra_forbidden":
        return BadInput(f"{where}: Unknown policy key {clean(key, 40)}.", f"The keys are {', '.join(_EXAMPLES)}.")
    said = str(problem["ctx"]["error"]) if problem["type"] == "value_error" else problem["msg"]
    return BadInput(f"{where}: {clean(key, 40)}: {clean(said).rstrip('.')}.", f"Write it like {_EXAMPLES[key]}")


def _line_of(text: str, key: str) -> int | None:
    """Where a top-level key stands, counted from 1; None if it is not written so plainly."""
    plain = re.compile(rf"""\s*\[?["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((at for at, line in enumerate(text.splitlines(), 1) if plain.match(line)), None)
