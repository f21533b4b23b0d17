"""The SDL that is being prepared: ticks, price and values change its text, and only what they name."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import per_hour
from akash_tui.domain.sdl.edit.gpus import ANY_NVIDIA
from akash_tui.ui.session.draft import Draft
from tests.ui.fakes import BLOCK, SDL

A5000, B200 = GpuModel("nvidia", "a5000"), GpuModel("nvidia", "b200")
COMMENTED = SDL.replace("- model: a100", "- model: a100  # from us")


def draft(text: str = COMMENTED) -> Draft:
    return Draft("vllm", "vllm.yaml", text, SdlFiles())


def accepted(made: Draft) -> list[str]:
    return [model.model for group in made.groups for model in group.gpu_models]


def test_a_model_that_the_sdl_does_not_list_is_added_and_taken_out_again() -> None:
    made = draft()
    assert made.tick(A5000) is None
    assert made.tick(B200) is None
    assert accepted(made) == ["a100", "a5000", "b200", "h100", "l40s", "rtx4090"]
    assert made.text == COMMENTED.replace(
        "- model: l40s\n", f"- model: l40s\n{' ' * 16}- model: a5000\n{' ' * 16}- model: b200\n"
    )
    assert made.tick(A5000) is None
    assert made.accepts == [*made.models, B200]
    assert made.changed
    assert made.tick(B200) is None
    assert made.text == COMMENTED
    assert not made.changed


def test_a_class_takes_the_place_of_the_ticks_and_the_comments_stay() -> None:
    made = draft()
    assert made.accept([GpuModel("nvidia", "a100"), A5000]) is None
    assert accepted(made) == ["a100", "a5000"]
    assert "- model: a100  # from us\n" in made.text
    made.tick_all()
    assert made.text == COMMENTED


def test_any_and_one_model_exclude_each_other() -> None:
    made = draft()
    assert made.tick(ANY_NVIDIA) is None
    assert made.accepts == [ANY_NVIDIA]
    assert accepted(made) == ["*"]
    assert made.tick(A5000) is None
    assert accepted(made) == ["a5000"]


def test_the_price_and_values_leave_the_ticks() -> None:
    made = draft()
    made.tick(made.models[0])
    made.tick(A5000)
    assert made.set_highest_price(Decimal("0.5"), BLOCK) is None
    assert made.price == 838
    assert round(per_hour(made.price, BLOCK), 2) == Decimal("0.5")
    assert accepted(made) == ["a100", "a5000", "h100", "l40s"]
    assert made.fill_in({"services.vllm.image": "nginx:1.27"}) is None
    assert "image: nginx:1.27\n" in made.text
    assert accepted(made) == ["a100", "a5000", "h100", "l40s"]
    broken = draft("a: b")
    assert broken.set_highest_price(Decimal(1), BLOCK) == "The SDL has no price in uact that could be changed."
