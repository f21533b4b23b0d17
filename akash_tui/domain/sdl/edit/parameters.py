"""Parameters of an SDL: what may be set for one deployment, with its type, as the comments at its top declare it.

    # parameter MODEL: text | Model on huggingface.co
    # parameter CONTEXT: number 1024 to 131072 | Longest conversation in tokens
    # parameter ASR_MODEL: choice base small large-v3 | Larger ones are slower and better
    # parameter DISK: size 20Gi to 500Gi, at profiles.compute.vllm.resources.storage.0.size | Room for models
    # parameter HF_TOKEN: secret, optional, keyring work | Token of huggingface.co

A parameter is the environment variable of its name in every service that has it, or the value that stands `at` a path.
What stands there is its value; one that is empty has to be given, unless it is optional. A secret is always a variable,
and its value never stands in the file: it is given for each deployment, or kept in the keyring under a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from akash_tui.domain.sdl.edit.header import header_lines
from akash_tui.domain.sdl.problem import SdlProblem, Severity
from akash_tui.domain.text import clean

_LINE = re.compile(r"#\s*parameter\s+(\S+?)\s*:\s*(.*)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([KMGT]i?)")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_UNITS = {unit: Decimal(base) ** power for power, letter in enumerate("KMGT", start=1)
          for unit, base in ((letter, 1000), (f"{letter}i", 1024))}  # fmt: skip
MOST = 40
"""Parameters of one file; more are none that a person fills in."""
LONGEST = 10_000
"""Characters of a value."""


class ParameterKind(StrEnum):
    """What a value may be."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    SIZE = "size"
    SECRET = "secret"


class ParameterFault(ValueError):
    """A declaration that cannot be read: `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as declared. `low` and `high` are the bounds as written; empty: none."""

    name: str
    kind: ParameterKind
    about: str = ""
    place: str = ""
    """A path as `with_value` takes it; empty: the variable of its name."""
    low: str = ""
    high: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    keyring: str = ""
    """The name under which the keyring has a secret."""

    @property
    def secret(self) -> bool:
        """Whether its value must never stand in a file."""
        return self.kind is ParameterKind.SECRET

    @property
    def key(self) -> str:
        """Where its value stands."""
        return self.place or self.name

    @property
    def words(self) -> str:
        """What is expected: `a number from 1 to 8`."""
        bounds = f" from {self.low} to {self.high}" if self.low else ""
        return {
            ParameterKind.TEXT: "a text",
            ParameterKind.NUMBER: f"a number{bounds}",
            ParameterKind.CHOICE: f"one of {', '.join(self.choices)}",
            ParameterKind.SIZE: f"a size like 20Gi{bounds}",
            ParameterKind.SECRET: "a secret",
        }[self.kind] + (", or nothing" if self.optional else "")


def parameters(text: str) -> tuple[Parameter, ...]:
    """The parameters that an SDL declares. Raises `ParameterFault` for the first that cannot be read."""
    found: dict[str, Parameter] = {}
    for line, name, rest in _lines(text):
        parameter = _read(line, name, rest)
        if name in found:
            raise ParameterFault(line, f"The parameter {clean(name, 40)} is declared twice.")
        found[name] = parameter
        if len(found) > MOST:
            raise ParameterFault(line, f"There are more than {MOST} parameters.")
    return tuple(found.values())


def parameter_problem(text: str, file: str) -> SdlProblem | None:
    """A warning for the first declaration that cannot be read; Akash itself ignores all of them."""
    try:
        parameters(text)
    except ParameterFault as fault:
        advice = "Write it like # parameter MODEL: text | What it is; or remove the line."
        return SdlProblem(Severity.WARNING, "sdl.parameter", file, fault.line, 1, "", str(fault), advice)
    return None


def has_secrets(text: str) -> bool:
    """Whether an SDL declares a secret; also by a line that is otherwise wrong: better too careful than not."""
    return any(rest.lstrip().lower().startswith("secret") for _, _, rest in _lines(text))


def holds_secrets(sdl: str, manifest: bytes) -> bool:
    """Whether a manifest, made of this SDL, has the value of a secret parameter; True where that is not known."""
    if not has_secrets(sdl):
        return False
    try:
        names = {parameter.name for parameter in parameters(sdl) if parameter.secret}
        services = [service for group in json.loads(manifest) for service in group["services"]]
        variables = [one.partition("=") for service in services for one in service.get("env") or ()]
        return any(value for name, _, value in variables if name in names)
    except (ValueError, TypeError, KeyError, AttributeError):
        return True


