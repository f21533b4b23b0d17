"""What no known provider has is named; what some provider has is not."""

from __future__ import annotations

import pytest

from akash_tui.domain.akash.resources import GroupSpec, SignedBy
from akash_tui.domain.market.unmet import unmet
from tests.domain.market.orders import AUDITOR, NOBODY, group, provider

PROVIDERS = [
    provider({"host": "akash", "region": "eu"}, "a100/ram/80Gi", "rtx4090", signed=(AUDITOR,)),
    provider({"host": "akash", "region": "us", "tier": "community"}),
]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (group({"host": "akash", "rack": "7"}), ["No known provider has the attribute rack=7."]),
        (group({"region": "moon"}), ["No known provider has the attribute region=moon; they have eu, us."]),
        (group({}, signed=SignedBy(any_of=(NOBODY,))), [f"No known provider is audited by {NOBODY}."]),
        (group({}, signed=SignedBy(all_of=(AUDITOR, NOBODY))), [f"No known provider is audited by {NOBODY}."]),
        (group({}, "h100", "h200/ram/141Gi"), ["No known provider has the GPU h100 or h200 141 GB."]),
        (group({}, "a100/ram/40Gi"), ["No known provider has the GPU a100 40 GB."]),
        (group({"region": "us"}, "a100"), ["No known provider has all that this order requires together."]),
        (
            group({"rack": "7"}, "h100", signed=SignedBy(any_of=(NOBODY, "akash1x"))),
            [
                "No known provider has the attribute rack=7.",
                "No known provider has the GPU h100.",
                f"No known provider is audited by {NOBODY} or akash1x.",
            ],
        ),
        (group({"host": "akash"}), []),
        (group({"region": "eu"}, "h100", "a100", signed=SignedBy(any_of=(AUDITOR, NOBODY))), []),
        (group({}, "*"), []),
    ],
)
def test_what_nobody_has(asked: GroupSpec, expected: list[str]) -> None:
    assert unmet([asked], PROVIDERS) == expected
    assert unmet([group({}), asked, asked], PROVIDERS) == expected


def test_what_is_unknown_is_no_reason() -> None:
    assert unmet([group({"rack": "7"})], []) == []
    unread = [provider({"host": "akash"}, signed=None)]
    assert unmet([group({"host": "akash"}, signed=SignedBy(any_of=(NOBODY,)))], unread) == []


def test_foreign_words_are_cleaned_and_bounded() -> None:
    many = [provider({"rack": f"\x1b[2J{number}"}) for number in range(50)]
    (sentence,) = unmet([group({"rack": "7"})], many)
    assert "\x1b" not in sentence
    assert sentence.endswith("and 47 more values.")
