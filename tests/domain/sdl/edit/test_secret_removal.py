"""No part of a secret's value stays in a text, in whichever style of YAML it stands, and all else does."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from akash_tui.domain.sdl.edit.secret_removal import without_secrets

HEAD = "# parameter TOKEN: secret | Token\n"
PART = "hunter"
"""Begins each word of a secret here, and stands nowhere else."""

word = st.from_regex(rf"{PART}[0-9]{{1,3}}", fullmatch=True)
odd = st.sampled_from(["", ": ", " #", "# ", ", ", "]", "}", "'", '"', "\\", "- ", "\t", "|", "=", "&a ", "type: x "])
line = st.lists(st.tuples(odd, word, odd), min_size=1, max_size=4).map(lambda parts: " ".join(map("".join, parts)))
"""A line of a secret, with what means something in YAML, or in the language of a shell."""
plain_line = st.lists(word, min_size=1, max_size=4).map(" ".join)
spaces = st.integers(1, 6).map(lambda count: " " * count)


def variable(lines: list[str]) -> str:
    return "TOKEN=" + "\n".join(lines)


def sdl(item: str, *, flow: bool = False) -> str:
    """An SDL whose service has the variable in the middle of its list."""
    env = f" [A=b, {item}, C=d]\n" if flow else f"\n      - A=b\n{item}      - C=d\n"
    return f"{HEAD}services:\n  web:\n    image: nginx\n    env:{env}    expose:\n      - port: 80\nx: {{y: 'z'}}\n"


def check(text: str) -> None:
    """Nothing of the secret is left, and the rest reads as before."""
    before, kept = yaml.safe_load(text), without_secrets(text)
    assert PART not in kept
    assert without_secrets(kept) == kept
    after = yaml.safe_load(kept)
    assert [emptied(each) for each in before["services"]["web"]["env"]] == after["services"]["web"]["env"]
    before["services"]["web"]["env"] = after["services"]["web"]["env"] = None
    assert before == after


def emptied(item: Any) -> Any:
    name, equals, _ = item.partition("=")
    return f"{name}{equals}" if name == "TOKEN" else item


def indented(text: str) -> str:
    return "".join(f"{' ' * 6}{line}\n" for line in text.rstrip("\n").split("\n"))


@given(st.lists(line, min_size=1, max_size=4), st.sampled_from([None, "'", '"', "|", ">"]), st.integers(5, 60))
def test_in_every_style_that_a_value_is_written_in(lines: list[str], style: str | None, width: int) -> None:
    value = variable(lines)
    written = yaml.dump([value], default_style=style, width=width, allow_unicode=True)
    text = sdl(indented(written))
    assume(yaml.safe_load(text)["services"]["web"]["env"][1] == value)  # PyYAML folds lines that begin with a space
    check(text)


@given(st.lists(line, min_size=1, max_size=3), st.sampled_from(["'", '"']), st.integers(5, 60))
def test_in_a_list_in_brackets(lines: list[str], style: str, width: int) -> None:
    value = variable(lines)
    written = yaml.serialize(yaml.ScalarNode("tag:yaml.org,2002:str", value, style=style), width=width)
    check(sdl(written.strip().removesuffix("\n...").replace("\n", "\n      "), flow=True))


@given(st.lists(plain_line, min_size=2, max_size=4), spaces, st.sampled_from(["", "&t ", "!!str ", "# no\n        "]))
def test_plain_over_several_lines(lines: list[str], indent: str, mark: str) -> None:
    text = f"\n{' ' * 6}{indent}".join(lines)
    check(sdl(f"      - {mark if '#' not in mark else ''}TOKEN={text}\n"))
    check(sdl(f"TOKEN={text}", flow=True))


@given(st.lists(plain_line, min_size=2, max_size=4), st.sampled_from(["'", '"']), st.integers(0, 9))
def test_a_quoted_value_may_go_on_in_any_column(lines: list[str], quote: str, column: int) -> None:
    text = f"\n{' ' * column}".join(lines)
    check(sdl(f"      - {quote}TOKEN={text}{quote}\n"))
    check(sdl(f"      - {quote}TOKEN={text}{quote}  # more\n".replace("more", "why")))


@pytest.mark.parametrize("mark", ["|", ">", "|-", ">+", "|2", ">-  # why", "!!str |"])
@pytest.mark.parametrize(
    "more", ["", "\n", "        type: hunter2\n        - hunter3\n        # hunter4\n\n        hunter5\n"]
)
def test_blocks(mark: str, more: str) -> None:
    text = sdl(f"      - {mark}\n        TOKEN=hunter1\n{more}")
    kept = without_secrets(text)
    assert PART not in kept
    env = yaml.safe_load(kept)["services"]["web"]["env"]
    assert [item.strip() for item in env] == ["A=b", "TOKEN=", "C=d"]


@given(st.lists(line, min_size=1, max_size=4), st.sampled_from([None, "'", '"', "|", ">"]), st.data())
def test_what_is_half_written_has_nothing_of_it_either(
    lines: list[str], style: str | None, data: st.DataObject
) -> None:
    written = indented(yaml.dump([variable(lines)], default_style=style, width=30))
    begun = written[: data.draw(st.integers(written.index("TOKEN") + 6, len(written)))]
    for rest in ("", "\n", "\n      - C=d\n", "\n    expose:\n      - port: 80\n"):
        kept = without_secrets(f"{HEAD}services:\n  web:\n    env:\n      - A=b\n{begun}{rest}")
        assert PART[:4] not in kept
        assert kept.rstrip("\n").endswith(rest.rstrip("\n"))


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("  - TOKEN=hunter2", "  - TOKEN="),
        ("  - TOKEN=hunter2, and # more", "  - TOKEN="),
        ('  - "TOKEN=hunter2 \'x"', '  - "TOKEN="'),
        ("  env: [A=b, TOKEN=hunter2, C=d]", "  env: [A=b, TOKEN=, C=d]"),
        ('  env: ["TOKEN=hun,t]er\'2", "C=d"]', '  env: ["TOKEN=", "C=d"]'),
        ("  env: ['TOKEN=hun\"t''er,2', 'C=d']", "  env: ['TOKEN=', 'C=d']"),
        ("  env: [TOKEN=hun\"ter'2, C=d]", "  env: [TOKEN=, C=d]"),
        ('  - "TOKEN=hunt\\"er2"', '  - "TOKEN="'),
        ('  - "TOKEN=hunter2', '  - "TOKEN='),
        ('  - "TOKEN=hun"ter2"', '  - "TOKEN='),
        ('  - "TOKEN=hunter1\r\n  - "A=b"', '  - "TOKEN=\r\n  - "A=b"'),
        ("    TOKEN=hunt,er2", "    TOKEN="),
        ("    TOKEN: hunter2", "    TOKEN:"),
        ("    TOKEN: |\r\n      hunter1\r\n      a: hunter2\r\n    A: b", "    TOKEN:\r\n    A: b"),
        ('    TOKEN: "hunter1\r\nhunter2"\r\n    A: b', "    TOKEN:\r\n    A: b"),
        ("    TOKEN:\r\n      hunter1\r\n      hunter2\r\n    A: b", "    TOKEN:\r\n    A: b"),
        ("  env: {A: b, TOKEN: 'hunt, er', C: d}", "  env: {A: b, TOKEN:, C: d}"),
        ("  TOKEN:\r\n    image: nginx", "  TOKEN:\r\n    image: nginx"),
        ('  - "\\\r\n    TOKEN=hunter1\r\n    hunter2"\r\n  - A=b', '  - "\\\r\n    TOKEN="\r\n  - A=b'),
        ("  - TOKEN=-----BEGIN\r\nhunter2\r\n-----END\r\n  - A=b", "  - TOKEN=\r\n  - A=b"),
        ('  - TOKEN={\r\n"a": "hunter2"\r\n}\r\n  - A=b', "  - TOKEN=\r\n  - A=b"),
        ("  # - TOKEN=hunter1\r\n  #   hunter2\r\n  - A=b", "  # - TOKEN=\r\n  - A=b"),
        ("  command: |\r\n    a\r\n    TOKEN=hunter2\r\n    run", "  command: |\r\n    a\r\n    TOKEN=\r\n    run"),
        ("  command: export TOKEN='hunter2' && run", "  command: export TOKEN= && run"),
        ("  env: [\r\n    TOKEN=hunter2,\r\n    A=b\r\n  ]", "  env: [\r\n    TOKEN=,\r\n    A=b\r\n  ]"),
        ("  - MY_TOKEN=plain", "  - MY_TOKEN=plain"),
        ("  - --key=$(TOKEN)", "  - --key=$(TOKEN)"),
    ],
)  # fmt: skip
def test_the_value_of_a_secret_is_taken_out(typed: str, left: str) -> None:
    head = "# parameter TOKEN: secret | Token\r\n"
    assert without_secrets(f"{head}{typed}\r\n") == f"{head}{left}\r\n"
    assert without_secrets(typed) == typed, "it is no secret unless it is declared"
    half_written = f"x\r\n{head}{typed}\r\n"
    assert without_secrets(half_written) == f"x\r\n{head}{left}\r\n", "also while something stands above it"
    assert without_secrets(typed, head) == left, "also while its line is typed again"