def checked_value(parameter: Parameter, text: str) -> str:
    """The value as it goes into the SDL. Raises `ValueError` with a sentence that never repeats a secret."""
    value = text if parameter.secret else text.strip()
    if not value:
        if parameter.optional:
            return ""
        raise ValueError(f"{parameter.name} must not be empty.")
    if len(value) > LONGEST or any(not sign.isprintable() for sign in value):
        raise ValueError(f"{parameter.name} has to be one line of at most {LONGEST} characters, without control signs.")
    measure = {ParameterKind.NUMBER: _number, ParameterKind.SIZE: _size}.get(parameter.kind)
    if measure is not None:
        size = measure(value)
        low, high = measure(parameter.low), measure(parameter.high)
        if size is None or (low is not None and size < low) or (high is not None and size > high):
            raise ValueError(f"{parameter.name} has to be {parameter.words}.")
    if parameter.kind is ParameterKind.CHOICE and value not in parameter.choices:
        raise ValueError(f"{parameter.name} has to be {parameter.words}.")
    return value


def with_keyring(text: str, name: str, label: str) -> str:
    """The text whose secret `name` is in the keyring under `label`. Raises `ValueError` for a bad label."""
    if not _LABEL.fullmatch(label):
        raise ValueError("A name in the keyring has letters, digits, dots, dashes and underscores.")
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines[: len(header_lines(text))]):
        match = _LINE.fullmatch(line.removeprefix("\ufeff").rstrip())
        if match is not None and match[1] == name:
            left, bar, about = line.partition(" | ")
            end = "" if bar else left[len(left.rstrip()) :]
            left = re.sub(r",\s*keyring\s+[^,|]*?(?=,|$)", "", left.rstrip())
            lines[at] = f"{left}, keyring {label}{bar}{about}{end}"
    return "".join(lines)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(header_lines(text), start=1):
        match = _LINE.fullmatch(line.rstrip())
        if match is not None:
            yield number, match[1], match[2]


def _read(line: int, name: str, rest: str) -> Parameter:
    shown = clean(name, 40)
    if not _NAME.fullmatch(name):
        raise ParameterFault(
            line, f"{shown} cannot be the name of a parameter: it has letters, digits and underscores."
        )
    left, _, about = rest.partition(" | ")
    first, *options = [part.strip() for part in left.split(",")]
    word, _, more = first.partition(" ")
    try:
        kind = ParameterKind(word.lower())
    except ValueError:
        kinds = ", ".join(ParameterKind)
        raise ParameterFault(line, f"{shown}: {clean(word, 40)!r} is not a type; there are {kinds}.") from None
    low, high, choices = _bounds(line, shown, kind, more.strip())
    place = keyring = ""
    optional = False
    for option in options:
        key, _, value = option.partition(" ")
        value = value.strip()
        if key == "optional" and not value:
            optional = True
        elif key == "at" and value and kind is not ParameterKind.SECRET:
            place = value
        elif key == "keyring" and _LABEL.fullmatch(value) and kind is ParameterKind.SECRET:
            keyring = value
        else:
            raise ParameterFault(line, f"{shown}: {clean(option, 40)!r} does not fit here.")
    return Parameter(name, kind, clean(about.strip(), 200), place, low, high, choices, optional, keyring)


def _bounds(line: int, shown: str, kind: ParameterKind, more: str) -> tuple[str, str, tuple[str, ...]]:
    """The two bounds, or the choices."""
    if kind is ParameterKind.CHOICE:
        if not more:
            raise ParameterFault(line, f"{shown}: a choice needs words to choose from.")
        return "", "", tuple(clean(word, 60) for word in more.split())
    if not more:
        return "", "", ()
    measure = {ParameterKind.NUMBER: _number, ParameterKind.SIZE: _size}.get(kind)
    low, to, high = more.partition(" to ")
    low, high = low.strip(), high.strip()
    lowest, highest = (measure(low), measure(high)) if measure is not None else (None, None)
    if not to or lowest is None or highest is None or lowest > highest:
        raise ParameterFault(line, f"{shown}: bounds are written like 1 to 8, or 20Gi to 500Gi.")
    return low, high, ()


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _size(text: str) -> Decimal | None:
    match = _SIZE.fullmatch(text)
    return Decimal(match[1]) * _UNITS[match[2]] if match is not None else None
