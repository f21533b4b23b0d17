"""The place of a cursor in half-written text: the keys above it, the word at it, its neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.sdl.complete import cursor_place
from akash_tui.domain.sdl.complete.cursor_place import CursorPart, place_at
from tests.domain.sdl.complete.cursor_texts import SDL, at_mark

NVIDIA = "profiles.compute.small.resources.gpu.attributes.vendor.nvidia.-"


@pytest.mark.parametrize(
    ("text", "part", "path", "key", "typed"),
    [
        ("ver▌", "key", "", "ver", "ver"),
        ("version: ▌", "value", "", "version", ""),
        ('version: "2▌', "value", "", "version", "2"),
        (SDL.replace("model: a100", "model: a1▌00"), "value", NVIDIA, "model", "a1"),
        (SDL.replace("- model: a100", "- mo▌del: a100"), "key", NVIDIA, "model", "mo"),
        (SDL.replace("        as: 80", "        ▌"), "key", "services.web.expose.-", "", ""),
        (SDL.replace("- global: true", "- ▌"), "key", "services.web.expose.-.to.-", "", ""),
        (SDL.replace("- global: true", "▌"), "key", "services.web.expose.-.to", "", ""),
        (SDL.replace("{units: 1}", "{un▌"), "key", "profiles.compute.small.resources.cpu", "un", "un"),
        (SDL.replace("gpu:", "gpu: {attributes: {vendor: {nvidia: [{model: a▌}]}}}"), "value", NVIDIA, "model", "a"),
        (SDL + "▌", "key", "", "", ""),
        ("services:\n- ▌", "key", "services.-", "", ""),
        ("a:\n  - b:\n    - c: ▌", "value", "a.-.b.-", "c", ""),
        ("# only\n---\na:\n\n  # note\n\n  ▌", "key", "a", "", ""),
    ],
)  # fmt: skip
def test_the_place_is_found(text: str, part: str, path: str, key: str, typed: str) -> None:
    place = place_at(*at_mark(text))
    assert (place.part, ".".join(place.path), place.key, place.typed) == (part, path, key, typed)


@pytest.mark.parametrize(
    "text",
    [
        "# a no▌te",
        "a: b # a no▌te",
        "a: |\n  text:\n    mo▌re: x",
        "a:\n  - |\n    text:\n      mo▌re",
        "a: >-\n  te▌xt",
        "a: {b: 'c▌",
        "a: {b: c}, d▌",
        "a: &mark▌",
        "args:\n  - a long ▌sentence",
        "--▌-",
    ],
)
def test_what_is_not_understood_is_no_place(text: str) -> None:
    assert place_at(*at_mark(text)).part is CursorPart.NOTHING


def test_the_word_ends_where_it_ends() -> None:
    lines, row, column = at_mark(SDL.replace("model: a100", "model: a▌100 # the fast one"))
    place = place_at(lines, row, column)
    assert lines[row][place.start : place.end] == "a100"
    assert dict(place_at(*at_mark(SDL.replace("size: 2Gi", "si▌ze: 2Gi"))).siblings) == {
        "name": "data",
        "attributes": "",
    }


def test_the_other_keys_of_an_item_are_its_own() -> None:
    text = SDL.replace("- model: a100", "- model: h100\n                - model: a100\n                  ra▌")
    assert dict(place_at(*at_mark(text)).siblings) == {"model": "a100"}


@given(st.text(alphabet='ab: -\n"{}[]#|\t\u2028é', max_size=60), st.integers(0, 8), st.integers(0, 12))
def test_no_text_breaks_it(text: str, row: int, column: int) -> None:
    lines = text.split("\n")
    place = place_at(lines, row, column)
    if place.part is not CursorPart.NOTHING:
        assert 0 <= place.start <= column <= place.end <= len(lines[row])
        assert lines[row][place.start : column] == place.typed


def test_in_a_long_text_few_lines_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "".join(f"      - NAME_{n}=value\n" for n in range(2_000))
    lines, row, column = at_mark(SDL.replace("      - A=b\n", f"{many}      - OTHER▌\n", 1))
    taken: list[str] = []
    parts = cursor_place._parts

    def noted(text: str) -> cursor_place._Line:
        taken.append(text)
        return parts(text)

    monkeypatch.setattr(cursor_place, "_parts", noted)
    assert place_at(lines, row, column).path == ("services", "web", "env", "-")
    assert len(taken) < 20
