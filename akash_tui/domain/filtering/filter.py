"""The filter language of bids: `gpu:h100|a100 per_gpu<1.2 vram>=48 uptime_7d>99 audited !region:eu`.

Terms stand side by side and must all hold; `!` turns one around, `|` lists alternatives, a plain word or
"quoted text" is searched in everything that the row names. What is unknown never matches, and neither
does its opposite: such rows are hidden, and counted as not known.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from akash_tui.domain.filtering.filter_fields import FACTORS, Field, FieldKind, Vocabulary

LONGEST = 500
"""Characters of a filter; nobody types more."""
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<=": le, ">=": ge, "!=": ne, "<": lt, ">": gt, "=": eq, ":": eq,
}  # fmt: skip
_HEAD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(<=|>=|!=|<|>|=|:)")
_SPACED = re.compile(r"(!?\s{0,9}[A-Za-z_][A-Za-z0-9_]*\s{0,9})(<=|>=|!=|<|>|=|:)(\s{0,9}[^\s]+)")
_NUMBER = re.compile(r"\$?([+-]?[0-9]{1,12}(?:\.[0-9]{1,9})?)([a-z%]*)")
_YES = {"yes": True, "true": True, "no": False, "false": False}

Test = Callable[[Any], bool | None]


class FilterError(ValueError):
    """What is wrong with a filter, at which character (0-based), and what to write instead."""

    def __init__(self, message: str, position: int, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `by` names it in the counts of hidden rows. `holds` gives None where it is not known."""

    text: str
    by: str
    holds: Test

    @property
    def is_word(self) -> bool:
        """A plain word or quoted text, searched in everything that a row names."""
        return self.by.startswith("“")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Rows hidden by one thing (`price`, `uptime`, …), and for how many of them it is simply not known."""

    by: str
    count: int
    unknown: int


@dataclass(frozen=True, slots=True)
class FilterResult:
    """What a filter lets through, in the order it came, and what it hides by the first term that failed."""

    rows: tuple[Any, ...]
    total: int
    hidden: tuple[Hidden, ...]

    @property
    def words(self) -> str:
        """`7 of 19 shown, 8 hidden by price, 4 by uptime (3 not known)`."""
        parts = [f"{len(self.rows)} of {self.total} shown"]
        for at, h in enumerate(self.hidden):
            unknown = "" if not h.unknown else " (not known)" if h.unknown == h.count else f" ({h.unknown} not known)"
            parts.append(f"{h.count} {'' if at else 'hidden '}by {h.by}{unknown}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood; without terms it lets everything through."""

    text: str
    terms: tuple[Term, ...] = ()

    def apply(self, rows: Sequence[Any]) -> FilterResult:
        """Rows for which every term surely holds; the others counted."""
        if not self.terms:
            return FilterResult(tuple(rows), len(rows), ())
        shown: list[Any] = []
        counts: dict[str, list[int]] = {}
        for row in rows:
            reason = self.why_hidden(row)
            if reason is None:
                shown.append(row)
            else:
                by, unknown = reason
                count = counts.setdefault(by, [0, 0])
                count[0] += 1
                count[1] += unknown
        hidden = (Hidden(by, *count) for by, count in counts.items())
        return FilterResult(tuple(shown), len(rows), tuple(sorted(hidden, key=lambda h: (-h.count, h.by))))

    def why_hidden(self, row: Any) -> tuple[str, bool] | None:
        """What hides a row, and whether that is only because it is not known; None: every term surely holds."""
        for term in self.terms:
            verdict = term.holds(row)
            if not verdict:
                return term.by, verdict is None
        return None


EVERYTHING = Filter("")


def parse_filter(text: str, about: Vocabulary) -> Filter:
    """Read a filter of bids, or of other rows. Raises `FilterError`, and nothing else."""
    if len(text) > LONGEST:
        raise FilterError(f"a filter has at most {LONGEST} characters", LONGEST, "Use fewer words.")
    try:
        return Filter(text.strip(), tuple(_term(*token, about) for token in _tokens(text)))
    except FilterError as error:
        joined = _without_blanks(text, error.position, about)
        if joined is None:
            raise
        raise FilterError(error.message, error.position, f"Write {joined}, without blanks around the sign.") from None


