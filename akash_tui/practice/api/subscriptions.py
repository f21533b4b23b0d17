"""CometBFT's query language: conditions on flattened events, joined by AND."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_QUERY = 512

_TOKEN = re.compile(
    r"""\s*(?P<key>[\w.\-/]+)\s*
        (?:(?P<exists>EXISTS)
         |(?P<op>CONTAINS|<=|>=|=|<|>)\s*
          (?:'(?P<text>[^']*)'|(?:TIME|DATE)\s+(?P<time>\S+)|(?P<number>-?\d+(?:\.\d+)?)))\s*""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class BadQuery(ValueError):
    """A query that cannot be read."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a flattened key (`tm.event`, `akash.market.v1.EventBidCreated.id`)."""

    key: str
    op: str  # = < <= > >= CONTAINS EXISTS
    operand: str = ""
    numeric: bool = False

    def holds(self, index: Mapping[str, Sequence[str]]) -> bool:
        """True if any value of the key fits."""
        values = index.get(self.key)
        if values is None:
            return False
        return self.op == "EXISTS" or any(self._fits(value) for value in values)

    def _fits(self, value: str) -> bool:
        if self.op == "CONTAINS":
            return self.operand in value
        if not self.numeric:
            return _COMPARE[self.op](value, self.operand)
        found = _NUMBER.match(value)
        return found is not None and _COMPARE[self.op](float(found[0]), float(self.operand))


def parse_query(text: str) -> tuple[Condition, ...]:
    """The conditions of a query; BadQuery if it is empty, too long or not understood."""
    if len(text) > MAX_QUERY:
        raise BadQuery("maximum query length exceeded")
    conditions = []
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadQuery(f"failed to parse query: got {text[position:]!r}, wanted a condition")
        operand = next((match[name] for name in ("text", "time", "number") if match[name] is not None), "")
        op = "EXISTS" if match["exists"] else match["op"]
        conditions.append(Condition(match["key"], op, operand, match["number"] is not None))
        position = match.end()
        if position == len(text):
            return tuple(conditions)
        joint = re.match(r"AND\b", text[position:])
        if joint is None:
            raise BadQuery(f"failed to parse query: got {text[position:]!r}, wanted AND")
        position += joint.end()


def matches(conditions: Sequence[Condition], index: Mapping[str, Sequence[str]]) -> bool:
    """True if all conditions hold."""
    return all(condition.holds(index) for condition in conditions)
