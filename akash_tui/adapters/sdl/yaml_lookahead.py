"""Where Go's yaml.v3 finds a fault before libyaml does.

It reads two tokens further than libyaml, for its comments (`yaml_parser_fetch_more_tokens`), so a fault that the
scanner finds there comes before the parser's own; and it checks later whether a key has its colon
(`yaml_simple_key_is_valid`). Only broken files and files of several documents are read like this, with the YAML
library's own reader in Python.
"""

from __future__ import annotations

from typing import Any, Final

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import BlockEndToken

_AHEAD: Final = 2
LARGEST: Final = 100_000
"""Characters; a larger file is not read a second time, and libyaml's fault is the answer."""


DEEPEST: Final = 100
"""Brackets in brackets; with more of them libyaml's fault is the answer too."""


class _GoReader(Reader, Scanner, Parser):
    """Fetches two tokens beyond the one that is asked for, and checks keys where Go does."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def need_more_tokens(self) -> bool:
        if self.done:
            return False
        if self.flow_level > DEEPEST:
            raise yaml.YAMLError("too deep")
        if len(self.tokens) <= _AHEAD:
            return True
        return any(
            self._is_valid(level)
            for level, key in list(self.possible_simple_keys.items())
            if key.token_number == self.tokens_taken
        )

    def stale_possible_simple_keys(self) -> None:
        """Go checks a key only when it is the next token, or when a colon follows."""

    def fetch_value(self) -> None:
        if self.flow_level in self.possible_simple_keys:
            self._is_valid(self.flow_level)
        Scanner.fetch_value(self)

    def _is_valid(self, level: int) -> bool:
        """Whether the key of this level can still have its colon; a required one that cannot is an error."""
        key = self.possible_simple_keys[level]
        if key.line == self.line and self.index - key.index <= 1024:
            return True
        if key.required:
            raise ScannerError("while scanning a simple key", key.mark, "could not find expected ':'", self.get_mark())
        del self.possible_simple_keys[level]
        return False

    def scan_to_next_token(self) -> None:
        """Also over tabs, where no key can begin, as libyaml does."""
        Scanner.scan_to_next_token(self)
        while (self.flow_level or not self.allow_simple_key) and self.peek() == "\t":
            while self.peek() == "\t":
                self.forward()
            Scanner.scan_to_next_token(self)

    def fetch_flow_collection_end(self, TokenClass: type[Any]) -> None:  # the library's own name
        """A bracket too many changes nothing."""
        self.flow_level = max(1, self.flow_level)
        Scanner.fetch_flow_collection_end(self, TokenClass)


def scanner_fault(text: str, index: int) -> Any | None:
    """The scanner's error up to two tokens behind the first one that begins at `index` or later; None without one."""
    if len(text) > LARGEST:
        return None
    reader: Any = None
    try:
        reader = _GoReader(text)
        while reader.check_token():
            token = reader.peek_token()
            if token.start_mark.index >= index and not isinstance(token, BlockEndToken):
                return None
            reader.get_token()
    except ScannerError as error:
        return error
    except yaml.YAMLError:
        return None
    return None


def first_fault(text: str) -> Any | None:
    """The first error of the scanner or the parser in the first document; None without one."""
    if len(text) > LARGEST:
        return None
    reader: Any = None
    try:
        reader = _GoReader(text)
        while not isinstance(reader.get_event(), yaml.DocumentEndEvent | yaml.StreamEndEvent):
            pass
    except yaml.MarkedYAMLError as error:
        return error
    except yaml.YAMLError:
        return None
    return None


def tab_line(text: str, error: Any) -> int | None:
    """The line of a tab before a list's dash, where Go reports it there; None for all else.

    Go names the line on which the item above began. But where the item before that has a comment above it, Go scans
    once more from the tab on (`yaml_parser_split_stem_comment`), and reports the dash.
    """
    if not isinstance(error, ScannerError) or "tab character that violates indentation" not in (error.problem or ""):
        return None
    begun, found = error.context_mark, error.problem_mark
    if begun is None or found is None:
        return None
    lines = [line.strip() for line in text.splitlines()[: found.line + 1]]
    if not (lines[begun.line].startswith("- ") and lines[-1].startswith("- ")):
        return None
    above = lines[: begun.line]
    before = next((at for at in range(begun.line - 1, 0, -1) if above[at] and not above[at].startswith("#")), 0)
    commented = before > 0 and above[before].startswith("- ") and above[before - 1].startswith("#")
    return found.line + 1 if commented else None