def _without_blanks(text: str, position: int, about: Vocabulary) -> str | None:
    """The condition around a mistake without the blanks beside its sign; None if that is no condition either."""
    for found in _SPACED.finditer(text):
        if found.start() <= position <= found.end() and any(char.isspace() for char in found[0]):
            joined = "".join(part.strip() for part in found.groups())
            try:
                _term(joined, 0, about)
            except FilterError:
                continue
            return joined
    return None


def _tokens(text: str) -> Iterable[tuple[str, int]]:
    """Terms with their places: split at blanks outside of quotes."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start, quoted = at, -1
        while at < len(text) and (quoted >= 0 or not text[at].isspace()):
            if text[at] == '"':
                quoted = -1 if quoted >= 0 else at
            at += 1
        if quoted >= 0:
            raise FilterError("a quote is opened but not closed", quoted, 'Close it with ".')
        yield text[start:at], start


def _term(token: str, at: int, about: Vocabulary) -> Term:
    negated = token.startswith("!")
    body = token[1:] if negated else token
    at += negated
    if not body:
        raise FilterError("! stands alone", at - 1, "Put it before a term: !region:eu")
    by, test = _condition(body, at, about)
    return Term(token, by, _opposite(test) if negated else test)


def _opposite(test: Test) -> Test:
    def holds(row: Any) -> bool | None:
        verdict = test(row)
        return None if verdict is None else not verdict

    return holds


def _condition(body: str, at: int, about: Vocabulary) -> tuple[str, Test]:
    head = _HEAD.match(body)
    if head is None:
        former = about.fields.get(about.aliases.get(body, ""))
        flag = about.fields.get(body) or (former if former is not None and former.kind is FieldKind.FLAG else None)
        if "|" not in body and flag is not None:
            if flag.kind is not FieldKind.FLAG:
                example = {FieldKind.NUMBER: f"{body}<1", FieldKind.NAME: f"{body}:h100", FieldKind.TEXT: f"{body}:eu"}[
                    flag.kind
                ]
                raise FilterError(
                    f"{body} needs a value", at + len(body), f'Write {example}, or "{body}" for the word.'
                )
            return flag.by, flag.read
        if body[0] in "<>=:":
            raise FilterError(f"{body[0]} has no name before it", at, "Write for example price<1.2")
        return f"“{body.replace(chr(34), '')}”", _words_test([word for word, _ in _values(body, at)], about.haystack)
    name, sign = head[1].lower(), head[2]
    field = about.field(name)
    if field is None:
        near = difflib.get_close_matches(name, [*about.fields, *about.aliases], n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else ""
        hint = hint or f"Fields: {', '.join(about.fields)}. Plain text with a sign in it goes in quotes."
        raise FilterError(f"there is no field {head[1]!r}", at, hint.strip())
    values = _values(body[head.end() :], at + head.end())
    if field.kind is FieldKind.NUMBER:
        return field.by, _number_test(field, sign, values)
    if sign not in (":", "=", "!="):
        raise FilterError(f"{field.name} is not a number", at + head.end() - len(sign), f"Write {field.name}:…")
    _refuse_signs(field, body[head.end() :], at + head.end())
    test = _flag_test(field, values) if field.kind is FieldKind.FLAG else _text_test(field, sign, values)
    return field.by, _opposite(test) if sign == "!=" else test


def _refuse_signs(field: Field, text: str, at: int) -> None:
    """A sign of comparison in a text is a slip, unless it stands in quotes."""
    bare = re.sub(r'"[^"]*"', lambda quoted: " " * len(quoted[0]), text)
    found = re.search(r"[<>=!]", bare)
    if found is not None:
        value = re.sub(r"[<>=!]", "", text).strip("|")
        raise FilterError(
            f"a value of {field.name} has no {found[0]}",
            at + found.start(),
            f"Write {field.name}:{value}"
            + (f", or !{field.name}:{value} for the opposite." if found[0] == "!" else ".")
            if value.strip()
            else f"Write {field.name}:…",
        )


def _values(text: str, at: int) -> list[tuple[str, int]]:
    """Alternatives between `|` (not inside quotes), unquoted and folded, with their places."""
    out: list[tuple[str, int]] = []
    start, quoted = 0, False
    for place, char in enumerate(text + "|"):
        if char == '"':
            quoted = not quoted
        elif char == "|" and not quoted:
            value = text[start:place].replace('"', "").casefold()
            if not value.strip():
                raise FilterError("a value is missing", at + start, "Write what it should be, as in gpu:h100|a100")
            out.append((value, at + start))
            start = place + 1
    return out


def _words_test(words: list[str], haystack: Callable[[Any], str]) -> Test:
    def holds(row: Any) -> bool:
        text = haystack(row)
        return any(word in text for word in words)

    return holds


def _number_test(field: Field, sign: str, values: list[tuple[str, int]]) -> Test:
    numbers = [_number(field, value, at) for value, at in values]
    if len(numbers) > 1 and sign not in (":", "="):
        raise FilterError("only one number can follow " + sign, values[1][1], f"Write {field.name}:40|80 for either.")
    read, compare = field.read, _COMPARE[sign]

    def holds(row: Any) -> bool | None:
        value = read(row)
        return None if value is None else any(compare(value, number) for number in numbers)

    return holds


def _number(field: Field, text: str, at: int) -> Decimal:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise FilterError(f"{text[:20]!r} is not a number", at, f"{field.name} is {field.help}.")
    unit = found[2]
    if unit and unit not in field.units:
        takes = " or ".join(field.units) or "no unit"
        raise FilterError(f"{field.name} is not counted in {unit!r}", at + found.end(1), f"It takes {takes}.")
    return Decimal(found[1]) * FACTORS[unit]


def _flag_test(field: Field, values: list[tuple[str, int]]) -> Test:
    value, at = values[0]
    if len(values) > 1 or value not in _YES:
        raise FilterError(f"{field.name} is yes or no", at, f"Write {field.name} or !{field.name}.")
    read: Test = field.read
    return read if _YES[value] else _opposite(read)


def _text_test(field: Field, sign: str, values: list[tuple[str, int]]) -> Test:
    wanted = [value for value, _ in values]
    whole = field.kind is FieldKind.NAME or sign == "="
    exact = {w for w in wanted if whole and not {"*", "?"} & set(w)}
    patterns = [w.replace("[", "[[]") for w in wanted if whole and w not in exact]
    parts = [] if whole else wanted

    def fits(text: str) -> bool:
        if text in exact:
            return True
        return any(fnmatchcase(text, p) for p in patterns) or any(part in text for part in parts)

    def holds(row: Any) -> bool | None:
        found = field.read(row)
        if found is None:
            return None
        sure, maybe = found
        if any(map(fits, sure)):
            return True
        fitting = [text == "*" or fits(text) for text in maybe]
        if fitting and all(fitting) and "*" not in maybe:
            return True  # whichever of the candidates it is, it is one of those asked for
        return None if any(fitting) else False

    return holds


def complete(text: str, about: Vocabulary, rows: Iterable[Any] = ()) -> tuple[str, ...]:
    """Completions of the last term: names of fields, or after `name:` the values that the rows have."""
    start = max(text.rfind(" "), text.rfind("\t")) + 1
    before, last = text[:start], text[start:]
    bang = "!" if last.startswith("!") else ""
    last = last.removeprefix("!")
    name, colon, value = last.partition(":")
    if not colon:
        ends = {FieldKind.NUMBER: "<", FieldKind.NAME: ":", FieldKind.TEXT: ":", FieldKind.FLAG: " "}
        return tuple(
            f"{before}{bang}{n}{ends[f.kind]}" for n, f in about.fields.items() if n.startswith(last.lower()) and last
        )
    field = about.field(name)
    if field is None or field.kind not in (FieldKind.NAME, FieldKind.TEXT):
        return ()
    before_bar, bar, begun = value.rpartition("|")
    seen: dict[str, None] = {}
    for row in rows:
        found = field.read(row)
        for word in (*found[0], *found[1]) if found is not None else ():
            if word != "*" and word.startswith(begun.casefold()) and " " not in word:
                seen[word] = None
    return tuple(f"{before}{bang}{name}:{before_bar}{bar}{word}" for word in sorted(seen))
