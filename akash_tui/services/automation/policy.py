"""A policy file: which bid a deployment may take without a person, as TOML. Its limits only ever narrow.

prefer = ["h100 <= 1.50", "a100", "any >= 40 GB <= 0.80"]   # in order; a price is ACT (≈ USD) an hour for the whole bid
wait = "45s or 5 bids"                # how long bids are collected: a time, a number of bids, or what comes first
budget = "1.20"                       # ACT an hour for the whole deployment; 1.20/h, $30 24h too
audited = true                        # only audited providers
uptime_7d = 99                        # per cent at least; a provider whose uptime is unknown is not taken
reachable = true                      # only providers that answer now
same_provider = true                  # all groups at one provider
filter = "vram>=48 region:eu"         # as `bids --filter` takes it: what is not surely so is not taken
avoid = ["akash1…"]                   # providers never taken
allow_undisclosed = false             # bids that do not say which GPU they give
rule = "prefer"                       # cheapest or prefer; a list of preferences makes it prefer
"""

from __future__ import annotations

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from akash_tui.domain.akash.address import ADDRESS_PATTERN
from akash_tui.domain.bids.budget import BudgetError, parse_budget
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.rule import MOST_PREFERENCES, Rule, RuleError, parse_preferences, parse_wait
from akash_tui.domain.filtering.filter import FilterError, parse_filter
from akash_tui.domain.text import clean
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.files import read_user_text, write_atomic

LARGEST = 64 * 1024
"""Bytes of a policy file; more is something else."""
USUAL_POLICY_FILE = "rule.toml"
"""In the home folder: what the form of a rule proposes."""
_EXAMPLES = {
    "rule": 'rule = "cheapest"',
    "prefer": 'prefer = ["h100 <= 1.50", "a100", "any"]',
    "wait": 'wait = "45s or 5 bids"',
    "uptime_7d": "uptime_7d = 99",
    "reachable": "reachable = true",
    "same_provider": "same_provider = true",
    "budget": 'budget = "1.20"',
    "filter": 'filter = "vram>=48 uptime_7d>99"',
    "avoid": 'avoid = ["akash1…"]',
    "audited": "audited = true",
    "allow_undisclosed": "allow_undisclosed = true",
}


class Policy(BaseModel):
    """The file as a person wrote it; an unknown key is an error, so that a misspelt limit never goes unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    rule: Literal["cheapest", "prefer"] | None = None
    """None: prefer with a list of preferences, else cheapest."""
    prefer: list[Annotated[str, Field(max_length=120)]] = Field(default_factory=list, max_length=MOST_PREFERENCES)
    wait: str | None = Field(default=None, max_length=60)
    budget: str | None = None
    filter: str = ""
    avoid: list[Annotated[str, Field(pattern=ADDRESS_PATTERN)]] = Field(default_factory=list, max_length=1000)
    audited: bool = False
    uptime_7d: Annotated[int, Field(gt=0, le=100)] | Annotated[float, Field(gt=0, le=100)] | None = None
    reachable: bool = False
    same_provider: bool = False
    allow_undisclosed: bool = False

    @field_validator("prefer")
    @classmethod
    def _preferences(cls, value: list[str]) -> list[str]:
        for entry in value:
            try:
                if len(parse_preferences(entry)) != 1:
                    raise ValueError(f"{entry!r} is not one preference. Put each into its own quotes.")
            except RuleError as error:
                raise ValueError(error.text) from error
        return value

    @field_validator("wait")
    @classmethod
    def _a_wait(cls, value: str | None) -> str | None:
        try:
            parse_wait(value or "")
        except RuleError as error:
            raise ValueError(error.text) from error
        return value

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
        if self.rule is not None and (self.rule == "prefer") != bool(self.prefer):
            raise ValueError('rule = "prefer" and a list prefer = ["h100", "any"] belong together')
        return self

    def as_rule(self, budget_h: Decimal | None) -> Rule:
        """The rule that it makes; the lower one of its budget and `budget_h` (ACT per hour) counts."""
        own = None if self.budget is None else parse_budget(self.budget).cap_h
        return Rule(
            kind="prefer" if self.prefer else "cheapest",
            prefer=parse_preferences(", ".join(self.prefer)),
            budget_h=min((cap for cap in (own, budget_h) if cap is not None), default=None),
            allow_undisclosed=self.allow_undisclosed,
            audited_only=self.audited,
            only=parse_filter(self.filter, BIDS),
            avoid=frozenset(self.avoid),
            wait=parse_wait(self.wait or ""),
            uptime_7d=None if self.uptime_7d is None else Decimal(str(self.uptime_7d)),
            reachable=self.reachable,
            same_provider=self.same_provider,
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


def policy_text(policy: Policy) -> str:
    """The policy as TOML; what equals its default is left out."""
    found = policy.model_dump(exclude_defaults=True)
    # a JSON string, number, list of strings or boolean is written the same in TOML
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in found.items())


def usual_policy(home: Path) -> Policy | None:
    """The policy that was saved to be proposed; None if none was. Raises `BadInput` if it cannot be read."""
    path = home / USUAL_POLICY_FILE
    return read_policy(path) if path.exists() else None


def save_usual_policy(home: Path, policy: Policy) -> Path:
    """Save a policy to be proposed from now on; nothing is ever turned on by that. Returns the file."""
    write_atomic(home / USUAL_POLICY_FILE, policy_text(policy))
    return home / USUAL_POLICY_FILE


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
