"""Parameters in the comments of an SDL: read, checked, and where they stand."""

from __future__ import annotations

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.edit.parameters import (
    Parameter,
    ParameterFault,
    ParameterKind,
    checked_value,
    has_secrets,
    parameters,
    with_keyring,
)

TEXT = """\
# title: x
# parameter MODEL: text | The model, with | in it
# parameter N: number 1 to 8 | How many
# parameter SIZE: size 1Gi to 1Ti, at profiles.compute.web.resources.storage.0.size
# parameter KIND: choice small large, optional
# parameter TOKEN: secret, optional, keyring work | A token
version: "2.0"
services:
  web:
    env:
      - MODEL=a=b
profiles:
  compute:
    web:
      resources:
        storage:
          - size: 5Gi
"""


def test_all_types_are_read() -> None:
    model, number, size, kind, token = parameters(TEXT)
    assert model == Parameter("MODEL", ParameterKind.TEXT, "The model, with | in it")
    assert (number.low, number.high, number.words) == ("1", "8", "a number from 1 to 8")
    assert size.key == "profiles.compute.web.resources.storage.0.size"
    assert (kind.choices, kind.optional) == (("small", "large"), True)
    assert (token.secret, token.optional, token.keyring) == (True, True, "work")
    reader = SdlFiles()
    assert [reader.value(TEXT, one.key) for one in (model, size, token)] == ["a=b", "5Gi", None]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("A: string", "is not a type"),
        ("A: choice", "needs words"),
        ("A: number 8 to 1", "bounds"),
        ("A: secret, at web.image", "does not fit"),
        ("A: text, keyring x", "does not fit"),
        ("A-B: text", "cannot be the name"),
        ("A: text\n# parameter A: text", "twice"),
    ],
)
def test_what_cannot_be_read_is_a_remark_at_its_line(line: str, wrong: str) -> None:
    text = f"# title: x\n# parameter {line}\nversion: '2.0'\n"
    with pytest.raises(ParameterFault, match=wrong):
        parameters(text)
    problem = SdlFiles().check(text, "x.yaml").problems
    assert {p.line for p in problem if p.code == "sdl.parameter"} <= {2, 3} != set()


def test_a_secret_is_seen_even_where_its_line_is_wrong() -> None:
    assert has_secrets("# parameter A: secret, nonsense\nx: 1\n")
    assert not has_secrets("# parameter A: text | secret\nx: 1\n# parameter B: secret\n")


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("N", " 8 ", True), ("N", "9", False), ("N", "x", False), ("N", "", False), ("SIZE", "20Gi", True),
        ("SIZE", "2Ti", False), ("SIZE", "20", False), ("KIND", "", True), ("KIND", "medium", False),
        ("TOKEN", "a b", True), ("TOKEN", "a\nb", False), ("MODEL", "a\x1bb", False),
    ],
)  # fmt: skip
def test_values_are_checked_by_their_type(name: str, value: str, fits: bool) -> None:
    parameter = next(one for one in parameters(TEXT) if one.name == name)
    if fits:
        assert checked_value(parameter, value) == value.strip()
        return
    with pytest.raises(ValueError, match=name) as refused:
        checked_value(parameter, value)
    assert not parameter.secret or "a\nb" not in str(refused.value)


def test_the_name_in_the_keyring_goes_into_its_line() -> None:
    changed = with_keyring(TEXT, "TOKEN", "home")
    assert changed == TEXT.replace("keyring work", "keyring home")
    (one,) = parameters(with_keyring("# parameter A: secret | About\n", "A", "x"))
    assert (one.keyring, one.about) == ("x", "About")
    assert with_keyring("# parameter A: secret\nx: 1\n", "A", "x") == "# parameter A: secret, keyring x\nx: 1\n"
