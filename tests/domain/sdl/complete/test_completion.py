"""What is suggested at a place: keys not there yet, values that Akash takes, names of the file, what providers have."""

from __future__ import annotations

import pytest

from akash_tui.domain.sdl.complete.completion import Completion, complete
from akash_tui.domain.sdl.complete.market_choices import NO_CHOICES, MarketChoices, market_choices
from tests.domain.sdl.complete.cursor_texts import MARK, SDL, at_mark
from tests.domain.sdl.complete.test_market_choices import price, sheet

MARKET = market_choices(
    [price("rtx4090", 31, "0.42", 24), price("rtx4080", 2, "0.30", 16), price("a100", 6, "0.98", 80)],
    [sheet(1, region="eu-central", tier="a"), sheet(2, region="eu-central"), sheet(3, region="us west")],
)


def at(text: str, market: MarketChoices = NO_CHOICES) -> Completion | None:
    return complete(*at_mark(text), market)


def written(text: str, market: MarketChoices = NO_CHOICES) -> list[str]:
    found = at(text, market)
    return [] if found is None else [each.written for each in found.suggestions]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ver▌", ["version: "]),
        ("version: ▌", ['"2.0"', '"2.1"']),
        ('version: "2.▌"', ["2.0", "2.1"]),
        (SDL.replace("        as: 80", "        ▌"), ["as: ", "proto: ", "accept:"]),
        (SDL.replace("- global: true", "▌"), ["- global: "]),
        (SDL.replace("global: true", "global: ▌"), ["true", "false"]),
        (SDL.replace("class: beta3", "cl▌: beta3"), ["class"]),
        (SDL.replace("profile: small", "profile: ▌"), ["small"]),
        (SDL.replace("  web:\n    akash:", "  ▌\n    akash:"), ["web:"]),
        (SDL.replace("    akash:\n      profile", "    ak▌:\n      profile"), ["akash"]),
        (SDL.replace("        data:\n", "        ▌\n"), ["data:"]),
        (SDL.replace("{units: 1}", "{u▌}"), ["units: "]),
        (SDL.replace("args:", "dep▌"), ["dependencies:"]),
        (SDL.replace("model: a100", "model: rtx50▌"), ["rtx5000", "rtx5070", "rtx5080", "rtx5090"]),
        (SDL.replace("model: a100", "model: a100\n                  ram: ▌"), ["40Gi", "64Gi", "80Gi"]),
    ],
)
def test_the_first_suggestions(text: str, first: list[str]) -> None:
    assert written(text)[: len(first)] == first


@pytest.mark.parametrize(
    "text", ["image: ▌", "# v▌", SDL.replace("- --model", "- --mod▌"), "services:\n  web:\n    nothing: ▌"]
)
def test_nothing_is_suggested_where_nothing_is_known(text: str) -> None:
    assert at(text) is None


def test_models_are_those_that_somebody_has_the_most_free_first() -> None:
    found = at(SDL.replace("model: a100", "model: ▌"), MARKET)
    assert found is not None
    assert [each.text for each in found.suggestions] == ["rtx4090", "a100", "rtx4080"]
    assert found.suggestions[0].note == "24 GB · 31 free · $0.42"


def test_a_wrong_letter_still_finds_it() -> None:
    assert written(SDL.replace("model: a100", "model: rtx409▌"), MARKET) == ["rtx4090"]
    assert written(SDL.replace("model: a100", "model: rtx4o90▌"), MARKET) == ["rtx4090"]
    assert written(SDL.replace("model: a100", "model: 4090▌"), MARKET) == ["rtx4090"]


def test_attributes_and_their_values_are_those_of_providers() -> None:
    text = SDL.replace("      pricing:", f"      attributes:\n        {MARK}\n      pricing:")
    assert written(text, MARKET) == ["region: ", "tier: "]
    value = text.replace(MARK, f"region: {MARK}")
    found = at(value, MARKET)
    assert found is not None
    assert [(each.written, each.note) for each in found.suggestions] == [
        ("eu-central", "2 providers"),
        ('"us west"', "1 provider"),
    ]
    assert at(value) is None, "without a market nobody knows"


def test_a_value_with_a_quote_ends_no_quotes() -> None:
    hostile = MarketChoices(attributes={"region": {'us", x: "y': 9, "us": 1}})
    text = SDL.replace("      pricing:", f"      attributes:\n        {MARK}\n      pricing:")
    assert written(text.replace(MARK, f'region: "u{MARK}"'), hostile) == ["us"]
    assert written(text.replace(MARK, f"region: {MARK}"), hostile) == ['"us\\", x: \\"y"', "us"]


def test_storage_classes_come_with_who_has_them() -> None:
    found = at(SDL.replace("class: beta3", "class: ▌"), MARKET)
    assert found is not None
    assert (found.suggestions[0].text, found.suggestions[0].note) == ("beta3", "3 providers")


def test_auditors_are_those_who_signed() -> None:
    text = SDL.replace("      pricing:", f"      signedBy:\n        anyOf:\n          - {MARK}\n      pricing:")
    assert written(text, MARKET) == ["akash1auditor"]


def test_what_stands_there_already_is_no_suggestion() -> None:
    assert at(SDL.replace("model: a100", "model: a100▌"), MARKET) is None
